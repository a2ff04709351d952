#!/bin/bash
# `kufi sample`: lines that `kufi mrz` finds valid to the last check digit, in
# order of time, the same for the same seed, in the shape that was promised.
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

sample() {
    "$KUFI" sample --until 2026-10-31 "$@"
}

exit_of() {
    "$@" >/dev/null 2>&1
    echo $?
}

lines=$scratch/lines
sample --travellers 3000 --days 400 >"$lines"
ok "thousands of lines" test "$(wc -l <"$lines")" -gt 6000
ok "in order of time" equal "$(jq -r .time "$lines" | sort -c 2>&1)" ""
ok "within the days" equal \
    "$(jq -r '.time[:10] | select(. < "2025-09-27" or . > "2026-10-31")' \
        "$lines" | wc -l)" 0
ok "each with a key of its own" equal \
    "$(jq -r .idempotency_key "$lines" | sort | uniq -d | wc -l)" 0
ok "reasons for those refused, and only for them" equal \
    "$(jq -c 'select((.decision == "refuse") != (.reasons | length > 0))' \
        "$lines" | wc -l)" 0
ok "nobody enters twice without leaving" equal \
    "$(jq -r 'select(.decision == "admit") |
            [.mrz[-1] + .mrz[0][5:], .direction] | @tsv' "$lines" |
        awk -F '\t' '$2 == last[$1] { bad++ } { last[$1] = $2 }
            END { print bad + 0 }')" 0

jq -r '(.mrz | join("\n")) + "\n"' "$lines" |
    "$KUFI" mrz --today 2026-10-31 >"$scratch/read"
ok "every document is valid" equal \
    "$(jq -r .valid "$scratch/read" | sort | uniq -c | tr -s ' ')" \
    " $(wc -l <"$lines") true"
ok "all formats are there" equal \
    "$(jq -r .format "$scratch/read" | sort -u | paste -sd ' ')" \
    "FRA-ID MRV-A MRV-B TD1 TD2 TD3"
ok "nobody is born after the first day" equal \
    "$(jq -r 'select(.date_of_birth > "2025-09-27") | .format' \
        "$scratch/read" | wc -l)" 0

again=$(sample --travellers 50 | md5sum)
ok "the same again" equal "$(sample --travellers 50 | md5sum)" "$again"
ok "another seed, other people" \
    not equal "$(sample --travellers 50 --seed 2 | md5sum)" "$again"
ok "no two travellers have one document" equal \
    "$(sample --travellers 100000 --days 1 | cut -d '"' -f 4,6 |
        sed -n 's/^P<\(...\)\(.*\)"\(.........\).*/\1\3 \2/p' | sort -u |
        cut -d ' ' -f 1 | uniq -d | wc -l)" 0
for wrong in "--days 0" "--days x" "--travellers 0" "--until 2026-13-01" \
    "--until 1969-01-01" "--seed -1" "more"; do
    # shellcheck disable=SC2086 # two words on purpose
    ok "refuses $wrong" equal "$(exit_of "$KUFI" sample $wrong)" 2
done
ok "a full disk is trouble" equal "$("$KUFI" sample 2>/dev/null >/dev/full
    echo $?)" 3
tap_end
