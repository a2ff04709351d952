#!/bin/bash
# What nodes cosign of each other, checked by a program that shares no code with
# ours (tests/outsider/tlogcheck): a log cosigned by two nodes is accepted by
# their keys and a quorum of two, and refused by others; the requests by which
# we ask witnesses are what C2SP tlog-witness says; a mirror that another node
# keeps is a whole log by itself. SYN 4.1, 4.6, 5.9
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash
country=$scratch/country
country_desks=1
. tests/e2e/country.bash
trap 'country_end KILL; clean_up' EXIT
mkdir -p "$country"

export GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$scratch/go GOFLAGS=
outsider=$scratch/tlogcheck
go build -o "$outsider" ./tests/outsider/tlogcheck 2>"$scratch/go.log" || {
    cat "$scratch/go.log" >&2
    echo 'Bail out! tests/outsider/tlogcheck does not build'
    exit 1
}

found() {
    custodians_make &&
        node_make centre centre land Centre --sample &&
        node_make durres post sea "Durrës" --sample &&
        node_make watch witness land Watch --sample &&
        roster_make centre durres watch
}
ok "a centre, a post and a witness" found || exit 1
join_all() { node_join centre && node_join durres && node_join watch; }
ok "join" join_all
ok "and start" node_run centre durres watch

cross() {
    "$KUFI" sample --travellers "$1" --days 3 --seed "$2" |
        "$KUFI" cross "$(node_dir durres)" >/dev/null
}
log=$(node_dir durres)/log
vkey=$(cat "$(node_dir durres)/log.vkey")
# The cosigner's key, as the roster has it.
cosigner() {
    grep "^node $(node_origin "$1") " "$country/roster" | cut -d' ' -f5
}

# A checkpoint of the post that both have cosigned.
cosigned() {
    local end=$((${EPOCHREALTIME/./} + 30000000))
    until grep -q "^— $(node_origin centre)/witness " "$log/checkpoint" &&
        grep -q "^— $(node_origin watch)/witness " "$log/checkpoint"; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || {
            cat "$log/checkpoint"
            node_status durres
            return 1
        }
        sleep 0.05
    done
    cp "$log/checkpoint" "$1"
}

ok "some cross" cross 100 1
ok "which both others cosign" cosigned "$scratch/first"
first=$(sed -n 2p "$scratch/first")
ok "more cross" cross 150 2
ok "which both cosign too" cosigned "$scratch/second"
second=$(sed -n 2p "$scratch/second")
ok "the log has grown" test "$second" -gt "$first"

# Who cosigns and does not mirror says so, and up to where.
witnessed() {
    node_status watch --json >"$scratch/status" &&
        jq -e --arg origin "$(node_origin durres)" --argjson least "$second" \
            '.logs[] | select(.origin == $origin) |
             .state == "witnessed" and .witnessed >= $least and .size == 0' \
            "$scratch/status"
}
ok "the witness tells what it has witnessed" witnessed

judge() { # judge CHECKPOINT OPTION...
    local checkpoint=$1
    shift
    "$outsider" log -q -dir "$log" -vkey "$vkey" -checkpoint "$checkpoint" "$@"
}
two=(-witness "$(cosigner centre)" -witness "$(cosigner watch)")
ok "the outsider accepts it with two of two" \
    judge "$scratch/second" "${two[@]}" -quorum 2
ok "and the older one before it" \
    judge "$scratch/second" "${two[@]}" -quorum 2 -old "$scratch/first"
# A key of one's own log is no cosigner's.
ok "but not with three of three" status 1 judge "$scratch/second" \
    "${two[@]}" -witness "$(cosigner durres)" -quorum 3
grep -v "^— $(node_origin watch)/witness " "$scratch/second" >"$scratch/one"
ok "nor with two when a line is missing" \
    status 1 judge "$scratch/one" "${two[@]}" -quorum 2

# The same log, as the centre holds it.
mirror=$(node_dir centre)/peers/$(printf %s "$(node_origin durres)" |
    sha256sum | cut -d' ' -f1)
held() {
    local end=$((${EPOCHREALTIME/./} + 20000000))
    until [ "$(sed -n 2p "$mirror/checkpoint")" -ge "$second" ]; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
        sleep 0.05
    done
    "$outsider" log -q -dir "$mirror" -vkey "$vkey" -old "$scratch/second" &&
        "$KUFI" log verify "$mirror" --vkey "$vkey"
}
ok "the centre's mirror is a whole log" held

# Requests to witnesses, from the log and from a mirror of it.
request() { # request FROM OLD-FILE
    "$KUFI" log add-checkpoint "$log" --vkey "$vkey" --old "$1" \
        >"$scratch/request" &&
        "$outsider" wreq -req "$scratch/request" -vkey "$vkey" \
            ${2:+-old "$2"}
}
ok "the first request is accepted" request 0
ok "one from the first checkpoint on" request "$first" "$scratch/first"
ok "one from the second" request "$second" "$scratch/second"
ok "another proof is refused" status 1 bash -c "
    '$KUFI' log add-checkpoint '$log' --vkey '$vkey' --old '$first' |
        sed '2y/ABCDEFGHabcdefgh/BADCFEHGbadcfehg/' >'$scratch/bad' &&
    '$outsider' wreq -req '$scratch/bad' -vkey '$vkey' -old '$scratch/first'"
ok "no request past the end" status 1 "$KUFI" log add-checkpoint "$log" \
    --vkey "$vkey" --old 1000000000
ok "from a node's folder too" "$KUFI" log add-checkpoint "$(node_dir durres)"

ok "all end" eval 'node_end durres && node_end centre && node_end watch'
tap_end
