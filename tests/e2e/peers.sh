#!/bin/bash
# Two real nodes over real TLS: a centre that listens, though not at the first of
# its addresses, and a post that only calls. Each mirrors and cosigns the other's
# log, a crossing at one is seen at the other, and whoever has no key of the
# roster gets nothing. The courier is killed, the centre is cut off and let back,
# and all goes on. SYN 6, 7
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

declare -A pids
clean_up() {
    for pid in "${pids[@]}"; do
        kill -9 "$pid" 2>/dev/null
    done
    rm -rf "$scratch"
}

# use NAME: what node.bash does next is about this node.
use() {
    node=$scratch/$1
    supervisor=${pids[$1]:-}
    [ ! -s "$node/address" ] || url=http://$(cat "$node/address")
}
start() {
    use "$1"
    node_start || return
    pids[$1]=$supervisor
}
stop() {
    use "$1"
    node_stop TERM
    local status=$?
    unset "pids[$1]"
    return $status
}
is() { # is NAME GOT WANT
    ok "$1" equal "$2" "$3"
}
within() { # within SECONDS COMMAND...
    local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
    shift
    until "$@" >"$scratch/within" 2>&1; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || {
            cat "$scratch/within" "$scratch/serve"
            return 1
        }
        sleep 0.1
    done
}
hex() { # of a node's origin
    printf 'utopia.example/%s' "$1" | sha256sum | cut -d' ' -f1
}

# A port that nobody listens at.
port=
for _ in $(seq 50); do
    port=$((20000 + RANDOM % 20000))
    (: </dev/tcp/127.0.0.1/$port) 2>/dev/null || break
done

init() {
    "$KUFI" init "$scratch/$1" --origin "utopia.example/$1" --kind land \
        --country UTO --zone UTC --place "$2" --at "$3" >/dev/null
}
ok "a centre" init centre "Centre" 41.3,19.8
ok "a post" init arden "Arden Forest" 49.9,5.1
ok "a stranger" init stranger "Nowhere" 0,0
echo "peers = 127.0.0.1:$port" >>"$scratch/centre/config.ini"

roster=$scratch/v1
signed() {
    echo "correct horse of alice" >"$scratch/words"
    "$KUFI" custodian keygen "$scratch/alice" \
        --passphrase-file "$scratch/words" &&
        "$KUFI" roster new "$roster" --country UTO --threshold 1 \
            --custodian "$scratch/alice.vkey" &&
        "$KUFI" roster add "$roster" --card "$scratch/centre/card" \
            --role centre --address 127.0.0.1:1 \
            --address "127.0.0.1:$port" &&
        "$KUFI" roster add "$roster" --card "$scratch/arden/card" \
            --role post &&
        "$KUFI" custodian sign "$roster" --key "$scratch/alice" \
            --passphrase-file "$scratch/words"
}
ok "a roster of both" signed

listens() { (: </dev/tcp/127.0.0.1/$port) 2>/dev/null; }
ok "the centre serves" start centre
ok "the post serves" start arden
ok "without a roster nobody listens for nodes" not listens

join() {
    use "$1"
    cp "$roster" "$node/roster.join"
    api POST /v1/roster \
        "{\"sha256\":\"$(sha256sum <"$roster" | cut -d' ' -f1)\"}" |
        tail -n 1 | grep -qx 200
}
ok "the centre takes the roster" join centre
ok "the post takes it" join arden
ok "the centre listens" within 10 listens

# mirrors NODE OF: NODE holds the log of OF as far as it is published, and has
# cosigned it.
size_of() { sed -n 2p "$1"; }
mirrors() {
    local mirror
    mirror=$scratch/$1/peers/$(hex "$2")
    [ "$(size_of "$mirror/checkpoint")" = \
        "$(size_of "$scratch/$2/log/checkpoint")" ]
}
cosigned() { # cosigned OF BY
    use "$1"
    api GET /v1/peers | head -n 1 |
        jq -e --arg by "utopia.example/$2" \
            '.logs[0] | .cosigned_size >= 3 and any(.cosigned[]; .by == $by)'
}
ok "the post mirrors the centre" within 30 mirrors arden centre
ok "the centre mirrors the post" within 30 mirrors centre arden
ok "the post's log is cosigned" within 30 cosigned arden centre
ok "the centre's log is cosigned" within 30 cosigned centre arden

line1='P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<'
line2='L898902C36UTO7408122F1204159ZE184226B<<<<<10'
record=
cross() { # cross NODE: its record into $record
    record=$("$KUFI" cross "$scratch/$1" entry $line1 $line2 --json |
        jq -r .record)
    [ -n "$record" ]
}
seen() { # seen NODE: what was crossed elsewhere is known there
    "$KUFI" traveller "$scratch/$1" --document UTO/L898902C3 \
        --purpose test --json | jq -r '.travellers[0].history[].record' |
        grep -qx "$record"
}
ok "a crossing at the post" cross arden
ok "is seen at the centre" within 60 seen centre
ok "one at the centre" cross centre
ok "is seen at the post" within 60 seen arden
far() { # nobody is at both so soon: desks know by the roster where posts are
    "$KUFI" cross "$scratch/arden" entry $line1 $line2 2>&1 |
        grep 'Impossible journey'
}
ok "and at once is impossible there, by a roster younger than its desks" far

listed() { # listed NODE: the centre's list is in force there, with its indexes
    "$KUFI" list show "$scratch/$1" | grep -q own &&
        "$KUFI" list verify "$scratch/$1"
}
ok "a list is imported at the centre" \
    "$KUFI" list import "$scratch/centre" --name own --source csv \
    packaging/watchlist.sample.csv
ok "and is in force at the post" within 60 listed arden

# ----- Who has no key of the roster gets nothing; who has one is answered. -----

peer() { # peer WHOSE PATH [CURL-OPTION...]: the status, 000 for no answer
    local whose=$1 path=$2
    shift 2
    curl -s -k -m 10 -o "$scratch/answer" -w '%{http_code}' \
        ${whose:+--cert "$scratch/$whose/tls.crt"} \
        ${whose:+--key "$scratch/$whose/tls.key"} \
        "$@" "https://127.0.0.1:$port$path"
}
is "a node of the roster is answered" "$(peer arden /sync/v1/state)" 200
is "by the state" "$(head -n 1 "$scratch/answer")" "kufi state v1"
is "one of no roster is not" "$(peer stranger /sync/v1/state)" 000
is "nor who shows no certificate" "$(peer '' /sync/v1/state)" 000
is "nor the node itself" "$(peer centre /sync/v1/state)" 000
is "nor who speaks no TLS" \
    "$(curl -s -m 10 -o /dev/null -w '%{http_code}' \
        "http://127.0.0.1:$port/sync/v1/state")" 000
is "nor who speaks an older one" \
    "$(peer arden /sync/v1/state --tls-max 1.2)" 000
is "officers are not served here" "$(peer arden /v1/health)" 404
is "nor the log's files as a desk has them" "$(peer arden /checkpoint)" 404
is "a query is none of ours" "$(peer arden '/sync/v1/state?a=b')" 404
is "nor is another method" "$(peer arden /sync/v1/state -X DELETE)" 404
is "nothing encoded is taken" \
    "$(peer arden /witness/add-checkpoint -H 'Content-Encoding: gzip' \
        --data-binary x)" 415
head -c 5242881 /dev/zero >"$scratch/large"
is "nor more than 5 MiB" \
    "$(peer arden /witness/add-checkpoint --data-binary "@$scratch/large")" 413
is "nor noise" "$(peer arden /witness/add-checkpoint --data-binary noise)" 400

# ----- Killed, cut off, let back. -----

use arden
courier=$(children kufi-courier)
ok "the courier is killed" kill -9 "$courier"
another() {
    use arden
    local now
    now=$(children kufi-courier)
    [ -n "$now" ] && [ "$now" != "$courier" ]
}
ok "and another takes its place" within 10 another
ok "a crossing after that" cross arden
ok "is seen at the centre, too" within 60 seen centre

mode() { # mode NODE MODE
    use "$1"
    api POST /v1/mode "{\"mode\":\"$2\",\"reason\":\"a drill\"}" |
        tail -n 1 | grep -qx 200
}
ok "the centre is isolated" mode centre isolated
ok "nobody reaches it any more" within 3 not listens
ok "a crossing there is recorded" cross centre
ok "and one at the post" cross arden
isolated_record=$record
ok "the centre is let back" mode centre normal
ok "it listens again" within 20 listens
ok "and learns of what was crossed meanwhile" within 60 seen centre
ok "both mirror each other again" within 30 mirrors arden centre
record=$isolated_record

ok "the centre stops" stop centre
ok "a crossing while it is away" cross arden
ok "the centre starts again" start centre
ok "and sees it" within 60 seen centre

revoked() {
    "$KUFI" roster revoke "$roster" utopia.example/arden &&
        "$KUFI" custodian sign "$roster" --key "$scratch/alice" \
            --passphrase-file "$scratch/words" && join centre
}
refused() { [ "$(peer arden /sync/v1/state)" = 000 ] && listens; }
ok "the post is revoked" revoked
ok "its key opens nothing any more" within 10 refused
ok "what is known of its log stays" \
    test -s "$scratch/centre/peers/$(hex arden)/checkpoint"
ok "and of its crossings" seen centre

ok "the post stops" stop arden
ok "the centre stops, too" stop centre
ok "nobody's name was logged" not grep -qi 'eriksson\|L898902C' "$scratch/serve"
tap_end
