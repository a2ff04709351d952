#!/bin/bash
# Lists that are meant to hurt, or are just broken: what is answered, with which
# exit status, and the peak of memory. What was in force stays. SCR 3.2, 3.3
#
#   tests/e2e/list_hostile.sh [MEGABYTES]
#
# MEGABYTES is the size of the large ones: 4 unless told, 2048 for the drill.
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash
megabytes=${1:-4}
samples=tests/data/list/good
# Address sanitizer's own memory is none of ours.
limit_kb=$((256 * 1024))
[ "${KUFI#*debug}" = "$KUFI" ] || limit_kb=$((1024 * 1024))

# hostile NAME STATUS WORDS SOURCE FILE: the import of a file, under a clock and
# a scale; WORDS are in what it says.
hostile() {
    local name=$1 want=$2 words=$3 source=$4 file=$5 got=0 peak
    /usr/bin/time -f '%M %e' -o "$scratch/time" "$KUFI" list import "$node" \
        --name hostile --source "$source" "$file" \
        >"$scratch/out" 2>"$scratch/err" || got=$?
    read -r peak seconds <<<"$(tail -1 "$scratch/time")"
    echo "# $name: status $got, peak $((peak / 1024)) MiB, $seconds s:" \
        "$(head -1 "$scratch/err" | sed "s|$scratch/||g" | cut -c 1-120)"
    ok "$name: status" equal "$got" "$want"
    ok "$name: says why" grep -q "$words" "$scratch/out" "$scratch/err"
    [ "$want" = 0 ] ||
        ok "$name: what was in force stays" equal \
            "$("$KUFI" list show "$node" --json | jq -r .sha256)" "$before"
    [ "$want" = 0 ] ||
        ok "$name: its peak is bounded" test "$peak" -lt "$limit_kb"
}

# A stream of that many megabytes, after what is on stdin.
much() {
    cat
    head -c $((megabytes << 20)) /dev/zero | tr '\0' "$1"
}

command -v /usr/bin/time >/dev/null || skip_all "GNU time is not here"
# shellcheck disable=SC2119  # no options of its own
node_init
"$KUFI" list import "$node" --name hostile --source csv $samples/people.csv \
    >/dev/null 2>&1
before=$("$KUFI" list show "$node" --json | jq -r .sha256)
f=$scratch/file

: >"$f"
hostile "an empty file" 1 "is empty" csv "$f"
head -1 $samples/people.csv >"$f"
hostile "a header alone" 1 "no entries" csv "$f"
head -c 300 $samples/un.xml >"$f"
hostile "XML cut short" 1 "cut" un "$f"
iconv -t UTF-16 $samples/un.xml >"$f"
hostile "XML in UTF-16" 1 "UTF-16" un "$f"
iconv -t LATIN1 $samples/people.csv >"$f"
hostile "CSV in Latin-1" 1 "Latin-1" csv "$f"
sed 's/UTF-8/ISO-8859-1/' $samples/un.xml >"$f"
hostile "XML that says Latin-1" 1 "not in UTF-8" un "$f"
{
    echo '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    for i in $(seq 9); do
        echo "<!ENTITY a$i \"&a$((i - 1));&a$((i - 1));&a$((i - 1));\">"
    done | sed 's/&a0;/\&a;/g'
    echo ']><CONSOLIDATED_LIST>&a9;</CONSOLIDATED_LIST>'
} >"$f"
hostile "an XML bomb" 1 "DOCTYPE" un "$f"
echo '<!DOCTYPE l SYSTEM "file:///etc/passwd"><export/>' >"$f"
hostile "XML that reads other files" 1 "DOCTYPE" eu "$f"
printf '<CONSOLIDATED_LIST><!--' | much x >"$f"
hostile "a comment without end" 1 "too long\|cut" un "$f"
printf '<CONSOLIDATED_LIST><ENTITY><FIRST_NAME>' | much x >"$f"
hostile "a text without end" 1 "too large\|cut" un "$f"
{
    printf '<CONSOLIDATED_LIST><ENTITY>'
    yes '<a>' | head -c $((megabytes << 20))
} >"$f"
hostile "elements in elements" 1 "too deep" un "$f"
printf 'surname,given\n"' | much x >"$f"
hostile "a quote without end" 1 "too long" csv "$f"
printf 'surname,given\n' | much , >"$f"
hostile "a row of separators" 1 "too many fields" csv "$f"
printf 'surname,given\n' | much '\n' >"$f"
hostile "empty lines" 1 "no entries" csv "$f"
head -c $((megabytes << 20)) /dev/zero >"$f"
hostile "zeros" 1 "zero" csv "$f"
head -c 100000 /dev/urandom >"$f"
hostile "noise" 1 "UTF-8\|zero" csv "$f"
{
    echo "reference,surname"
    yes 'A,ERIKSSON' | head -c $((megabytes << 20))
    echo
} | sed '$d' >"$f"
hostile "one reference many times" 1 "there before" csv "$f"
cp $samples/eu.xml "$f"
hostile "another source" 1 "source eu" un "$f"
{
    echo "state,type,number,reason"
    seq -f 'UTO,P,%09.0f,stolen' $((megabytes * 48000))
} >"$f"
hostile "a large list of documents" 0 "in force" documents "$f"
rm -f "$f"

ok "the lists are whole" "$KUFI" list verify "$node"
tap_end
