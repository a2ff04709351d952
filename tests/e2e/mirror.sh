#!/bin/bash
# A country whose centre is gone, or never was: two posts that call a mirror learn
# of each other's crossings by it, and it reads nothing of what it holds and passes
# on; and two posts of which one names an address need nobody between. SYN 2.6,
# SYN 6.2, SYN 6.4
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

# A post that is called.
post_make() {
    local name=$1
    node_make "$name" post land "$2" &&
        free_port >"$country/ports/$name" &&
        echo "peers = 127.0.0.1:$(cat "$country/ports/$name")" \
            >>"$(node_dir "$name")/config.ini"
}
found() {
    custodians_make &&
        node_make attic mirror land "An attic" &&
        node_make durres post sea "Durrës" &&
        node_make tirana post air "Tirana" &&
        roster_make attic durres tirana &&
        node_join attic && node_join durres && node_join tirana
}
ok "two posts and a mirror" found || exit 1
ok "the mirror starts" node_run attic
ok "the posts start" node_run durres tirana

cross() { # cross NAME DIRECTION: the record
    "$KUFI" cross "$(node_dir "$1")" "$2" "$LINE1" "$LINE2" 2>/dev/null |
        grep -o "$1/[0-9]*" | head -1
}
knows() { # knows NAME RECORD: within 30 s
    local end=$((${EPOCHREALTIME/./} + 30000000))
    until "$KUFI" traveller "$(node_dir "$1")" --document UTO/L898902C3 \
        --purpose "a test" 2>/dev/null | grep -q "$2\b"; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
        sleep 0.2
    done
}
record=$(cross durres entry)
ok "a crossing at a post" test -n "$record"
ok "is known at the other" knows tirana "$record"
back=$(cross tirana exit)
ok "and one there at the first" knows durres "$back"
cosigned() { # the published checkpoint bears the mirror's line
    local end=$((${EPOCHREALTIME/./} + 20000000))
    until grep -q "$(node_origin attic)/witness" \
        "$(node_dir "$1")/log/checkpoint"; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
        sleep 0.2
    done
}
ok "the mirror cosigns" cosigned durres
ok "it was given no keys" equal "$(ls "$(node_dir attic)/keyrings")" ""
ok "and knows nobody" equal "$("$KUFI" traveller "$(node_dir attic)" \
    --document UTO/L898902C3 --purpose "a test" 2>/dev/null |
    grep -c "$record")" 0
hex=$(printf %s "$(node_origin durres)" | sha256sum | cut -d' ' -f1)
ok "what it holds is good" "$KUFI" log verify \
    "$(node_dir attic)/peers/$hex" --vkey "$(cat "$(node_dir durres)/log.vkey")"
quiet() { ! node_status attic | grep -qi 'alarm.*refused\|keys_missing'; }
ok "nothing is amiss there" quiet
ok "all end" country_end

# Without anybody between.
country=$scratch/another
mkdir -p "$country"
alone() {
    custodians_make &&
        post_make durres "Durrës" &&
        node_make tirana post air "Tirana" &&
        roster_make durres tirana && node_join durres && node_join tirana
}
ok "two posts, one with an address" alone || exit 1
ok "they start" node_run durres tirana
record=$(cross tirana entry)
ok "a crossing at the one that calls" test -n "$record"
ok "is known at the one that is called" knows durres "$record"
back=$(cross durres exit)
ok "and the other way round" knows tirana "$back"
ok "both end" country_end
tap_end
