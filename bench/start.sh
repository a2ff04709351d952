#!/bin/bash
# Seconds from `kufi serve` to the first scan answered, with lists of so many
# names and documents in force: after the node has just run (its files are in
# memory); and, with KUFI_BENCH_COLD=1 and the right to do so, after all files
# were dropped from memory. One line an answer.
#
#   bench/start.sh [NAMES [DOCUMENTS [FOLDER]]]     100000, 1000000, /var/tmp
set -euo pipefail
cd "$(dirname "$0")/.."

names=${1:-100000}
documents=${2:-1000000}
folder=$(mktemp -d "${3:-/var/tmp}/kufi-start.XXXXXX")
node=$folder/node
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

now() { echo "${EPOCHREALTIME/./}"; }

# since MICROSECONDS: seconds, three digits.
since() {
    local us=$(($(now) - $1))
    printf '%d.%03d' $((us / 1000000)) $((us / 1000 % 1000))
}

scan() {
    curl -sf --unix-socket "$folder/socket" -m 5 -o "$folder/answer" \
        -H "Authorization: Bearer $(cat "$node/token")" \
        -H 'Content-Type: application/json' http://kufi/v1/inspections -d '{
        "direction":"entry","mrz":[
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]}' 2>"$folder/curl"
}

# start NAME: what it takes until the first scan is answered.
start() {
    local begin
    begin=$(now)
    "$kufi" serve "$node" 2>>"$folder/serve" &
    supervisor=$!
    until scan; do
        kill -0 "$supervisor" || exit 1
        sleep 0.002
    done
    echo "start_$1 $(since "$begin") s to the first scan answered (aim 1)"
    begin=$(now)
    scan
    echo "scan_$1 $(since "$begin") s for the next one, curl's start among them"
    kill -TERM "$supervisor"
    wait "$supervisor"
    supervisor=
}

"$kufi" init "$node" --origin durres --kind sea --country ALB \
    --place "Durrës" --listen "unix:$folder/socket" >/dev/null
start empty
begin=$(now)
build/release/bench/start "$names" >"$folder/names.csv"
"$kufi" list import "$node" --name names --source csv "$folder/names.csv" \
    >/dev/null
rm "$folder/names.csv"
echo "import_names $(since "$begin") s for $names"
begin=$(now)
build/release/bench/documents --csv "$documents" >"$folder/documents.csv"
"$kufi" list import "$node" --name documents --source documents \
    "$folder/documents.csv" >/dev/null
rm "$folder/documents.csv"
echo "import_documents $(since "$begin") s for $documents"
echo "lists_size $(du -sm "$node/lists" | cut -f1) MiB on the disk"
start warm
# Not by itself: the whole machine reads its files anew afterwards.
if [ -n "${KUFI_BENCH_COLD:-}" ]; then
    sync
    echo 3 >/proc/sys/vm/drop_caches
    start cold
fi
