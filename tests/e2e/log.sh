#!/bin/bash
# `kufi log` on a node's folder: show records whose look it was, with the node
# running and without; verify tells of a damaged journal, a log that is gone and
# a checkpoint put back; called wrongly, each says so. LOG 6.10
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

size() { sed -n 2p "$node/log/checkpoint"; }

# show INDEX WORD: shown, and WORD is in it.
show() {
    "$KUFI" log show "$node" "$1" >"$scratch/shown" &&
        grep -q -- "$2" "$scratch/shown"
}

# looked_at INDEX OTHER: that entry says that OTHER was looked at.
looked_at() {
    "$KUFI" log show "$node" "$1" | grep -q '"looked_at":"durres/'"$2"'"'
}

# cross SEED: some travellers cross.
cross() {
    "$KUFI" sample --travellers 20 --days 2 --seed "$1" |
        "$KUFI" cross "$node" >/dev/null
}

ok "a node is made" node_init --sample
before=$(size)
ok "its first entry is shown without a node" show 0 '"type":"node_start"'
ok "which records nothing" equal "$(size)" "$before"

ok "it starts" node_start
ok "some cross" cross 3
ok "the running node shows an inspection" show 3 '"type":"inspection"'
ok "past the end is no" status 1 "$KUFI" log show "$node" 99999
ok "it is verified beside the node" "$KUFI" log verify "$node"
ok "it stops" node_stop

before=$(size)
ok "an inspection is shown without a node" show 3 '"type":"inspection"'
ok "the look was recorded first" looked_at $((before + 1)) 3
ok "and covered by a checkpoint" test "$(size)" -gt $((before + 1))
ok "past the end is no, without a node" status 1 "$KUFI" log show "$node" 99999
ok "all of it is good" "$KUFI" log verify "$node"

for words in "show" "show $node" "show $node x" "show $node 1 2" \
    "entry $node -1" "proof $node 01" "check-proof a b" \
    "check-proof a b --vkey x" "verify" "verify $node --vkey x" \
    "verify $scratch" "verify $node --threads 0"; do
    # shellcheck disable=SC2086  # words to be split
    ok "called wrongly: log ${words//$scratch/...}" \
        status 2 "$KUFI" log $words
done
for words in "show $scratch/none 0" "verify $scratch/none --vkey x" \
    "verify $node --old $scratch/none" "entry $scratch/none 0"; do
    # shellcheck disable=SC2086
    ok "trouble: log ${words//$scratch/...}" status 3 "$KUFI" log $words
done

# A copy of the node, to be damaged.
copy() {
    rm -rf "$scratch/copy"
    cp -r "$node" "$scratch/copy"
}

# bad KIND PATH: verify says so of the copy.
bad() {
    status 1 "$KUFI" log verify "$scratch/copy" --json >"$scratch/json" &&
        grep -q "\"kind\":\"$1\",\"path\":\"$2\"" "$scratch/json"
}

copy
printf x | dd of="$scratch/copy/journal" bs=1 seek=4120 conv=notrunc status=none
printf x | dd of="$scratch/copy/journal" bs=1 seek=24 conv=notrunc status=none
ok "a journal whose headers are damaged" bad tampered journal
copy
rm "$scratch/copy/journal"
ok "a journal that is gone" bad tampered journal
copy
rm -r "$scratch/copy/log"
ok "a log that is gone" status 1 "$KUFI" log verify "$scratch/copy"
copy
rm -r "$scratch/copy/log/tile"
ok "tiles that are gone" bad tampered "tile/entries/000.p/$(size)"
copy
rm "$scratch/copy/log/checkpoint"
ok "a checkpoint that is gone" bad tampered checkpoint

# verified_meanwhile: good every time while travellers cross.
verified_meanwhile() {
    local crossing status=0
    "$KUFI" sample --travellers 400 --days 2 --seed 4 |
        "$KUFI" cross "$node" >/dev/null &
    crossing=$!
    for _ in 1 2 3 4 5; do
        "$KUFI" log verify "$node" || status=1
    done
    wait "$crossing" && return "$status"
}

cp "$node/log/checkpoint" "$scratch/older"
ok "it starts again" node_start
ok "it is good whenever one looks while more cross" verified_meanwhile
ok "it stops again" node_stop
copy
cp "$scratch/older" "$scratch/copy/log/checkpoint"
ok "an older checkpoint put back" bad rollback checkpoint
ok "the node itself is good" "$KUFI" log verify "$node" --old "$scratch/older"

tap_end
