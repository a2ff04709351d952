#!/bin/bash
# A log that a real node wrote, checked by a program that shares no code with
# ours (tests/outsider/tlogcheck, golang.org/x/mod): it accepts the log, an
# older checkpoint and our proof of an entry, and refuses each after one changed
# byte; so does `kufi log verify`, and names the place.
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

export GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$scratch/go GOFLAGS=
outsider=$scratch/tlogcheck
go build -o "$outsider" ./tests/outsider/tlogcheck 2>"$scratch/go.log" || {
    cat "$scratch/go.log" >&2
    echo 'Bail out! tests/outsider/tlogcheck does not build'
    exit 1
}

# Sample crossings through the node, so that the log holds what one does hold.
cross() {
    "$KUFI" sample --travellers "$1" --days 3 --seed "$2" |
        "$KUFI" cross "$node" >/dev/null
}

ok "a node is made" node_init --sample
ok "it starts" node_start
ok "some cross" cross 150 1
ok "it stops" node_stop
cp "$node/log/checkpoint" "$scratch/older"
ok "it starts again" node_start
ok "more cross" cross 150 2

vkey=$(cat "$node/log.vkey")
log=$node/log
theirs() {
    "$outsider" log -q -dir "$log" -vkey "$vkey" -old "$scratch/older" "$@"
}
ours() {
    "$KUFI" log verify "$log" --vkey "$vkey" --old "$scratch/older"
}
ours_of_node() {
    "$KUFI" log verify "$node" --old "$scratch/older"
}

ok "kufi log verify accepts it beside the node" ours_of_node
ok "it stops again" node_stop
ok "the outsider accepts log and older checkpoint" theirs
ok "kufi log verify accepts the log" ours
ok "kufi log verify accepts the node's folder" ours_of_node

size=$(sed -n 2p "$log/checkpoint")
older=$(sed -n 2p "$scratch/older")
ok "the log has grown" test "$size" -gt "$older" -a "$older" -gt 256

# Proofs of some entries, the first and the last among them.
proof_accepted() {
    "$KUFI" log proof "$node" "$1" >"$scratch/proof" &&
        "$KUFI" log entry "$node" "$1" >"$scratch/entry" &&
        "$outsider" proof -proof "$scratch/proof" -entry "$scratch/entry" \
            -vkey "$vkey" &&
        "$KUFI" log check-proof "$scratch/proof" "$scratch/entry" \
            --vkey "$vkey"
}
for index in 0 1 255 256 $((size / 2)) $((size - 1)); do
    ok "entry $index is proved to the outsider" proof_accepted "$index"
done
ok "the outsider's own proof is accepted" bash -c "
    '$outsider' log -q -dir '$log' -vkey '$vkey' \
        -emit-proof 256='$scratch/proof' &&
    '$KUFI' log entry '$node' 256 >'$scratch/entry' &&
    '$KUFI' log check-proof '$scratch/proof' '$scratch/entry' --vkey '$vkey'"
echo >>"$scratch/proof"
ok "nor does a line end too many hurt" "$KUFI" log check-proof \
    "$scratch/proof" "$scratch/entry" --vkey "$vkey"
ok "no proof past the end" status 1 "$KUFI" log proof "$node" "$size"
printf x >>"$scratch/entry"
ok "another entry is not proved" status 1 "$KUFI" log check-proof \
    "$scratch/proof" "$scratch/entry" --vkey "$vkey"

# flip FILE OFFSET: that byte with its lowest bit changed.
flip() {
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059  # the format is the byte
    printf "\\$(printf %03o $((byte ^ 1)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# refused FILE OFFSET WORD: both refuse the log with that byte changed; ours
# names WORD on stderr and in JSON.
refused() {
    local bad=$scratch/bad
    rm -rf "$bad"
    cp -r "$log" "$bad"
    flip "$bad/$1" "$2"
    log=$bad status 1 theirs &&
        status 1 "$KUFI" log verify "$bad" --vkey "$vkey" --json \
            >"$scratch/json" 2>"$scratch/err" &&
        grep -q -- "$3" "$scratch/err" && grep -q -- "$3" "$scratch/json"
}

last=$(find "$log/tile/entries" -path '*.p/*' -name "$((size % 256))" |
    sed "s|$log/||")
ok "an entry changed" refused tile/entries/001 1000 tile/entries/001
ok "the last entry changed" refused "$last" \
    $(($(stat -c %s "$log/$last") - 1)) "\"index\":$((size - 1))\|entry $((size - 1)):"
ok "a tile changed" refused tile/0/001 33 tile/0/001
ok "entry 257 is named for it" grep -q '"index":257,"end":258' "$scratch/json"
ok "a tile of the level above changed" refused \
    "tile/1/000.p/$((size / 256))" 0 "tile/1/000.p/$((size / 256))"
ok "the checkpoint's size changed" refused checkpoint \
    $(($(sed -n 1p "$log/checkpoint" | wc -c))) checkpoint
ok "the checkpoint's signature changed" refused checkpoint \
    $(($(stat -c %s "$log/checkpoint") - 20)) checkpoint

# A tile that is gone, and an older checkpoint put back.
missing() {
    local bad=$scratch/bad
    rm -rf "$bad"
    cp -r "$log" "$bad"
    rm "$bad/tile/entries/001"
    log=$bad status 1 theirs &&
        status 1 "$KUFI" log verify "$bad" --vkey "$vkey" 2>"$scratch/err" &&
        grep -q 'tile/entries/001' "$scratch/err"
}
ok "a bundle is missing" missing
rolled_back() {
    local bad=$scratch/bad
    rm -rf "$bad"
    cp -r "$log" "$bad"
    cp "$log/checkpoint" "$scratch/newer"
    cp "$scratch/older" "$bad/checkpoint"
    status 1 "$KUFI" log verify "$bad" --vkey "$vkey" \
        --old "$scratch/newer" --json >"$scratch/json" &&
        grep -q '"kind":"rollback"' "$scratch/json" &&
        status 1 "$outsider" log -q -dir "$bad" -vkey "$vkey" \
            -old "$scratch/newer"
}
ok "an older checkpoint put back" rolled_back
ok "nothing there is unreadable, not tampered with" status 3 \
    "$KUFI" log verify "$scratch/nothing" --vkey "$vkey"
ok "the node's log is still good" ours_of_node

tap_end
