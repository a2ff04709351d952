#!/bin/bash
# `kufi screen` asks what is in force at a node, beside it and without it, in
# every form of a question; a list or an alert counts from the next line on; what
# cannot be asked is said, in the answer and by the exit status; nothing is
# recorded. SCR 1.1, SCR 1.2, SCR 1.6, SCR 1.7, SCR 1.9
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

is() {
    ok "$1" equal "$2" "$3"
}

# The hits of one question, as "LIST ENTRY" each, with commas between them.
hits() {
    "$KUFI" screen "$node" <<<"${1//$'\n'/ }" 2>"$scratch/err" |
        jq -r '[.hits[] | .list + " " + .entry] | join(", ")'
}

# The lists alone.
lists() {
    "$KUFI" screen "$node" <<<"$1" 2>"$scratch/err" |
        jq -r '[.hits[].list] | join(",")'
}

# The answer's member.
answer() {
    "$KUFI" screen "$node" --today 2026-07-01 <<<"$2" 2>"$scratch/err" |
        jq -c "$1"
}

screen_status() {
    "$KUFI" screen "$node" <<<"$1" >/dev/null 2>"$scratch/err"
    echo $?
}

import() {
    "$KUFI" list import "$node" --name "$1" --source "$2" "$3" >/dev/null
}

cat >"$scratch/watch.csv" <<'END'
surname,given,aliases,date of birth,sex,nationality,documents,action,reason,expiry
ERIKSSON,ANNA MARIA,,1974-08-12,F,UTO,,Detain,wanted,
STEVENSON,PETER JOHN,Johnny Specimen,1970,M,XXA,XXA P X0123456,,refused_entry,2026-06-30
END
cat >"$scratch/lost.csv" <<'END'
state,type,number,number_to,reason
UTO,P,L898902C3,,stolen
UTO,P,AB0100,AB0199,blank
END
ANNA_MRZ='{"id":"m","mrz":["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<","L898902C36UTO7408122F1204159ZE184226B<<<<<10"]}'

ok "a node is made" node_init
is "nothing is in force" "$(hits '{"id":1,"name":"Anna Eriksson"}')" ""
ok "a list is imported" import watch csv "$scratch/watch.csv"
ok "and one of documents" import lost documents "$scratch/lost.csv"
before=$(sha256sum "$node/log/checkpoint")
is "a name" "$(hits '{"id":1,"name":"Anna Maria Eriksson"}' |
    cut -d' ' -f1)" watch
is "by its parts, misspelt, with a year of birth" "$(hits '{"id":1,
    "surname":"ERIKSON","given_names":"ANNA MARIA","date_of_birth":"1974"}' |
    cut -d' ' -f1)" watch
is "another person" "$(hits '{"id":1,"name":"Corinne Berthier"}')" ""
is "a document, a letter O for the zero" \
    "$(hits '{"id":1,"documents":[{"state":"UTO","number":"L8989O2C3"}]}')" \
    "lost UTO/P/L898902C3"
is "a blank of a range" \
    "$(hits '{"id":1,"documents":[{"state":"UTO","number":"AB0150"}]}')" \
    "lost UTO/P/AB0100-AB0199"
is "the blank after it" \
    "$(hits '{"id":1,"documents":[{"state":"UTO","number":"AB0200"}]}')" ""
is "an MRZ, by document and by name" \
    "$(lists "$ANNA_MRZ")" "lost,watch"
is "the identifier comes back" "$(answer .id "$ANNA_MRZ")" '"m"'
is "a number as a number" "$(answer .id '{"id":7,"name":"Anna"}')" 7
is "reasons are in words" "$(answer '.hits[0].reasons[0]' "$ANNA_MRZ")" \
    '"same document"'
is "an entry counts on no day after its last" \
    "$(answer .hits '{"id":1,"name":"Peter John Stevenson"}')" "[]"
is "all answered is status 0" "$(screen_status "$ANNA_MRZ")" 0
is "a line that is none is 1" "$(screen_status 'no JSON')" 1
is "and has its answer" "$(answer . 'no JSON')" \
    '{"id":null,"error":"no JSON object"}'
is "neither name nor document" "$(answer .error '{"id":1,"sex":"F"}')" \
    '"neither a name nor a document"'
is "no date" "$(answer .error '{"id":1,"name":"A","date_of_birth":"1974-13"}')" \
    '"date_of_birth is no date"'
is "no MRZ" "$(answer .error '{"id":1,"mrz":["A","B"]}')" \
    '"mrz is no machine readable zone"'
is "no such folder is 3" \
    "$("$KUFI" screen "$scratch/none" </dev/null 2>/dev/null; echo $?)" 3
is "lines out answer lines in" "$(for i in $(seq 50); do
    echo "{\"id\":$i,\"name\":\"Anna Eriksson\"}"
done | "$KUFI" screen "$node" | jq .id | tr '\n' ' ' | md5sum)" \
    "$(seq 50 | tr '\n' ' ' | md5sum)"

is "nothing was recorded" "$(sha256sum "$node/log/checkpoint")" "$before"
ok "the node starts" node_start
is "beside it, the same" "$(lists "$ANNA_MRZ")" "lost,watch"
# One that stays open sees what comes into force meanwhile.
mkfifo "$scratch/in" "$scratch/out"
"$KUFI" screen "$node" <"$scratch/in" >"$scratch/out" &
exec 7>"$scratch/in" 8<"$scratch/out"
echo '{"id":1,"name":"Corinne Berthier"}' >&7
read -r -u 8 line
is "nobody yet" "$(jq -c .hits <<<"$line")" "[]"
alert=$("$KUFI" alert put "$node" --surname BERTHIER --given-names CORINNE \
    --reason wanted --action "Detain" --owner Police --json |
    jq -r '.record // .id // .name')
echo '{"id":2,"name":"Corinne Berthier"}' >&7
read -r -u 8 line
is "an alert counts from the next line on" \
    "$(jq -c '[.hits[] | .list, .entry, .reason, .action]' <<<"$line")" \
    "[\"alert\",\"$alert\",\"wanted\",\"Detain\"]"
"$KUFI" alert withdraw "$node" "$alert" --reason found >/dev/null
echo '{"id":3,"name":"Corinne Berthier"}' >&7
read -r -u 8 line
is "and no more once it is withdrawn" "$(jq -c .hits <<<"$line")" "[]"
exec 7>&- 8<&-
wait $! || true

# A list whose file is gone hides nothing and is not hidden.
lost=$("$KUFI" list show "$node" --json |
    jq -r '.. | objects | select(.name == "lost") | .sha256')
rm "$node/lists/$lost.documents"
is "the others answer" "$(hits "$ANNA_MRZ" | cut -d' ' -f1)" watch
is "the answer names it" "$(answer .unasked "$ANNA_MRZ")" '["lost"]'
is "status 3 says so" "$(screen_status "$ANNA_MRZ")" 3
ok "and a complaint" grep -q "list lost is missing" "$scratch/err"
api POST /v1/inspections "{\"mrz\":$MRZ,\"direction\":\"entry\"}" |
    head -n 1 >"$scratch/scan"
is "a scan at the booth is answered, and is no clear one" \
    "$(jq -r '.recommendation != "clear"' "$scratch/scan")" true
ok "the node stops" node_stop
tap_end
