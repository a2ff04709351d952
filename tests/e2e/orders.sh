#!/bin/bash
# What a centre may do to a post without the custodians, and with them: it puts
# alerts, and they are in force there; it withdraws them in bulk, and ten a day
# are withdrawn there and no more, with an alarm; by an order that two custodians
# signed the rest is; one that a single custodian signed is refused and changes
# nothing. A list of the centre that lost half of its entries is taken by an
# order alone. SYN 3.5, SYN 3.8 to 3.10
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash
country=$scratch/country
country_desks=1
. tests/e2e/country.bash
trap 'country_end KILL; clean_up' EXIT
mkdir -p "$country"

found() {
    custodians_make &&
        node_make centre centre land Centre --sample &&
        node_make durres post sea "Durrës" --sample &&
        roster_make centre durres &&
        node_join centre && node_join durres
}
ok "a centre and a post" found || exit 1
ok "the centre starts" node_run centre
ok "the post starts" node_run durres

put() { # put NUMBER: an alert at the centre; prints its record
    "$KUFI" alert put "$(node_dir centre)" --document "UTO/X$1" \
        --reason stolen --action "Keep it" --owner police |
        grep -o 'centre/[0-9]*'
}
put_all() {
    local i
    for i in $(seq 100 112); do
        put "$i" >>"$scratch/alerts" || return
    done
}
ok "the centre puts 13 alerts" put_all
in_force() { # how many of them are, at the post
    "$KUFI" alert show "$(node_dir durres)" | grep -c 'centre/'
}
# in_force_are NUMBER: within 20 s
in_force_are() {
    local end=$((${EPOCHREALTIME/./} + 20000000))
    until [ "$(in_force)" = "$1" ]; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || {
            equal "$(in_force)" "$1"
            return
        }
        sleep 0.2
    done
}
ok "which are in force at the post" in_force_are 13

withdraw_all() {
    local alert
    while read -r alert; do
        "$KUFI" alert withdraw "$(node_dir centre)" "$alert" \
            --reason "the centre says so" || return
    done <"$scratch/alerts"
}
ok "it withdraws them all" withdraw_all
ok "at the post three are left" in_force_are 3
# Another one, which comes behind all of these: so they have all been seen.
ok "it puts another" put 200
ok "which is all that there is besides" in_force_are 4
says() { # says WORDS COMMAND...
    local words=$1
    shift
    "$@" >"$scratch/answer" 2>&1
    cat "$scratch/answer"
    grep -q -- "$words" "$scratch/answer"
}
ok "and the post says so" says "withdrew alerts" node_status durres

order() { # order FILE SIGNER...: of the last three
    local file=$scratch/$1
    shift
    # shellcheck disable=SC2046  # three names of records
    "$KUFI" custodian order "$file" withdraw $(tail -n 3 "$scratch/alerts") \
        --country ALB && custodians_sign "$file" "$@"
}
ok "an order that one custodian signed" order one alice
ok "is refused at the post" status 1 \
    "$KUFI" obey "$(node_dir durres)" "$scratch/one"
ok "and at the centre" status 1 \
    "$KUFI" obey "$(node_dir centre)" "$scratch/one"
sleep 2
ok "nothing has changed" in_force_are 4
ok "an order that two signed" order two bob carol
ok "is taken at the centre" "$KUFI" obey "$(node_dir centre)" "$scratch/two"
ok "and finds its way to the post" in_force_are 1
ok "where it may come twice" "$KUFI" obey "$(node_dir durres)" "$scratch/two"
# A list: what grows is taken, what has lost half of itself is not.
list_make() { # list_make ENTRIES: as many invented persons
    head -1 packaging/watchlist.sample.csv
    seq -f 'T%g,TESTER,NOBODY,,1980,M,UTO,,Keep,wanted,' "$1"
}
import() {
    list_make "$1" >"$scratch/$1.csv" &&
        "$KUFI" list import "$(node_dir centre)" --name sample --source csv \
            "${@:2}" "$scratch/$1.csv"
}
entries() { # how many the post's list has
    "$KUFI" list show "$(node_dir durres)" --json |
        jq -r 'select(.name == "sample") | .entries'
}
# entries_are NUMBER: within 20 s
entries_are() {
    local end=$((${EPOCHREALTIME/./} + 20000000))
    until [ "$(entries)" = "$1" ]; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || {
            equal "$(entries)" "$1"
            return
        }
        sleep 0.2
    done
}
ok "the centre takes a list" import 200
ok "the post too" entries_are 200
ok "the centre takes one that lost half" import 100 --accept-shrink
refusal() {
    local end=$((${EPOCHREALTIME/./} + 20000000))
    until node_status durres | grep -q "$1"; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || {
            node_status durres
            return 1
        }
        sleep 0.2
    done
}
ok "the post refuses it, and says so" refusal list_refused
ok "and keeps what it has" entries_are 200
sha256=$("$KUFI" list show "$(node_dir centre)" --json |
    grep -o '"sha256":"[0-9a-f]*"' | cut -d'"' -f4 | head -1)
list_order() {
    "$KUFI" custodian order "$scratch/list" list "$sha256" sample \
        --country ALB && custodians_sign "$scratch/list" alice carol
}
ok "an order for it" list_order
ok "is taken at the centre" "$KUFI" obey "$(node_dir centre)" "$scratch/list"
ok "and then the post takes the list" entries_are 100
ok "the centre ends" node_end centre
ok "the post ends" node_end durres
ok "tables made anew are the same" \
    bash -c "'$KUFI' rebuild '$(node_dir durres)' >/dev/null &&
        [ \$('$KUFI' alert show '$(node_dir durres)' | grep -c centre/) = 1 ]"
tap_end
