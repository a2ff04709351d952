#!/bin/bash
# A post's disk is wiped while it works, and it comes back from what the other
# nodes hold, fetched over the network: with its old key it goes on with its own
# log, and no second history is ever signed. SYN 9.5 and 9.8
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash
country=$scratch/country
mkdir "$country"
. tests/e2e/country.bash
trap 'country_end KILL; clean_up' EXIT

cross() {
    "$KUFI" sample --travellers 20 --days 2 --seed "$1" |
        "$KUFI" cross "$(node_dir durres)" >/dev/null
}
url() { echo "https://127.0.0.1:$(cat "$country/ports/$1")"; }
restore() {
    "$KUFI" restore "$(node_dir durres)" --origin "$(node_origin durres)" \
        --roster "$country/roster" --key "$scratch/key" "$@"
}
make() {
    node_make durres post sea "Durrës" --sample
}
told() {
    local want=$1 words=$2 got=0
    shift 2
    "$@" >"$scratch/told" 2>&1 || got=$?
    [ "$got" = "$want" ] && grep -q -- "$words" "$scratch/told" && return
    echo "status $got, not $want"
    cat "$scratch/told"
    return 1
}

custodians_make && make && node_make centre centre land Tirana --sample &&
    node_make watch witness land Vlora --sample &&
    roster_make durres centre watch >/dev/null || exit 3
ok "three nodes start" node_run durres centre watch
for name in durres centre watch; do
    ok "$name joins" node_join "$name"
done
cross 1
sleep 1
cp "$(node_dir durres)/log.key" "$scratch/key"
cp "$(node_dir durres)/log/checkpoint" "$scratch/old"
kept=$(sed -n 2p "$scratch/old") # and it may go on before it is killed
ok "the centre has the post's log" log_reaches centre durres size "$kept"
node_end durres KILL
rm -rf "$(node_dir durres)"

ok "the post is made anew" make
ok "nobody answers a node that the roster does not know" \
    told 1 "card" restore --from "$(url centre)"
ok "but its card is made, of the old key and new ones" \
    roster_add durres
ok "two custodians sign" custodians_sign "$country/roster"
for name in centre watch; do
    ok "$name takes the new roster" node_join "$name"
done
ok "a node that is none of the roster is not asked" \
    told 1 "no node of the roster" restore --from https://127.0.0.1:1
ok "all of its log comes back" told 0 "^found " \
    restore --from "$(url centre)" --from "$(url watch)"
ok "it starts" node_run durres
ok "and joins" node_join durres
cross 2
sleep 1
ok "its log is one with its past" "$KUFI" log verify "$(node_dir durres)" \
    --old "$scratch/old"
ok "and goes on at the centre" \
    log_reaches centre durres size "$(log_size durres)"
ok "where nobody saw a fork" not grep -q . \
    <(ls "$(node_dir centre)/evidence" 2>/dev/null)
ok "they end" country_end

tap_end
