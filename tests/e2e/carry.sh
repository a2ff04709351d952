#!/bin/bash
# A post that no network reaches: its log goes to the centre on a stick, and
# what the centre has comes back. All is verified on the way in, and a stick
# that was changed brings nothing of what was changed. A post whose disk is lost
# comes back from the centre's stick, with the keys of its own past. SYN 10
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

kufi=$(realpath "$KUFI")
post=$scratch/post
centre=$scratch/centre
stick=$scratch/stick
back=$scratch/back

init() {
    "$kufi" init "$1" --origin border.example/"$2" --kind "$3" --country ALB \
        --place "$4" --sample >/dev/null
}
# start FOLDER: node_start on that one.
start() { node=$1 && node_start; }
join() { "$kufi" join "$1" --roster "$scratch/roster"; }
give() { "$kufi" export "$1" "$2"; }
take() { "$kufi" import "$1" "$2"; }
cross() {
    "$kufi" sample --travellers 30 --days 2 --seed "$1" |
        "$kufi" cross "$2" >/dev/null
}
size() { sed -n 2p "$1/checkpoint"; }
hex() { printf %s "border.example/$1" | sha256sum | cut -d' ' -f1; }
# says WORDS COMMAND...
says() {
    local words=$1
    shift
    "$@" >"$scratch/said" 2>&1
    grep -q -- "$words" "$scratch/said" || {
        cat "$scratch/said"
        return 1
    }
}
crossings() {
    sqlite3 "$1/store.db" 'SELECT count(*) FROM crossing' 2>&1
}
sign() {
    "$kufi" custodian sign "$scratch/roster" --key "$scratch/alice" \
        --passphrase-file "$scratch/words" >/dev/null
}

echo "correct horse battery staple" >"$scratch/words"
init "$post" durres sea "Durrës" && init "$centre" centre land Tirana ||
    exit 3
"$kufi" custodian keygen "$scratch/alice" \
    --passphrase-file "$scratch/words" >/dev/null || exit 3
"$kufi" roster new "$scratch/roster" --country ALB --threshold 1 \
    --custodian "$scratch/alice.vkey" >/dev/null &&
    "$kufi" roster add "$scratch/roster" --card "$post/card" --role post \
        >/dev/null &&
    "$kufi" roster add "$scratch/roster" --card "$centre/card" \
        --role centre >/dev/null || exit 3
ok "a roster is signed" sign
mkdir "$stick" "$back"

for dir in "$post" "$centre"; do
    ok "${dir##*/} starts" start "$dir"
    ok "and takes the roster" join "$dir"
    [ "$dir" = "$post" ] && cross 1 "$post"
    [ "$dir" = "$post" ] &&
        ok "what it has goes onto a stick beside it" give "$post" "$stick"
    ok "it stops" node_stop
done
ok "and again when it does not run, with its last entries" \
    give "$post" "$stick"
had=$(size "$stick/log")
ok "the stick's log is good" "$kufi" log verify "$stick/log" \
    --vkey "$(cat "$post/log.vkey")"
ok "it holds no key in the clear" not grep -rqa KUFIKEYS "$stick"

before=$(find "$stick" -type f -exec sha256sum {} + | sort | sha256sum)
ok "the centre takes it" says "entries  $had" take "$centre" "$stick"
ok "the stick is as it was" equal "$before" \
    "$(find "$stick" -type f -exec sha256sum {} + | sort | sha256sum)"
ok "its mirror is good" "$kufi" log verify "$centre/peers/$(hex durres)" \
    --vkey "$(cat "$post/log.vkey")"
ok "once more brings nothing" says "entries  0" take "$centre" "$stick"
ok "the centre starts" start "$centre"
for _ in $(seq 100); do
    [ "$(crossings "$centre")" -gt 0 ] && break
    sleep 0.1
done
ok "what crossed at the post is known there" equal "$(crossings "$centre")" \
    "$(crossings "$post")"
ok "a list comes into force there" "$kufi" list import "$centre" --name watch \
    --source csv packaging/watchlist.sample.csv
ok "it stops" node_stop
ok "what it has goes onto another stick" give "$centre" "$back"
ok "the post takes that" take "$post" "$back"
ok "a node's stick is no other's" status 1 give "$post" "$back"
ok "the list too" says "^watch" "$kufi" list show "$post"
ok "its own stick is refused" says "this node wrote it itself" \
    take "$post" "$stick"
ok "its mirror of the centre is good" "$kufi" log verify \
    "$post/peers/$(hex centre)" --vkey "$(cat "$centre/log.vkey")"
ok "which has cosigned its log" \
    says "cosigned by  centre" "$kufi" status "$post"

# Both run: a stick goes into a node that works.
ok "the post starts" start "$post"
cross 4 "$post"
sleep 1
rm -r "$stick" && mkdir "$stick"
ok "what is new goes onto a stick" give "$post" "$stick"
ok "the post stops" node_stop
ok "the centre starts" start "$centre"
ok "and takes it while it runs" says "running node" take "$centre" "$stick"
ok "the inbox is empty again" equal "$(ls "$centre/inbox")" ""
ok "it has all of it" equal "$(size "$centre/peers/$(hex durres)")" \
    "$(size "$stick/log")"
ok "once more" says "running node" take "$centre" "$stick"
ok "what is no medium is refused" status 3 take "$centre" "$scratch"
ok "the centre stops" node_stop
ok "its mirror is good" "$kufi" log verify "$centre/peers/$(hex durres)" \
    --vkey "$(cat "$post/log.vkey")"

# Changed on the way.
ok "the post starts" start "$post"
cross 2 "$post"
ok "and stops" node_stop
ok "its stick goes again, with what is new" give "$post" "$stick"
for file in "$stick"/log/tile/entries/*.p/*; do
    printf x | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") - 100)) \
        conv=notrunc 2>/dev/null
done
kept=$(size "$centre/peers/$(hex durres)")
ok "a changed stick is told from a good one" status 1 take "$centre" "$stick"
ok "and what is wrong with it" \
    says "damaged  border.example/durres" take "$centre" "$stick"
ok "and brings nothing of what was changed" \
    equal "$(size "$centre/peers/$(hex durres)")" "$kept"
ok "what is there stays good" "$kufi" log verify \
    "$centre/peers/$(hex durres)" --vkey "$(cat "$post/log.vkey")"
rm -r "$stick" && mkdir "$stick"
ok "another stick" give "$post" "$stick"
ok "brings it" status 0 take "$centre" "$stick"
ok "all of it" equal "$(size "$centre/peers/$(hex durres)")" \
    "$(size "$stick/log")"
ok "no medium is none" status 3 take "$centre" "$scratch/alice.vkey"
ok "nor is an empty folder" status 3 take "$centre" "$scratch/post/rosters"

# The post's disk is lost, but for its key, which somebody kept.
ok "the centre's stick, once more" give "$centre" "$back"
all=$(size "$stick/log")
known=$(crossings "$post")
cp "$post/log.key" "$scratch/key"
rm -r "$post"
ok "the post is made anew" init "$post" durres sea "Durrës"
ok "its log comes back from the centre's stick" "$kufi" restore "$post" \
    --origin border.example/durres --from "$back" --key "$scratch/key"
ok "all of it that was carried" equal "$(size "$post/log")" "$all"
ok "a roster with its new card" "$kufi" roster add "$scratch/roster" \
    --card "$post/card" --role post
ok "is signed" sign
for dir in "$post" "$centre"; do
    ok "${dir##*/} starts" start "$dir"
    ok "and takes it" join "$dir"
    ok "and stops" node_stop
done
ok "the centre gives it its keys back" give "$centre" "$back"
ok "which it takes" says "folded anew" take "$post" "$back"
ok "it starts" start "$post"
ok "and knows all that it knew" equal "$(crossings "$post")" "$known"
cross 3 "$post"
ok "it stops" node_stop
ok "its log is one with its past" "$kufi" log verify "$post" \
    --old "$stick/log/checkpoint"

for words in "export" "export $post" "import $post" "import $post a b"; do
    # shellcheck disable=SC2086  # words to be split
    ok "called wrongly: ${words//$scratch/...}" status 2 "$kufi" $words
done

tap_end
