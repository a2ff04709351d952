#!/bin/bash
# `kufi cross` and `kufi traveller` against a real node: one crossing, a stream,
# lines that are no requests, a stream sent twice, the node killed and started
# again in the middle, the node away.
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

line1='P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<'
line2='L898902C36UTO7408122F1204159ZE184226B<<<<<10'

# is NAME GOT WANTED
is() {
    ok "$1" equal "$2" "$3"
}

# The exit status of a command.
exit_of() {
    "$@" >/dev/null 2>&1
    echo $?
}

# How many crossings the log holds.
crossings() {
    api GET '/v1/statistics?from=2000-01-01&to=2100-01-01&by=kind' |
        head -n 1 | jq .total
}

ok "a node is made" node_init --sample
is "without a node one crossing ends with 3" \
    "$(exit_of "$KUFI" cross "$node" entry $line1 $line2)" 3
is "and so does a stream" \
    "$(echo '{}' | "$KUFI" cross "$node" 2>/dev/null >"$scratch/away"; echo $?)" 3
is "whose line is answered by a problem" "$(jq .status "$scratch/away")" 503
ok "the node starts" node_start

"$KUFI" cross "$node" entry "$line1" "$line2" --lane 3 --json >"$scratch/entry"
is "an entry is recorded" $? 0
is "with what the officer decided" \
    "$(jq -r '[.direction, .decision, .lane, .document.surname] | join(" ")' \
        "$scratch/entry")" "entry admit 3 ERIKSSON"
is "refusing needs a reason" \
    "$(exit_of "$KUFI" cross "$node" exit --decide refuse $line1 $line2)" 1
is "and takes several" \
    "$("$KUFI" cross "$node" exit --decide refuse --reason E --reason A \
        $line1 $line2 --json | jq -c .reasons)" '["A","E"]'
is "in words the record comes first" \
    "$("$KUFI" cross "$node" exit $line1 $line2 | head -n 1 |
        grep -c '^durres/[0-9]*  .*  exit  admit$')" 1
is "a wrong direction is a wrong call" \
    "$(exit_of "$KUFI" cross "$node" in $line1 $line2)" 2
is "the same key records once" \
    "$(for _ in 1 2; do
        "$KUFI" cross "$node" entry $line1 $line2 --key once --json |
            jq -r '.record // "refused"'
    done | sort | uniq -c | grep -c ' durres')" 1

is "the traveller's crossings are there" \
    "$("$KUFI" traveller "$node" --document UTO/L898902C3 --purpose test \
        --json | jq -r '.travellers[0].history | map(.direction) | join(" ")')" \
    "entry exit exit entry"
is "in words, too" \
    "$("$KUFI" traveller "$node" --document UTO/L898902C3 --purpose test |
        grep -c ' crossing ')" 4
is "nobody is a no" \
    "$(exit_of "$KUFI" traveller "$node" --document UTO/X --purpose test)" 1
is "no purpose, no answer" \
    "$(exit_of "$KUFI" traveller "$node" --document UTO/L898902C3)" 2

# A stream: every line is answered, in order.
"$KUFI" sample --travellers 500 --days 20 --until 2026-07-20 >"$scratch/lines"
lines=$(wc -l <"$scratch/lines")
before=$(crossings)
"$KUFI" cross "$node" <"$scratch/lines" >"$scratch/answers"
is "a stream is recorded" $? 0
is "each line has its answer, in order" \
    "$(jq -r '[.time, .direction, .decision] | join(" ")' "$scratch/answers" |
        md5sum)" \
    "$(jq -r '[.time, .direction, .decision] | join(" ")' "$scratch/lines" |
        md5sum)"
is "and no more than its own" "$(crossings)" "$((before + lines))"
is "one traveller's records keep their order" \
    "$(jq -r '.document | .issuing_state + .document_number' "$scratch/answers" |
        paste - <(jq -r '.receipt.index' "$scratch/answers") | sort -s -k 1,1 |
        awk '$1 == last && $2 <= at { bad++ } { last = $1; at = $2 }
             END { print bad + 0 }')" 0
"$KUFI" cross "$node" <"$scratch/lines" >"$scratch/again"
is "sent again, nothing is recorded twice" "$(crossings)" "$((before + lines))"

# Lines that are no requests are answered in their places.
{
    echo 'no json'
    head -n 1 "$scratch/lines" | jq -c '.idempotency_key = "k1"'
    echo
    echo '{"mrz":["A"],"direction":"sideways"}'
    head -c 100000 /dev/zero | tr '\0' x
    echo
    echo '{"mrz":"A"}'
    head -n 1 "$scratch/lines" | jq -c '.idempotency_key = "k2"'
} | "$KUFI" cross "$node" >"$scratch/mixed"
is "refusals do not stop a stream" $? 1
is "and stand in their places" \
    "$(jq -r '.status // "recorded"' "$scratch/mixed" | paste -sd ' ')" \
    "400 recorded 422 413 400 recorded"

# A pipe that waits for each answer before it sends the next line gets it.
mkfifo "$scratch/to" "$scratch/from"
"$KUFI" cross "$node" <"$scratch/to" >"$scratch/from" &
crossing=$!
exec 5>"$scratch/to" 6<"$scratch/from"
answered=0
for i in 1 2 3; do
    head -n 1 "$scratch/lines" | jq -c ".idempotency_key = \"pipe-$i\"" >&5
    read -r -t 20 _ <&6 && answered=$((answered + 1))
done
exec 5>&- 6<&-
wait $crossing
is "a line is answered before the next one comes" $answered 3

# The node killed in the middle, started again after a while.
before=$(crossings)
"$KUFI" sample --travellers 1500 --days 20 --seed 2 --until 2026-08-20 \
    >"$scratch/lines"
lines=$(wc -l <"$scratch/lines")
"$KUFI" cross "$node" <"$scratch/lines" >"$scratch/answers" &
crossing=$!
for ((i = 0; i < 200; i++)); do
    [ "$(wc -l <"$scratch/answers")" -gt 100 ] && break
    sleep 0.02
done
kill -KILL "$supervisor"
wait "$supervisor" 2>/dev/null
# Away for a while, so that the stream has to wait.
sleep 1
ok "the node starts again" node_start
wait $crossing
is "a stream outlives a killed node" $? 0
is "each line is recorded" "$(jq -r .record "$scratch/answers" | grep -c durres/)" \
    "$lines"
is "once" "$(jq -r .record "$scratch/answers" | sort -u | wc -l)" "$lines"
is "and nothing else is" "$(crossings)" "$((before + lines))"
is "in order" \
    "$(jq -r .time "$scratch/answers" | md5sum)" \
    "$(jq -r .time "$scratch/lines" | md5sum)"

ok "the node stops" node_stop
tap_end
