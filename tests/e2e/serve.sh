#!/bin/bash
# A node from `kufi init` to SIGTERM: what lies in its folder and with which
# rights, its processes, a crossing, and that killed ones come back.
set -u
cd "$(dirname "$0")/../.." || exit 3
# shellcheck source=tests/e2e/node.bash
. tests/e2e/node.bash

# ----- Making. -----

modes() {
    stat -c '%a %n' "$node" "$node"/* | sed "s|$node|DIR|" | sort -k2
}
modes_wanted='700 DIR
600 DIR/box.key
644 DIR/card
600 DIR/config.ini
600 DIR/cosign.key
600 DIR/journal
600 DIR/keyring
755 DIR/log
600 DIR/log.key
644 DIR/log.vkey
600 DIR/store.db
644 DIR/tls.crt
600 DIR/tls.key
600 DIR/token'
modes_good() {
    equal "$(modes | grep -v 'store.db-')" "$modes_wanted" &&
        equal "$(modes | grep 'store.db-' | grep -vc '^600')" 0
}

for mask in 000 077; do
    rm -rf "$node"
    (umask $mask && node_init --json)
    ok "rights under umask $mask" modes_good
done

printed_key() {
    equal "$("$KUFI" init "$scratch/other" --origin vlora --kind sea \
        --country ALB --place "Vlorë")" "$(cat "$scratch/other/log.vkey")" &&
        grep -q '^kufi.example/vlora+' "$scratch/other/log.vkey"
}
ok "init prints the key" printed_key
ok "the zone is the country's" grep -q '^zone = Europe/Tirane$' "$node/config.ini"
ok "a log of one entry" equal "$(sed -n 2p "$node/log/checkpoint")" 1

before=$(cd "$node" && sha256sum -- *.* token journal | sha256sum)
refused_again() {
    status 1 "$KUFI" init "$node" --origin x --kind air --country ALB \
        --place x &&
        equal "$(cd "$node" && sha256sum -- *.* token journal | sha256sum)" \
            "$before"
}
ok "a folder in use is refused and left alone" refused_again
for wrong in "--kind river" "--country ALX" "--country AL" "--origin a/b/c" \
    "--origin Durres" "--zone Nowhere/Land" "--listen 0.0.0.0:1"; do
    # shellcheck disable=SC2086 # two words on purpose
    ok "init refuses $wrong" status 2 "$KUFI" init "$scratch/none" \
        --origin x --kind air --country ALB --place x --zone UTC $wrong
done
ok "and makes nothing" not test -e "$scratch/none"
ok "init into nowhere" status 1 "$KUFI" init "$scratch/none/none" \
    --origin x --kind air --country ALB --place x
mkdir "$scratch/empty"
ok "init into an empty folder" "$KUFI" init "$scratch/empty" \
    --origin x --kind air --country ALB --place x --json
ok "which becomes the owner's alone" equal \
    "$(stat -c %a "$scratch/empty")" 700

# ----- Where it listens. -----

for address in 0.0.0.0:8600 192.0.2.1:8600 '[::]:8600' example.org:80 8600 \
    127.0.0.1:99999 unix:relative; do
    ok "serve refuses $address" status 2 "$KUFI" serve "$node" \
        --listen "$address"
done
ok "serve needs a node" status 3 "$KUFI" serve "$scratch"

# ----- A crossing. -----

ok "the node starts" node_start
names() {
    local child
    for child in $(children); do
        tr -d '\0' <"/proc/$child/cmdline"
        echo
    done | sort | tr '\n' ' '
}
ok "its processes have names" equal "$(names)" \
    "kufi-courier kufi-desk kufi-desk kufi-keeper "
all_caged() {
    local child
    for child in $(children); do
        grep -q '^Seccomp:[[:space:]]*2$' "/proc/$child/status" &&
            grep -q '^NoNewPrivs:[[:space:]]*1$' "/proc/$child/status" ||
            return 1
    done
}
# One that was started this moment enters its cage in the next.
caged() {
    for _ in $(seq 40); do
        all_caged && return
        sleep 0.05
    done
    return 1
}
ok "and are caged" caged
ok "a second keeper is refused" status 3 "$KUFI" serve "$node" \
    --listen "unix:$scratch/second"
ok "no token, no answer" equal "$(curl -s -o /dev/null -w '%{http_code}' \
    "$url/v1/statistics")" 401
ok "a token of another" equal "$(curl -s -o /dev/null -w '%{http_code}' \
    -H "Authorization: Bearer $(cat "$scratch/other/token")" \
    "$url/v1/records/durres/0")" 401

scan=$(api POST /v1/inspections "{\"mrz\":$MRZ,\"direction\":\"entry\"}")
ok "a scan" equal "$(tail -1 <<<"$scan")" 201
id=$(member id <<<"$scan")
crossing="{\"inspection\":\"$id\",\"decision\":\"admit\",\"lane\":\"3\"}"
record=$(api POST /v1/crossings "$crossing" -H 'Idempotency-Key: one')
ok "a decision" equal "$(tail -1 <<<"$record")" 201
again=$(api POST /v1/crossings "$crossing" -H 'Idempotency-Key: one')
ok "the same request, the same record" equal "$again" "$record"
ok "another request under its key" equal "$(api POST /v1/crossings \
    "${crossing/admit/hand_over}" -H 'Idempotency-Key: one' | tail -1)" 422
ok "a second decision" equal "$(api POST /v1/crossings "$crossing" |
    tail -1)" 409
ok "a time from outside" equal "$(api POST /v1/inspections \
    "{\"mrz\":$MRZ,\"direction\":\"entry\",\"time\":\"2026-01-01T00:00:00Z\"}" |
    tail -1)" 422

# ----- Killed ones come back. -----

for who in keeper desk; do
    for signal in KILL TERM; do
        back() {
            local old
            old=$(children "kufi-$who" | head -1)
            kill "-$signal" "$old" && healthy_within 10 &&
                for _ in $(seq 100); do
                    [ "$(children "kufi-$who" | grep -vcx "$old")" = \
                        "$1" ] && return
                    sleep 0.02
                done
        }
        count=1
        [ $who = desk ] && count=2
        ok "the $who is back after SIG$signal" back $count
    done
done
ok "the record is there" equal "$(api GET "/v1/records/$(member record \
    <<<"$record")" | tail -1)" 200
ok "the key too" equal "$(api POST /v1/crossings "$crossing" \
    -H 'Idempotency-Key: one')" "$record"

# ----- The tables vanish while desks still hold them. -----

rm "$node/store.db"
kill -9 "$(pgrep -x -P "$supervisor" kufi-keeper)"
ok "the keeper is back without its tables" back 1
found() {
    for _ in $(seq 100); do
        api POST /v1/searches \
            '{"document":"UTO/L898902C3","purpose":"a test"}' |
            grep -q '"history_total":1' && return
        sleep 0.1
    done
    return 1
}
ok "and folds them anew" found

# ----- A store that is damaged under a running node. -----

store_new() {
    local old
    old=$(stat -c %i "$node/store.db")
    echo nonsense >"$node/store.db"
    : >"$node/store.db-wal"
    kill -9 "$(children kufi-keeper)"
    for _ in $(seq 200); do
        sleep 0.05
        [ "$(stat -c %i "$node/store.db")" != "$old" ] && healthy && return
    done
    return 1
}
ok "a damaged store is folded anew" store_new
ok "and the desks read the new one" found
ok "which was logged" grep -q 'rebuilt the store' "$scratch/serve"

# ----- Stopping, and starting again. -----

(
    for _ in $(seq 40); do
        api POST /v1/inspections "{\"mrz\":$MRZ,\"direction\":\"exit\"}" |
            member id
    done >"$scratch/ids"
) &
load=$!
sleep 0.3
ok "SIGTERM under load: exit 0" node_stop
wait $load
ok "no socket address is left" not test -e "$node/address"
ok "the node starts again" node_start
all_there() {
    local name
    [ -s "$scratch/ids" ] || return 1
    while read -r name; do
        equal "$(api GET "/v1/records/$name" | tail -1)" 200 || return 1
    done <"$scratch/ids"
}
ok "all that was acknowledged is there" all_there
ok "SIGINT: exit 0" node_stop INT
ok "nobody's name was logged" not grep -qi 'eriksson\|L898902C3' \
    "$scratch/serve"
ok "every process said that it stopped" grep -q 'kufi-keeper: stopped' \
    "$scratch/serve"

# ----- A Unix socket, taken over from one that was killed. -----

on_socket() {
    "$KUFI" serve "$node" --listen "unix:$scratch/socket" --desks 1 \
        >>"$scratch/serve" 2>&1 &
    supervisor=$!
    for _ in $(seq 200); do
        curl -s --unix-socket "$scratch/socket" http://localhost/v1/health |
            grep -q '"status":"ok"' && return
        sleep 0.05
    done
    return 1
}
ok "on a Unix socket" on_socket
ok "of the owner alone" equal "$(stat -c %a "$scratch/socket")" 600
{
    kill -9 "$supervisor"
    wait "$supervisor"
} 2>/dev/null
ok "again after a kill" on_socket
ok "stopped" node_stop
ok "the socket is gone" not test -e "$scratch/socket"
tap_end
