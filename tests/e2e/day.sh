#!/bin/bash
# A day at a post, told through the API: the ferry port of Durrës, tomorrow. All
# that an inspection can find (INS 2) is found in its place of the story, once,
# and what an officer does about it is done. Every traveller is invented.
set -u
cd "$(dirname "$0")/../.." || exit 3
# shellcheck source=tests/e2e/node.bash
. tests/e2e/node.bash
# shellcheck source=tests/e2e/traveller.bash
. tests/e2e/traveller.bash

today=$(date -u -d tomorrow +%F)

# day N: so many days from today, 2026-07-01; short N: the same as 260701.
day() { date -u -d "$today $1 days" +%F; }
short() { date -u -d "$today $1 days" +%y%m%d; }
# at CLOCK [N]: that time in Tirana, today or on day N, in UTC.
at() { date -u -d "TZ=\"Europe/Tirane\" $(day "${2:-0}") $1" +%FT%TZ; }
later=$(short +2000)

answer=
seen=$scratch/seen
: >"$seen"

# scan CLOCK LANE DIRECTION MRZ [MORE-MEMBERS]
scan() {
    answer=$(api POST /v1/inspections "{\"mrz\":$4,\"direction\":\"$3\",\
\"lane\":\"$2\",\"time\":\"$(at "$1")\"${5:+,$5}}")
    jq -r '.findings[]?.code' <<<"${answer%$'\n'*}" >>"$seen"
}

# of FILTER: from the last scan's answer.
of() { jq -r "$1" <<<"${answer%$'\n'*}"; }

# found RECOMMENDATION [CODE...]: exactly these, the gravest first.
found() {
    local recommendation=$1
    shift
    equal "$(tail -1 <<<"$answer")" 201 &&
        equal "$(of '[.findings[].code] | join(" ")')" "$*" &&
        equal "$(of .recommendation)" "$recommendation" &&
        equal "$(of '[.findings[] | select(.title == "" or .next == "" or
            (.clause | startswith("INS 2.") | not))] | length')" 0
}

# says CODE TEXT: the evidence of the finding.
says() {
    equal "$(of ".findings[] | select(.code == \"$1\") | .evidence")" "$2"
}

# decide CLOCK LANE DECISION [REASON]: about the last scan.
decide() {
    local reasons=${4:+,\"reasons\":[\"$4\"]}
    equal "$(api POST /v1/crossings "{\"inspection\":\"$(of .id)\",\
\"decision\":\"$3\",\"lane\":\"$2\",\"time\":\"$(at "$1")\"$reasons}" |
        tail -1)" 201
}

# register N CLOCK DIRECTION MRZ [DECISION [MORE-MEMBERS]]: from the paper
# register of day N, typed in at $typed. Prints the record's name.
typed=07:00
register() {
    local decision=${5:-admit} made
    made=$(api POST /v1/late-records "{\"occurred\":\"$(at "$2" "$1")\",\
\"time\":\"$(at "$typed")\",\"reason\":\"paper register\",\"recorder\":\"a clerk\",\
\"direction\":\"$3\",\"decision\":\"$decision\",\"mrz\":$4${6:+,$6}}")
    equal "$(tail -1 <<<"$made")" 201 && jq -r .record <<<"${made%$'\n'*}"
}

# ----- The night before. -----

node_init --sample --at 41.3092,19.4475 --post "Kapshticë=40.6108,21.0206"
ok "the node starts" node_start

anna=$(passport ERIKSSON "ANNA MARIA" L898902C3 740812 F "$later")
cat >"$scratch/wanted.csv" <<'CSV'
reference,surname,given,date_of_birth,sex,nationality,reason,action
U-1,NORDSTROEM,GUSTAV ADOLF,1961-02-28,M,UTO,wanted,Hold and call the second line
CSV
cat >"$scratch/lost.csv" <<'CSV'
state,type,number,reason
UTO,P,S1234567,stolen
CSV
cat >"$scratch/rules" <<RULES
kufi stay rules 1
date $(day -30)
rule visas nationality=XXA,XXB title=visa stay=90/180
rule utopia nationality=UTO stay=90/180
end
RULES
import() {
    status 0 "$KUFI" list import "$node" --name "$1" --source "$2" "$3"
}
ok "the list of wanted persons is imported" \
    import wanted csv "$scratch/wanted.csv"
ok "and that of stolen passports" import lost documents "$scratch/lost.csv"
ok "and the rules of stay" import stay-rules rules "$scratch/rules"

ok "an alert on a passport" status 0 "$KUFI" alert put "$node" \
    --document UTO/W7654321 --reason wanted --owner "police of Utopia" \
    --action "Hold and call the second line"
ok "a diplomat has 24 hours to leave" status 0 "$KUFI" order exit "$node" \
    --document UTO/D1111111 --deadline "$(at 18:00)" \
    --reason "declared persona non grata" --owner "foreign ministry"
ok "another was to leave two days before" status 0 "$KUFI" order exit "$node" \
    --document UTO/R2222222 --deadline "$(at 12:00 -2)" \
    --reason "return decision 7" --owner "migration office"
cat >"$scratch/ferry" <<'JSONL'
{"document":{"issuing_state":"UTO","document_number":"F3333333","surname":"LINDQVIST","given_names":"OLE","nationality":"UTO","date_of_birth":"1980-05-05"}}
JSONL
ok "the ferry announces its passengers" status 0 "$KUFI" manifest put "$node" \
    --voyage UT101 --date "$today" --direction entry "$scratch/ferry"

tourist=$(passport HOLM INGRID T4444444 900909 F "$later")
worker=$(passport BERG SVEN O5555555 850505 M "$later")
diplomat=$(passport STRAND ERIK D1111111 600606 M "$later")
returned=$(passport DAHL KNUT R2222222 880808 M "$later")
refused=$(passport FALK NILS B6666666 790707 M "$later")
twin=$(passport LUND PER I7777777 830303 M "$later")
clerk=$(passport VIK TOVE C8888888 910101 F "$later")
former=$(passport ASP MARTA K9999999 940404 F "$later")
renewed=$(passport ASP "MARTA LENA" K9999998 940404 F "$later")
first=$(passport ROOS KARIN N1212121 720202 F "$later")
second=$(passport BJORK OSKAR N1212121 010303 M "$later")

registers() {
    register -85 10:00 entry "$tourist" && register -3 10:00 exit "$tourist" &&
        register -95 10:00 entry "$worker" &&
        register -20 10:00 entry "$diplomat" &&
        register -40 10:00 entry "$returned" &&
        register -10 10:00 entry "$refused" refuse '"reasons":["C"]' &&
        register -30 10:00 entry "$former" &&
        register -28 10:00 exit "$former" &&
        register -60 10:00 entry "$first" &&
        register -55 10:00 exit "$first" && register -5 10:00 entry "$twin"
}
ok "the paper registers are typed in" registers
paper=$(register -30 10:00 entry "$clerk")
ok "and one of them wrongly" test -n "$paper"
ok "which is corrected" equal "$(api POST /v1/corrections \
    "{\"record\":\"$paper\",\"field\":\"lane\",\"value\":\"4\",\
\"reason\":\"misread\"}" | tail -1)" 201

# ----- The morning. -----

scan 08:00 1 entry "$anna"
ok "08:00 Anna enters: there is nothing to say" found clear
ok "08:00 she may stay 90 days" equal "$(of .stay.max_stay_if_entering)" 90
ok "08:01 she is let in" decide 08:01 1 admit

scan 08:05 1 entry '["IDENTITY CARD OF NO STATE"]'
ok "08:05 a library card is no document" found look unreadable

changed=$(passport SOLBERG RUNE Q1010101 720505 M "$later")
scan 08:10 1 entry "${changed/Q1010101/Q1010107}"
ok "08:10 a number that somebody changed" found refer check_digit
ok "08:10 which says where to look" says check_digit \
    "Wrong check digits: document number, all fields together."

x=$(passport MOBERG LO X1313131 870707 X "$later")
scan 08:15 1 entry "$x"
ok "08:15 an X is printed where a filler belongs" found look document_fault

scan 08:20 1 entry "$(passport HAGE BO E1414141 650505 M "$(short -1)")"
ok "08:20 a passport that expired yesterday" found look expired
ok "08:21 is refused for reason A" decide 08:21 1 refuse A

scan 08:25 1 entry "$(passport TORP EVA E1515151 660606 F "$(short +60)")"
ok "08:25 one that ends in 60 days" found look expires_soon

# ----- Lists and alerts. -----

scan 09:00 1 entry "$(passport KROK TOR S1234567 770101 M "$later")"
ok "09:00 a stolen passport" found refer listed_document
ok "09:01 goes to the second line" decide 09:01 1 hand_over

wanted=$(passport KVIST LEO W7654321 710101 M "$later")
scan 09:05 1 entry "$wanted"
ok "09:05 an alert on the passport" found refer alert_document
ok "09:05 says what to do" equal "$(of '.hits[0].action')" \
    "Hold and call the second line"
alert=$(of '.hits[0].entry')
ok "09:10 the police take it back" status 0 "$KUFI" alert withdraw "$node" \
    "$alert" --reason "found"
scan 09:11 1 entry "$wanted"
ok "09:11 and at the next scan it is gone" found clear

namesake=$(passport NORDSTROM GUSTAF P1616161 610228 M "$later")
scan 09:20 1 entry "$namesake"
ok "09:20 a wanted man, written otherwise" found refer alert_name
ok "09:20 by his list and entry" equal \
    "$(of '.hits[0] | "\(.list) \(.entry) \(.status)"')" "wanted U-1 open"
ok "09:25 the second line finds that it is another" status 0 "$KUFI" hit \
    "$node" "$(of '.hits[0].id')" other --reason "born elsewhere, no scar"
scan 09:30 1 entry "$namesake"
ok "09:30 he is not stopped again" found clear
ok "09:30 though the hit is still named" equal "$(of '.hits[0].status')" other

# ----- Days of stay. -----

scan 10:00 2 entry "$tourist"
ok "10:00 a tourist with seven days left" found clear stay_days_left
ok "10:00 and until when" equal "$(of .stay.last_allowed_day)" "$(day +6)"
ok "10:01 she is let in" decide 10:01 2 admit

scan 10:05 2 exit "$worker"
ok "10:05 a worker who stayed too long leaves" found refer overstay
ok "10:05 by six days" equal "$(of '.findings[0].number')" 6
overstayers() {
    "$KUFI" overstayers "$node" --on "$today" | grep -c BERG
}
ok "10:06 he is on the list of those who stay too long" equal \
    "$(overstayers)" 1
ok "10:07 he leaves" decide 10:07 2 admit
ok "10:08 and is on it no more" equal "$(overstayers)" 0

stateless=$(passport NEMO ARIS A1717171 800101 M "$later" XXA)
scan 10:10 2 entry "$stateless"
ok "10:10 who needs a visa and shows none" found refer no_right_to_stay
ok "10:11 is refused for reason C" decide 10:11 2 refuse C
refugee=$(passport NEMO IRIS A1818181 820202 F "$later" XXB)
visa='"visa":{"type":"C","valid_from":"%s","valid_to":"%s","entries":1}'
# shellcheck disable=SC2059 # the format is ours
scan 10:15 2 entry "$refugee" \
    "$(printf "$visa" "$(day -60)" "$(day -1)")"
ok "10:15 whose visa ended yesterday" found refer visa_limit
# shellcheck disable=SC2059
scan 10:20 2 entry "$refugee" \
    "$(printf "$visa" "$(day -1)" "$(day +60)")"
ok "10:20 and with a new one" found clear

# ----- Crossings that do not fit. -----

scan 11:00 1 entry "$anna"
ok "11:00 Anna, who came in at eight, comes in again" found look already_inside
ok "11:00 says when and where" says already_inside \
    "Entered on $today 08:01 at this post; no exit is recorded since."
ok "11:01 the second line keeps her" decide 11:01 1 hand_over

scan 11:05 1 exit "$(passport SJO ALMA G1919191 690909 F "$later")"
ok "11:05 who leaves and never came" found look exit_without_entry

typed=11:10
elsewhere=$(register 0 11:00 exit "$twin" admit '"place":"Kapshticë"')
ok "11:10 a post in the mountains types in its morning" test -n "$elsewhere"
scan 11:20 1 entry "$twin"
ok "11:20 nobody is there and here in 20 minutes" found look impossible_travel

hesitant=$(passport SAND MAJA H2020202 860606 F "$later")
scan 11:30 1 entry "$hesitant"
ok "11:30 a traveller goes away from lane 1" found clear
scan 11:40 2 entry "$hesitant"
ok "11:40 and is seen at lane 2" found look repeated_scan
ok "11:40 ten minutes later" equal "$(of '.findings[0].number')" 10

scan 11:50 1 entry "$refused"
ok "11:50 who was refused ten days ago comes again" found look refused_before

# ----- Orders to leave. -----

scan 12:00 1 exit "$diplomat"
ok "12:00 the diplomat leaves in time" found clear exit_order
ok "12:01 which closes the order" decide 12:01 1 admit
scan 12:10 1 exit "$returned"
ok "12:10 the other leaves two days late" found refer exit_order_overdue
ok "12:10 and was listed as overdue" equal "$("$KUFI" order show "$node" \
    --overdue | grep -c R2222222)" 1
ok "12:11 he is recorded all the same" decide 12:11 1 admit
ok "12:12 and listed no more" equal "$("$KUFI" order show "$node" \
    --overdue | grep -c R2222222)" 0

# ----- The ferry. -----

announced=$(passport LINDQVIST OLE F3333333 800505 M "$later")
scan 14:00 3 entry "$announced" '"voyage":"UT101"'
ok "14:00 a passenger whom the ferry announced" found clear
stowaway=$(passport GRAN ODD F2323232 810101 M "$later")
scan 14:05 3 entry "$stowaway" '"voyage":"UT101"'
ok "14:05 and one whom it did not" found look not_on_manifest
child=$(passport LIND SIV Y2424242 "$(short -3000)" F "$later")
scan 14:10 3 entry "$child"
ok "14:10 a child of eight, alone" found look minor_alone
scan 14:12 3 entry "$child" '"accompanied":true'
ok "14:12 whose mother stands behind her" found clear

# ----- Who is who. -----

scan 15:00 1 exit "$clerk"
ok "15:00 a history that was corrected" found clear correction_pending

scan 15:10 1 entry "$renewed"
ok "15:10 a new passport, a second given name" found clear probably_same
link() {
    status 0 "$KUFI" link "$node" same --a "ASP/MARTA/1994-04-04/F/UTO" \
        --b "ASP/MARTA LENA/1994-04-04/F/UTO" --reason "the former passport"
}
ok "15:12 she shows the old one: they are linked" link
scan 15:15 1 entry "$renewed"
ok "15:15 and are one traveller from now on" found clear
ok "15:15 with the days of both" equal "$(of .stay.days_used)" 3

scan 15:20 1 entry "$second"
ok "15:20 a passport that another person used" found refer other_person_before

# ----- Without the network. -----

index=$(find "$node/lists" -name '*.names' | head -1)
ok "16:00 somebody harms a list" mv "$index" "$scratch/index"
ok "16:00 and the node is started again" node_stop
ok "16:01 and lives without it" node_start
scan 16:05 1 entry "$(passport HOFF JON J2525252 920202 M "$later")"
ok "16:05 the scan says what was not asked" found look not_checked
ok "16:10 the list is mended" mv "$scratch/index" "$index"
ok "16:10 by the engineer" node_stop
ok "16:11 who starts the node" node_start
scan 16:15 1 entry "$(passport HOFF JON J2525252 920202 M "$later")"
ok "16:15 and all is asked again" found clear

today=$(day +3)
scan 08:00 1 entry "$(passport HOFF IDA J2626262 930303 F "$(short +2000)")"
ok "three days later no new list has come" found clear lists_old

# ----- All of it. -----

# shellcheck disable=SC2016 # the marks are the page's
grep -o '^`[a-z_]*`\. ' spec/inspect.md | tr -d '`. ' | sort >"$scratch/codes"
ok "every finding of INS 2 was made" equal "$(sort -u "$seen")" \
    "$(cat "$scratch/codes")"
ok "and each of them once" equal "$(sort "$seen" | uniq -d)" ""
ok "the node stops" node_stop
ok "and its log verifies" "$KUFI" log verify "$node"

tap_end
