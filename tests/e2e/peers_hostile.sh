#!/bin/bash
# What it costs a node to be attacked at its port for nodes, by anybody and by a
# captured node of the roster, and to call a node that answers what none does:
# the courier's memory stays within its bound, officers are answered all along,
# and when it is over other nodes are, too. SYN 6.7, 7.2, 7.5
#
#   tests/e2e/peers_hostile.sh [SECONDS]     of each attack: 3
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash
. tests/e2e/country.bash
seconds=${1:-3}
export country=$scratch/country
export country_desks=1
trap 'country_end KILL; clean_up' EXIT

# What 16 arenas, the largest body and answer in each, and the rest may take.
limit_kb=$((192 * 1024))
# Address sanitizer's own memory is none of ours.
[ "${KUFI#*debug}" = "$KUFI" ] || limit_kb=$((512 * 1024))

country_made() {
    custodians_make && node_make centre centre land "Centre" --sample &&
        node_make arden post land "Arden Forest" --sample &&
        node_make vlora witness sea "Vlora" --sample &&
        roster_make centre arden vlora && node_run centre arden &&
        node_join centre && node_join arden
}
ok "a centre, a post, and a witness that is captured" country_made
ok "the centre holds the log of the post that serves" \
    log_reaches centre arden size 3

courier_pid() { # courier_pid NAME
    local child list pid=${country_pid[$1]}
    read -ra list <"/proc/$pid/task/$pid/children"
    for child in "${list[@]}"; do
        [ "$(cat "/proc/$child/comm")" = kufi-courier ] && echo "$child"
    done
}

# attack NAME: officers are asked meanwhile.
attack() {
    local pid failed=0 port for=$seconds
    port=$(cat "$country/ports/centre")
    # Lies are told where the captured node is called: less often each time.
    [ "$1" != serve ] || {
        port=$(cat "$country/ports/vlora")
        for=$((seconds * 5))
    }
    python3 tests/e2e/peers_hostile.py "$1" "$port" \
        "$(node_dir vlora)/tls.crt" "$(node_dir vlora)/tls.key" "$for" &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        node_healthy centre || failed=$((failed + 1))
        sleep 0.1
    done
    wait "$pid" && equal "$failed" 0
}
bounded() {
    local peak name
    for name in centre arden; do
        peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' \
            "/proc/$(courier_pid $name)/status")
        echo "$name $peak kB"
        [ "$peak" -lt "$limit_kb" ] || return
    done
}
goes_on() { # the post's log, which grows, is still mirrored
    "$KUFI" cross "$(node_dir arden)" entry \
        'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<' \
        'L898902C36UTO7408122F1204159ZE184226B<<<<<10' >/dev/null || return
    log_reaches centre arden size "$(($(log_size arden) + 1))" 60
}

before=$(courier_pid centre)
for name in serve silent handshakes slow endless flood; do
    ok "$name: officers are answered" attack "$name"
    echo "# $(tail -n 1 "$scratch/tap")"
    ok "$name: it costs bounded memory" bounded
    echo "# $(tail -n 2 "$scratch/tap" | paste -sd ' ')"
    ok "$name: afterwards nodes are answered" goes_on
done
ok "it was one courier all along" equal "$(courier_pid centre)" "$before"
tap_end
