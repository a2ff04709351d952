#!/bin/bash
# A country of five real nodes on loopback: their roster is joined, each post's
# log is mirrored and cosigned by others, a crossing at one post is known at
# another, a list that the centre took is taken by the posts, and status says
# so. Then one post is cut off and comes back, a node that the roster revokes is
# no node any more, and a roster that one custodian signed is refused; and each
# node's tables are what a rebuild makes. SYN 1.2, SYN 1.3, SYN 6.4, STO 6.6
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash
country=$scratch/country
country_desks=1
. tests/e2e/country.bash
trap 'country_end KILL; clean_up' EXIT

mkdir -p "$country"
LINE1='P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<'
LINE2='L898902C36UTO7408122F1204159ZE184226B<<<<<10'
nodes=(centre tirana durres morine witness)

found() {
    custodians_make &&
        node_make centre centre land Centre --sample &&
        node_make tirana post air "Tirana airport" --sample &&
        node_make durres post sea "Durrës" --sample &&
        node_make morine post land "Morinë" --sample &&
        node_make witness witness land Witness --sample &&
        roster_make "${nodes[@]}"
}
ok "custodians, five nodes, a roster that two sign" found || exit 1

join_all() {
    local name
    for name in "${nodes[@]}"; do
        node_join "$name" || return
    done
}
ok "all join" join_all
# Those who are called first: a call that failed is not tried again at once.
ok "those who listen start" node_run centre witness
ok "the posts start" node_run tirana durres morine

# A crossing at Durrës, as the record's index.
cross() {
    "$KUFI" cross "$(node_dir "$1")" "$2" "$LINE1" "$LINE2" \
        2>/dev/null | grep -o "$1/[0-9]*" | head -1 | cut -d/ -f2
}
index=$(cross durres entry)
ok "a crossing at one post" test -n "$index"
for name in tirana morine centre; do
    ok "is folded at $name" \
        log_reaches $name durres folded $((index + 1)) 30
done
knows() {
    "$KUFI" traveller "$(node_dir "$1")" --document UTO/L898902C3 \
        --purpose "a test" | tee "$scratch/traveller" | grep -q "durres/$index"
}
ok "and the traveller's history has it" knows tirana

cosigned() { # cosigned BY OF: the published checkpoint bears BY's line
    local end=$((${EPOCHREALTIME/./} + 20000000))
    until grep -q "^— $(node_origin "$1")/witness " \
        "$(node_dir "$2")/log/checkpoint"; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || {
            cat "$(node_dir "$2")/log/checkpoint"
            return 1
        }
        sleep 0.1
    done
}
ok "its checkpoint is cosigned by the centre" cosigned centre durres
ok "and by the witness" cosigned witness durres

list() {
    "$KUFI" list import "$(node_dir centre)" --name watchlist --source csv \
        packaging/watchlist.sample.csv
}
ok "the centre takes a list" list
listed() {
    local end=$((${EPOCHREALTIME/./} + 30000000))
    until "$KUFI" list show "$(node_dir "$1")" | grep -q watchlist; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
        sleep 0.2
    done
}
ok "and a post takes it from there" listed morine

says() { # says WORDS COMMAND...
    local words=$1
    shift
    "$@" >"$scratch/answer" 2>&1
    cat "$scratch/answer"
    grep -q -- "$words" "$scratch/answer"
}
ok "status names the logs" says "^durres  *post" node_status tirana

# Cut off, and back.
ok "a post is cut off" "$KUFI" isolate "$(node_dir tirana)" --reason "a test"
ok "which it says" says isolated node_status tirana
mode=$(curl -s -m 3 -D - -o /dev/null "$(node_url tirana)/v1/health" |
    tr -d '\r' | grep -i '^Kufi-Mode:')
ok "in every answer" equal "$mode" "Kufi-Mode: isolated"
alone=$(cross tirana entry)
ok "it goes on" test -n "$alone"
outside=$(cross morine exit)
sleep 1
held=$(log_member durres tirana folded)
ok "nobody hears of it" test "${held:-0}" -le "$alone"
ok "it comes back" "$KUFI" rejoin "$(node_dir tirana)"
ok "and what it did is known" log_reaches durres tirana folded $((alone + 1)) 30
ok "and it knows what was done" \
    log_reaches tirana morine folded $((outside + 1)) 30

# A post dies by force and starts again.
ok "a post is killed" node_end morine KILL
ok "and starts again" node_run morine
again=$(cross morine entry)
ok "its crossings are known as before" \
    log_reaches tirana morine folded $((again + 1)) 30

# A roster by one custodian is refused, by two it is taken.
cp "$country/roster" "$country/before"
"$KUFI" roster revoke "$country/roster" "$(node_origin morine)"
cp "$country/roster" "$country/forged"
custodians_sign "$country/forged" alice
ok "a roster that one signed is refused" status 1 \
    "$KUFI" join "$(node_dir centre)" --roster "$country/forged"
custodians_sign "$country/roster"
ok "that two signed is taken" "$KUFI" join "$(node_dir centre)" \
    --roster "$country/roster"
has_version() {
    local end=$((${EPOCHREALTIME/./} + 20000000))
    until "$KUFI" roster show "$(node_dir "$1")/roster" 2>/dev/null |
        grep -q "version $2,"; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
        sleep 0.1
    done
}
ok "and finds its way to the posts" has_version tirana 2
ok "an older one is refused" status 1 \
    "$KUFI" join "$(node_dir centre)" --roster "$country/before"
gone=$(cross morine exit)
sleep 2
held=$(log_member tirana morine folded)
ok "of a revoked node nothing more is taken" test "${held:-0}" -le "$gone"

for name in "${nodes[@]}"; do
    ok "$name ends in order" node_end "$name"
    ok "$name's log verifies" "$KUFI" log verify "$(node_dir "$name")"
    ok "$name's tables are what its log and its mirrors make" \
        "$KUFI" rebuild --dry-run "$(node_dir "$name")"
done
tap_end
