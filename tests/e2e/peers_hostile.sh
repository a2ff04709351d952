#!/bin/bash
# What costs a node that others reach to be attacked at that port, by anybody and
# by a captured node of the roster: the courier's memory stays within its bound,
# officers are answered all along, and when it is over other nodes are, too. SYN
# 7.2, 7.5
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
        node_make vlora post sea "Vlora" --sample &&
        roster_make centre arden vlora && node_run centre arden &&
        node_join centre && node_join arden
}
ok "a centre and two posts, one of them captured" country_made
ok "the centre holds the log of the post that serves" \
    log_reaches centre arden size 3

courier_pid() {
    local child list
    read -ra list \
        <"/proc/${country_pid[centre]}/task/${country_pid[centre]}/children"
    for child in "${list[@]}"; do
        [ "$(cat "/proc/$child/comm")" = kufi-courier ] && echo "$child"
    done
}

# attack NAME: officers are asked meanwhile.
attack() {
    local pid failed=0
    python3 tests/e2e/peers_hostile.py "$1" "$(cat "$country/ports/centre")" \
        "$(node_dir vlora)/tls.crt" "$(node_dir vlora)/tls.key" "$seconds" &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        node_healthy centre || failed=$((failed + 1))
        sleep 0.1
    done
    wait "$pid" && equal "$failed" 0
}
peak_kb() {
    sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$(courier_pid)/status"
}
bounded() {
    local peak
    peak=$(peak_kb)
    echo "$peak kB"
    [ "$peak" -lt "$limit_kb" ]
}
goes_on() { # the post's log, which grows, is still mirrored
    "$KUFI" cross "$(node_dir arden)" entry \
        'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<' \
        'L898902C36UTO7408122F1204159ZE184226B<<<<<10' >/dev/null || return
    log_reaches centre arden size "$(($(log_size arden) + 1))" 60
}

before=$(courier_pid)
for name in silent handshakes slow endless flood; do
    ok "$name: officers are answered" attack "$name"
    echo "# $(tail -n 1 "$scratch/tap")"
    ok "$name: it costs bounded memory" bounded
    echo "# $(tail -n 1 "$scratch/tap")"
    ok "$name: afterwards nodes are answered" goes_on
done
ok "it was one courier all along" equal "$(courier_pid)" "$before"
tap_end
