#!/bin/bash
# `kufi overstayers` against a real node, beside it and without it: a month of
# invented travellers, those of them who stay on; each look is in the log.
# STY 7.1, STY 7.4
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

is() {
    ok "$1" equal "$2" "$3"
}

# Rows of all pages, one a line.
rows() {
    "$KUFI" overstayers "$node" --json "$@" | jq -c '.overstayers[]'
}

entered() {
    cat <<END
{"mrz":["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<","L898902C36UTO7408122F1204159ZE184226B<<<<<10"],"direction":"entry","time":"$1T10:00:00Z"}
END
}

ok "a node is made" node_init --sample
ok "the node starts" node_start
entered 2026-03-01 | "$KUFI" cross "$node" >/dev/null
is "an entry is recorded" $? 0
"$KUFI" sample --travellers 500 --days 20 --until 2026-07-20 |
    "$KUFI" cross "$node" >/dev/null
is "and travellers of July" $? 0
is "beside the node, nobody is over in May" \
    "$(rows --on 2026-05-29 | wc -l)" 0
rows --on 2026-07-20 >"$scratch/july"
is "in July one is, since the 91st day" \
    "$(jq -r '[.surname, .since, .days_over, .rule] | join(" ")' \
        "$scratch/july")" "ERIKSSON 2026-05-30 52 90/180"
rows --on 2027-01-01 >"$scratch/later"
ok "whoever stays on will be, later" [ "$(wc -l <"$scratch/later")" -gt 20 ]
is "each of them once" \
    "$(jq -r .entry "$scratch/later" | sort | uniq -d | wc -l)" 0
is "nobody who is at home" \
    "$(jq -r 'select(.nationality == "ALB") | .entry' "$scratch/later")" ""
is "in words, too, under a line of headings" \
    "$("$KUFI" overstayers "$node" --on 2027-01-01 | wc -l)" \
    "$(($(wc -l <"$scratch/later") + 1))"
look=$("$KUFI" overstayers "$node" --json | jq -r .access | head -n 1)
is "the look is in the log" \
    "$("$KUFI" log show "$node" "${look#*/}" | jq -r '[.type, .of, .list] |
        join(" ")')" "access list overstayers"
is "a date that is none is a wrong call" \
    "$("$KUFI" overstayers "$node" --on 2026-02-30 >/dev/null 2>&1; echo $?)" 2

# Rules of stay, in force from their import on: a year for one nationality.
cat >"$scratch/rules" <<'END'
kufi stay rules 1
date 2026-07-01
rule a-year nationality=UTO stay=365+90
rule all stay=90/180
end
END
sed '$d' "$scratch/rules" >"$scratch/rules-cut"
is "rules that are cut are refused" \
    "$("$KUFI" list import "$node" --name stay-rules --source rules \
        "$scratch/rules-cut" >/dev/null 2>&1; echo $?)" 1
is "and nothing changes" "$(rows --on 2026-07-20 | jq -r .rule)" "90/180"
ok "rules are imported beside the node" \
    "$KUFI" list import "$node" --name stay-rules --source rules \
    "$scratch/rules"
is "with the day that the file is of" \
    "$("$KUFI" list show "$node" --json | jq -r .list_date)" 2026-07-01
is "and nobody is over any more" "$(rows --on 2026-07-20 | wc -l)" 0
rows --on 2027-03-01 >"$scratch/later"
is "but after a year" \
    "$(jq -r 'select(.surname == "ERIKSSON") | [.rule, .limit, .since] |
        join(" ")' "$scratch/later")" "a-year 365+90 2027-03-01"
ok "the node stops" node_stop
rows --on 2027-03-01 >"$scratch/offline"
is "without it, the same" "$(sort "$scratch/offline" | md5sum)" \
    "$(sort "$scratch/later" | md5sum)"
look=$("$KUFI" overstayers "$node" --json | jq -r .access | head -n 1)
is "and the look is in the log" \
    "$("$KUFI" log show "$node" "${look#*/}" | jq -r '[.type, .of, .list] |
        join(" ")')" "access list overstayers"
ok "which verifies" "$KUFI" log verify "$node"
tap_end
