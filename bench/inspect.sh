#!/bin/bash
# The whole booth's question at a node of its own: made, filled, its lists
# imported, asked over HTTP by one client and by eight. Says what each step took
# of time, memory and disk.
#
#   bench/inspect.sh [CROSSINGS [NAMES [DOCUMENTS [SECONDS [CLIENTS...]]]]]
#
# A million of each by default. For 10 M crossings reckon with 10 GB of disk in
# KUFI_BENCH_FOLDER (/var/tmp). Travellers are a tenth of the crossings.
set -euo pipefail
cd "$(dirname "$0")/.."

crossings=${1:-1000000}
names=${2:-1000000}
documents=${3:-1000000}
seconds=${4:-10}
shift $(($# < 4 ? $# : 4))
clients=("$@")
[ ${#clients[@]} -gt 0 ] || clients=(1 8)
travellers=$((crossings / 10 + 1))
folder=$(mktemp -d "${KUFI_BENCH_FOLDER:-/var/tmp}/kufi-bench.XXXXXX")
node=$folder/node
kufi=build/release/kufi
inspect=build/release/bench/inspect
supervisor=

clean_up() {
    if [ -n "$supervisor" ]; then
        kill -TERM "$supervisor"
        wait "$supervisor" || true
    fi
    rm -rf "$folder"
}
trap clean_up EXIT

# step NAME COMMAND...: its seconds and greatest memory.
step() {
    local name=$1
    shift
    /usr/bin/time -o "$folder/time" -f '%e s, %M KB' "$@" >"$folder/out" 2>&1 ||
        { cat "$folder/out"; exit 1; }
    echo "inspect_$name $(tail -1 "$folder/time")"
}

"$kufi" init "$node" --origin durres --kind sea --country ALB \
    --place "Durrës" --sample >/dev/null
step "log_of_${crossings}_crossings" \
    "$inspect" fill "$node" "$crossings" "$travellers"
rm -f "$node"/store.db*
step rebuild "$kufi" rebuild "$node"
"$inspect" persons "$names" >"$folder/persons.csv"
step "import_${names}_names" "$kufi" list import "$node" --name bench-names \
    --source csv "$folder/persons.csv"
rm "$folder/persons.csv"
"$inspect" documents "$documents" >"$folder/documents.csv"
step "import_${documents}_documents" "$kufi" list import "$node" \
    --name bench-documents --source documents "$folder/documents.csv"
rm "$folder/documents.csv"
du -sm "$node"/{log,lists,store.db} | sed "s|$node/|inspect_disk_mb |"

"$kufi" serve "$node" --listen 127.0.0.1:0 2>"$folder/serve" &
supervisor=$!
for _ in $(seq 1200); do
    ! curl -sf "http://$(cat "$node/address" 2>/dev/null)/v1/health" \
        >/dev/null || break
    sleep 0.05
done
port=$(sed 's/.*://' "$node/address")
"$inspect" ask "$port" "$node/token" "$travellers" "$seconds" "${clients[@]}"
# What the processes hold of their own, and shared with the cache.
for process in $(pgrep -P "$supervisor"); do
    awk -v name="$(cat "/proc/$process/comm")" \
        '/^Rss(Anon|File)/ { kb[$1] = $2 }
        END { printf "inspect_memory %s own %d MB, mapped %d MB\n", name,
            kb["RssAnon:"] / 1024, kb["RssFile:"] / 1024 }' \
        "/proc/$process/status"
done
