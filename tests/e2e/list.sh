#!/bin/bash
# Lists as an operator knows them: every source imported, beside a running node
# and without it; in force at the next question; refused when cut, smaller or of
# another source, and then the former stays; the same again changes nothing;
# verified, and their indexes built anew. SCR 3.7, 3.8, 3.9
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash
samples=tests/data/list/good

# exits NAME STATUS COMMAND...: what it printed is $answer and $scratch/err.
exits() {
    local name=$1 want=$2
    shift 2
    answer=$("$KUFI" "$@" 2>"$scratch/err")
    ok "$name" equal "$?" "$want"
}

# of LIST MEMBER: what `kufi list show` says.
of() {
    "$KUFI" list show "$node" --json | jq -r "select(.name==\"$1\").$2"
}

hits() {
    echo "$1" | "$KUFI" screen "$node" | jq -r '[.hits[]|.list+" "+.entry]|sort|unique|join(",")'
}

people() {
    echo reference,surname,given,date_of_birth
    for i in $(seq "$1"); do
        echo "P-$i,TESTSSON$i,ANNA$i,19$((10 + i % 80))-01-02"
    done
}

PERSON='{"id":1,"name":"Anna Maria Eriksson","date_of_birth":"1974-08-12"}'
BLANK='{"id":1,"name":"X Y","documents":[{"state":"D","number":"C01X00147"}]}'

# shellcheck disable=SC2119  # no options of its own
node_init
exits "no list at first" 0 list show "$node" --json
ok "nothing is shown" equal "$answer" ""

# Without a running node.
exits "OFAC, in any order" 0 list import "$node" --name ofac --source ofac \
    $samples/{alt,sdn_comments,sdn,add}.csv --json
ok "it changed what is in force" equal "$(jq .changed <<<"$answer")" true
exits "OFAC again" 0 list import "$node" --name ofac --source ofac \
    $samples/{sdn,alt,add,sdn_comments}.csv --json
ok "nothing changed" equal "$(jq .changed <<<"$answer")" false
exits "the UN" 0 list import "$node" --name un --source un $samples/un.xml
ok "its date" equal "$(of un list_date)" 2026-02-27
ok "its entries" equal "$(of un entries)" 2
ok "its file has its name" test -e "$node/lists/$(of un sha256).list"
ok "its file has its hash" equal \
    "$(sha256sum <"$node/lists/$(of un sha256).list")" "$(of un sha256)  -"
ok "a person is on both" equal "$(hits "$PERSON")" "ofac 7,un UTi.001"

# Beside a running node.
ok "the node starts" node_start
exits "the EU, beside a running node" 0 list import "$node" --name eu \
    --source eu $samples/eu.xml
exits "OpenSanctions" 0 list import "$node" --name open \
    --source opensanctions $samples/opensanctions.csv
exits "documents" 0 list import "$node" --name papers --source documents \
    $samples/documents.csv
exits "persons" 0 list import "$node" --name own --source csv \
    $samples/people.csv
ok "all of them hit" equal "$(hits "$PERSON")" \
    "eu 13,ofac 7,open ut-anna-eriksson,own UT-1,un UTi.001"
ok "a number in a range hits" equal "$(hits "$BLANK")" \
    "papers D/P/C01X00100-C01X00199"
scan=$(api POST /v1/inspections '{"direction":"entry","mrz":'"$MRZ"'}')
ok "the booth sees the lists" equal \
    "$(head -1 <<<"$scan" | jq -r '[.hits[].list]|unique|join(",")')" \
    "eu,ofac,open,own,papers,un"
ok "the age of lists is known" equal "$("$KUFI" list age "$node" | wc -l)" 6
exits "all are young enough" 0 list age "$node"
sleep 1
exits "and too old for an hour of none" 1 list age "$node" --max-age 0

# Refused: the former stays.
before=$(of own sha256)
refused() {
    exits "$1" 1 list import "$node" --name own "${@:3}"
    ok "$1: says so" grep -q "$2" "$scratch/err"
    ok "$1: the former stays" equal "$(of own sha256)" "$before"
}
head -c 200 $samples/people.csv >"$scratch/cut.csv"
refused "a list that was cut" "SCR 3.2" --source csv "$scratch/cut.csv"
head -1 $samples/people.csv >"$scratch/header.csv"
refused "a header alone" "no entries" --source csv "$scratch/header.csv"
: >"$scratch/empty.csv"
refused "an empty file" "the file is empty" --source csv "$scratch/empty.csv"
iconv -f UTF-8 -t LATIN1 $samples/people.csv >"$scratch/latin1.csv"
refused "Latin-1" "not UTF-8" --source csv "$scratch/latin1.csv"
iconv -f UTF-8 -t UTF-16 $samples/people.csv >"$scratch/utf16.csv"
refused "UTF-16" "UTF-16" --source csv "$scratch/utf16.csv"
refused "another source" "source un" --source csv $samples/un.xml
{
    cat $samples/people.csv
    sed -n 2p $samples/people.csv
} >"$scratch/twice.csv"
refused "a reference twice" "line 4" --source csv "$scratch/twice.csv"
exits "a file that is not there" 3 list import "$node" --name own \
    --source csv "$scratch/none.csv"
exits "a folder in place of a file" 3 list import "$node" --name own \
    --source csv "$scratch"
exits "no source" 2 list import "$node" --name own $samples/people.csv
exits "the name of alerts" 2 list import "$node" --name alert --source csv \
    $samples/people.csv

# One in a hundred may be missing, not two.
people 200 >"$scratch/200.csv"
people 198 >"$scratch/198.csv"
people 150 >"$scratch/150.csv"
import=(list import "$node" --name big --source csv)
exits "two hundred" 0 "${import[@]}" "$scratch/200.csv"
exits "one in a hundred fewer" 0 "${import[@]}" "$scratch/198.csv"
exits "many fewer are refused" 1 "${import[@]}" "$scratch/150.csv"
ok "the former stays in force" equal "$(of big entries)" 198
exits "unless accepted" 0 "${import[@]}" "$scratch/150.csv" --accept-shrink
ok "which is recorded" equal "$(of big shrink_accepted)" true
ok "fewer are in force" equal "$(of big entries)" 150

# Several files are one list, in any order.
people 3 >"$scratch/a.csv"
people 6 | sed '2,4d' >"$scratch/b.csv"
exits "two files" 0 list import "$node" --name two --source csv \
    "$scratch/a.csv" "$scratch/b.csv"
one=$(of two sha256)
exits "the other way round" 0 list import "$node" --name two --source csv \
    "$scratch/b.csv" "$scratch/a.csv"
ok "are the same list" equal "$(of two sha256)" "$one"

# What is there is verified, and built anew.
exits "all lists are good" 0 list verify "$node"
rm "$node/lists/$(of un sha256).names"
printf x | dd of="$node/lists/$(of eu sha256).names" bs=1 seek=200 \
    conv=notrunc status=none
exits "an index is missing, one is damaged" 1 list verify "$node"
ok "the one" grep -q "^un has no index" <<<"$answer"
ok "and the other" grep -q "^eu has an index that is not" <<<"$answer"
exits "they are built anew" 0 list verify "$node" --rebuild
exits "and are good" 0 list verify "$node"
ok "a person is still on all" equal "$(hits "$PERSON")" \
    "eu 13,ofac 7,open ut-anna-eriksson,own UT-1,un UTi.001"
printf x | dd of="$node/lists/$(of un sha256).list" bs=1 seek=100 \
    conv=notrunc status=none
exits "a damaged list is found" 1 list verify "$node"
rm "$node/lists/$(of un sha256).list"
exits "a missing one too" 1 list verify "$node"
exits "the import brings it back" 0 list import "$node" --name un \
    --source un $samples/un.xml
exits "and all is well" 0 list verify "$node"

# Nothing is left of what is not in force.
people 10 >"$scratch/10.csv"
people 11 >"$scratch/11.csv"
people 12 >"$scratch/12.csv"
for n in 10 11 12; do
    exits "list $n" 0 list import "$node" --name few --source csv \
        "$scratch/$n.csv"
    eval "sha$n=$(of few sha256)"
done
# shellcheck disable=SC2154  # assigned by eval
ok "the first is gone" not test -e "$node/lists/$sha10.list"
# shellcheck disable=SC2154
ok "the one before stays for a while" test -e "$node/lists/$sha11.list"
ok "nothing half-made is left" equal \
    "$(find "$node/lists" -name '*.new' | wc -l)" 0

ok "the node stops" node_stop
exits "the log is whole" 0 log verify "$node"
exits "a folder that is no node" 3 list show "$scratch"
tap_end
