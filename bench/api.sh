#!/bin/bash
# Crossings acknowledged over HTTP by a node of its own, then, by the same
# number of clients on the same disk, the same rows inserted into PostgreSQL by
# pgbench: one transaction a crossing, and two as Kufi has it (the scan is
# durable before it is answered, then the decision).
#
#   bench/api.sh [SECONDS [CLIENTS...]]
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-5}
shift || true
clients=("$@")
[ ${#clients[@]} -gt 0 ] || clients=(1 16 64)
folder=$(mktemp -d /var/tmp/kufi-bench.XXXXXX)
kufi=build/release/kufi
supervisor=

clean_up() {
    if [ -n "$supervisor" ]; then
        kill -TERM "$supervisor"
        wait "$supervisor" || true
    fi
    rm -rf "$folder"
}
trap clean_up EXIT

"$kufi" init "$folder/node" --origin durres --kind sea --country ALB \
    --place "Durrës" --sample >/dev/null
"$kufi" serve "$folder/node" --listen 127.0.0.1:0 2>"$folder/serve" &
supervisor=$!
for _ in $(seq 200); do
    ! curl -sf "http://$(cat "$folder/node/address" 2>/dev/null)/v1/health" \
        >/dev/null || break
    sleep 0.05
done
port=$(sed 's/.*://' "$folder/node/address")
build/release/bench/api "$port" "$folder/node/token" durres "$seconds" \
    "${clients[@]}"
kill -TERM "$supervisor"
wait "$supervisor"
supervisor=

export KUFI_BENCH_FOLDER=$folder KUFI_BENCH_SECONDS=$seconds
chmod 755 "$folder"
bench/postgres bench/api_postgres.sh "${clients[@]}"
