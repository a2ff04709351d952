#!/bin/bash
# Record keys in escrow: a node that lost its keyring reads again by any three
# of five shares, not by two, nor by shares that were typed wrongly, are of
# another bundle, or are one share twice; and a running node is left alone.
# SYN 8.7
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

kept=$scratch/kept
other=$scratch/other

split() { "$KUFI" escrow split "$node" "$@"; }
back() { "$KUFI" escrow restore "$node" "$@"; }

# All but the table that says how far the log is folded, for looks are in it.
tables() {
    "$KUFI" rebuild "$node" --json |
        jq -c '[.tables[] | select(.name != "node")]'
}

# refused STATUS WORDS ARGUMENT...: with that status, and saying so.
refused() {
    local want=$1 words=$2
    shift 2
    status "$want" "$KUFI" escrow restore "$node" "$@" 2>"$scratch/said" &&
        grep -q -- "$words" "$scratch/said" && return
    cat "$scratch/said"
    return 1
}

# A keyring as `kufi init` makes it: of this origin, without an epoch.
keyring_lose() {
    python3 - "$node/keyring" <<'END'
import hashlib, sys
origin = b"border.example/durres"
file = b"KUFIKEYS\0\1\0" + bytes([len(origin)]) + origin + bytes(4)
open(sys.argv[1], "wb").write(file + hashlib.sha256(file).digest())
END
}

ok "a node is made" node_init --sample
ok "it starts" node_start
"$KUFI" sample --travellers 20 --days 2 --seed 3 |
    "$KUFI" cross "$node" >/dev/null
mkdir "$kept" "$other"
ok "its keys are split beside it" split "$kept"
ok "into a bundle and five shares" equal "$(cd "$kept" && echo *)" \
    "bundle share-1 share-2 share-3 share-4 share-5"
ok "which are nobody else's" equal "$(stat -c %a "$kept"/* | sort -u)" 600
ok "a bundle is not written over" status 3 "$KUFI" escrow split "$node" "$kept"
ok "another bundle, two shares of three" \
    split "$other" --shares 3 --threshold 2
ok "nothing is restored into a running node" refused 3 "is running" \
    "$kept/bundle" "$kept"/share-[135]
ok "it stops" node_stop
before=$(tables)

ok "an inspection can be read" grep -q '"type":"inspection"' \
    <("$KUFI" log show "$node" 3)
keyring_lose
ok "without its keys it cannot" status 1 "$KUFI" log show "$node" 3

ok "two of five are too few" refused 1 "2 shares are given, 3 are needed" \
    "$kept/bundle" "$kept"/share-[12]
ok "one twice is one" refused 1 "given twice" \
    "$kept/bundle" "$kept"/share-[12] "$kept/share-1"
ok "a share of another set" refused 1 "of another set" \
    "$kept/bundle" "$kept"/share-[12] "$other/share-3"
sed 's/^key \(.\)\(.\)/key \2\1/' "$kept/share-3" >"$scratch/typed"
cmp -s "$kept/share-3" "$scratch/typed" &&
    sed 's/^key ./key x/' "$kept/share-3" >"$scratch/typed"
ok "one that was typed wrongly" refused 1 "typed" \
    "$kept/bundle" "$kept"/share-[12] "$scratch/typed"
head -c 100 "$kept/share-3" >"$scratch/half"
ok "half of one" refused 1 "half" \
    "$kept/bundle" "$kept"/share-[12] "$scratch/half"
head -c -1 "$kept/bundle" >"$scratch/cut"
ok "a bundle that was cut" refused 1 "do not open" \
    "$scratch/cut" "$kept"/share-[123]
ok "what is no bundle" refused 1 "typed" "$scratch/typed" "$kept"/share-[123]
ok "nothing of that gave it anything" status 1 "$KUFI" log show "$node" 3

ok "any three give them back" back "$kept/bundle" "$kept"/share-[245]
ok "and it can be read again" grep -q '"type":"inspection"' \
    <("$KUFI" log show "$node" 3)
ok "once more changes nothing" back "$kept/bundle" "$kept"/share-[345]
ok "its tables are what they were" equal "$(tables)" "$before"
ok "it starts again" node_start
ok "and stops" node_stop
ok "all of its log is good" "$KUFI" log verify "$node"

for words in "split" "split $node" "split $node $kept --shares 1" \
    "split $node $kept --shares 2 --threshold 3" \
    "split $node $kept --shares 33" "restore $node $kept/bundle"; do
    # shellcheck disable=SC2086  # words to be split
    ok "called wrongly: escrow ${words//$scratch/...}" \
        status 2 "$KUFI" escrow $words
done

tap_end
