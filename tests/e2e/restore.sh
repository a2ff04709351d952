#!/bin/bash
# A node's disk is lost, and its log put together again from copies of folders:
# a mirror that is behind, one with holes, one that was encrypted in place, one
# overwritten, one cut short. It goes on from the largest checkpoint that was
# signed and never signs a second history; what nobody has is said by number.
# SYN 9
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

origin=border.example/durres
hex=$(printf %s $origin | sha256sum | cut -d' ' -f1)

size() { sed -n 2p "$1/checkpoint"; }
# The node's log as others have it: a folder per moment.
mirror() { mkdir -p "$scratch/$1" && cp -r "$node/log/." "$scratch/$1"; }
cross() {
    "$KUFI" sample --travellers "$2" --days 2 --seed "$1" |
        "$KUFI" cross "$node" >/dev/null
}
tables() {
    "$KUFI" rebuild "$1" --json |
        jq -c '[.tables[] | select(.name != "node")]'
}
# restore FOLDER ARGUMENT...: into a node that was just made.
restore() {
    local into=$1
    shift
    "$KUFI" restore "$into" --origin $origin "$@"
}
fresh() {
    "$KUFI" init "$1" --origin "${2:-$origin}" --kind sea --country ALB \
        --place "Durrës" --sample >/dev/null
}
# told STATUS WORDS COMMAND...: ends so, and says so on either stream.
told() {
    local want=$1 words=$2 got=0
    shift 2
    "$@" >"$scratch/said" 2>&1 || got=$?
    [ "$got" = "$want" ] && grep -q -- "$words" "$scratch/said" && return
    echo "status $got, not $want"
    cat "$scratch/said"
    return 1
}
# Every file below a folder through a filter, in place.
each_file() {
    local folder=$1
    shift
    find "$folder" -type f | while read -r file; do
        "$@" <"$file" >"$scratch/changed" && cp "$scratch/changed" "$file"
    done
}
key=$(printf '%064d' 7)
encrypt() { openssl enc -chacha20 -K "$key" -iv "${key:0:32}"; }

ok "a node is made" node_init --sample
ok "it starts" node_start
cross 1 200
ok "it stops" node_stop
mirror behind
ok "it starts again" node_start
cross 2 200
ok "and stops" node_stop
mirror whole
cp "$node/log.key" "$scratch/key"
vkey=$(cat "$node/log.vkey")
before=$(size "$node/log")
root=$(sed -n 3p "$node/log/checkpoint")
mkdir "$scratch/kept"
"$KUFI" escrow split "$node" "$scratch/kept" >/dev/null
tables=$(tables "$node")
"$KUFI" rebuild "$node" >/dev/null
mv "$node" "$scratch/lost"

ok "another folder is made for it" fresh "$node"
ok "nothing there is nothing" told 1 "nothing of this log" \
    restore "$node" --from "$scratch/kept" --key "$scratch/key"
ok "by which key it is known must be said" told 2 "by which key" \
    restore "$node" --from "$scratch/whole" --dry-run
ok "another node's key is none" told 1 "no key of this log" \
    restore "$node" --from "$scratch/whole" --key "$scratch/kept/share-1"
ok "without its key it cannot go on" told 2 "a new" \
    restore "$node" --from "$scratch/whole" --vkey "$vkey"
ok "looking changes nothing" told 0 "found     $before entries" \
    restore "$node" --from "$scratch/whole" --vkey "$vkey" --dry-run
ok "which is so" equal "$(size "$node/log")" 1

# What was signed and is gone.
cp -r "$scratch/behind" "$scratch/only"
cp "$scratch/whole/checkpoint" "$scratch/note"
mkdir -p "$scratch/witness/witness"
cp "$scratch/whole/checkpoint" "$scratch/witness/witness/$hex"
late=$(size "$scratch/behind")
ok "what nobody has is said by number" \
    told 1 "entries $late to $((before - 1)): signed, and nobody has them" \
    restore "$node" --from "$scratch/only" --from "$scratch/witness" \
    --key "$scratch/key" --dry-run
ok "and there is no going on before it" told 1 "second" \
    restore "$node" --from "$scratch/only" --from "$scratch/witness" \
    --key "$scratch/key"
ok "nothing was changed" equal "$(size "$node/log")" 1

# What became of a folder.
for what in encrypted overwritten truncated emptied; do
    cp -r "$scratch/whole" "$scratch/$what"
done
each_file "$scratch/encrypted" encrypt
each_file "$scratch/overwritten" sh -c "tr '\\000-\\377' '[\\000*]'"
each_file "$scratch/truncated" head -c 3000
rm -r "$scratch/emptied/tile/entries"
look() {
    restore "$node" --from "$scratch/witness" --from "$scratch/$1" \
        --vkey "$vkey" --dry-run --json
}
for pair in encrypted:encrypted overwritten:overwritten truncated:truncated \
    emptied:missing; do
    ok "it is seen that a folder was ${pair%:*}" told 1 "${pair#*:}" \
        look "${pair%:*}"
done

# Holes in different places are no holes.
cp -r "$scratch/whole" "$scratch/a"
cp -r "$scratch/whole" "$scratch/b"
rm "$scratch/a/tile/entries/000" "$scratch/a/tile/0/000"
printf x | dd of="$scratch/b/tile/entries/001" bs=1 seek=5000 conv=notrunc \
    2>/dev/null
ok "one with a hole misses it" told 1 "entries 0 to 255: signed" \
    restore "$node" --from "$scratch/a" --key "$scratch/key" --dry-run
ok "one that was altered too" told 1 "entries 256 to 511: signed" \
    restore "$node" --from "$scratch/b" --key "$scratch/key" --dry-run
ok "together they have all, beside what is of no use" \
    told 0 "found     $before entries" \
    restore "$node" --from "$scratch/a" --from "$scratch/encrypted" \
    --from "$scratch/b" --from "$scratch/behind" --key "$scratch/key"
ok "it is the log that was" equal "$(sed -n 3p "$node/log/checkpoint")" "$root"
ok "every entry of it" equal \
    "$(cat "$node"/log/tile/entries/* 2>/dev/null | sha256sum)" \
    "$(cat "$scratch"/whole/tile/entries/* 2>/dev/null | sha256sum)"
ok "all of it is good, against what was kept" \
    "$KUFI" log verify "$node" --old "$scratch/note"
ok "its keys come back from escrow" "$KUFI" escrow restore "$node" \
    "$scratch/kept/bundle" "$scratch"/kept/share-[135]
ok "and its tables are what they were" equal "$(tables "$node")" "$tables"
ok "it starts" node_start
cross 3 20
ok "more cross, and it stops" node_stop
ok "its log goes on from there" test "$(size "$node/log")" -gt "$before"
ok "and is one with the past" \
    "$KUFI" log verify "$node" --old "$scratch/note"
ok "a log in use is not written over" told 1 "in use" \
    restore "$node" --from "$scratch/whole" --key "$scratch/key"

# A fork: the node was put back to an older state, and went on.
forked=$scratch/forked
ok "a node that goes on from an older copy" fresh "$forked"
ok "is restored" restore "$forked" --from "$scratch/behind" \
    --key "$scratch/key"
kept=$node
node=$forked
ok "starts" node_start
cross 9 200
ok "and stops" node_stop
node=$kept
"$KUFI" init "$scratch/third" --origin $origin --kind sea --country ALB \
    --place "Durrës" --sample >/dev/null
ok "is seen to have another history" told 1 "fork\|second" \
    restore "$scratch/third" --from "$forked" --from "$scratch/whole" \
    --key "$scratch/key"

# Into another node, as what it was: another's log.
ok "a successor is made" fresh "$scratch/next" border.example/vlora
ok "it takes the log of the one before" \
    restore "$scratch/next" --from "$scratch/lost" --vkey "$vkey"
ok "which is good" "$KUFI" log verify "$scratch/next/peers/$hex" --vkey "$vkey"
ok "once" told 1 "a mirror of this log" \
    restore "$scratch/next" --from "$scratch/lost" --vkey "$vkey"

for words in "$node" "$node --origin $origin" "--origin x --from y" \
    "$scratch/third --origin $origin --from $node --vkey x"; do
    # shellcheck disable=SC2086  # words to be split
    ok "called wrongly: restore ${words//$scratch/...}" \
        status 2 "$KUFI" restore $words
done

tap_end
