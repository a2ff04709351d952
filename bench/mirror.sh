#!/bin/bash
# How fast is a log mirrored by a node that joins? From the roster taken until
# the mirror is on the disk whole, over TLS on loopback, both nodes on this
# machine: every entry fetched, verified against the signed checkpoint, stored
# and synced. Beside it one pass of SHA-256 over the same bytes of the bundles.
# Then what came is folded by the keeper, whom no booth asks meanwhile: how long
# booths wait that do is another bench. Processor time is that of all processes
# of a kind, both nodes' together.
#
#   bench/mirror.sh [TRAVELLERS [FOLDER]]     20000 (some 90,000 crossings)
set -euo pipefail
cd "$(dirname "$0")/.."

travellers=${1:-20000}
folder=$(mktemp -d "${2:-/var/tmp}/kufi-mirror.XXXXXX")
kufi=$PWD/build/release/kufi
pids=()

clean_up() {
    for pid in "${pids[@]}"; do
        kill -TERM "$pid"
        wait "$pid" || true
    done
    rm -rf "$folder"
}
trap clean_up EXIT
cd "$folder"

now() { echo "${EPOCHREALTIME/./}"; }

serve() {
    "$kufi" serve "$folder/$1" >>"$folder/served" 2>&1 &
    pids+=($!)
    until curl -sf --unix-socket "$folder/$1.socket" -o "$folder/health" \
        http://kufi/v1/health; do
        sleep 0.1
    done
}

# Of all processes of that name below ours, in milliseconds.
processor_ms() {
    for pid in "${pids[@]}"; do
        for child in $(pgrep -P "$pid" -x "$1"); do
            cat "/proc/$child/stat"
        done
    done | awk -v hz="$(getconf CLK_TCK)" '{t += $14 + $15}
                                           END {print int(t * 1000 / hz)}'
}

# How much of the centre's log is in the post's tables.
folded() {
    "$kufi" status arden --json | tail -n 1 |
        sed -n 's/.*"role":"centre"[^}]*"folded":\([0-9]*\).*/\1/p'
}

size_of() { sed -n 2p "$1" 2>/dev/null || echo 0; }

port=$((20000 + RANDOM % 20000))
for name in centre arden; do
    "$kufi" init "$folder/$name" --origin utopia.example/$name --kind land \
        --country UTO --zone UTC --place $name --sample \
        --listen "unix:$folder/$name.socket" >"$folder/made"
done
echo "peers = 127.0.0.1:$port" >>centre/config.ini

echo "correct horse of alice" >words
"$kufi" custodian keygen alice --passphrase-file words >said
"$kufi" roster new roster --country UTO --threshold 1 --custodian alice.vkey
"$kufi" roster add roster --card centre/card --role centre \
    --address 127.0.0.1:$port >said
"$kufi" roster add roster --card arden/card --role post >said
"$kufi" custodian sign roster --key alice --passphrase-file words >said

serve centre
begin=$(now)
"$kufi" sample --travellers "$travellers" | "$kufi" cross centre >crossed
us=$(($(now) - begin))
crossings=$(wc -l <crossed)
echo "filling:   $((crossings * 1000000 / us)) crossings/s over the API"
until [ "$(size_of centre/log/checkpoint)" -gt "$crossings" ]; do
    sleep 0.1
done

serve arden
"$kufi" join centre --roster roster >said
begin=$(now)
ms=$(processor_ms kufi-courier)
"$kufi" join arden --roster roster >said
mirror=arden/peers/$(printf utopia.example/centre | sha256sum | cut -d' ' -f1)
until [ -d "$mirror/tile/entries" ]; do
    sleep 0.01
done
first=$(now)
until [ "$(size_of "$mirror/checkpoint")" -ge \
    "$(size_of centre/log/checkpoint)" ]; do
    sleep 0.01
done
us=$(($(now) - begin))
entries=$(size_of "$mirror/checkpoint")
bytes=$(find "$mirror/tile/entries" -type f -print0 |
    du -cb --files0-from=- | tail -n 1 | cut -f1)
echo "mirroring: $((entries * 1000000 / us)) entries/s," \
    "$((bytes / us)) MB/s ($entries entries, $bytes bytes, $((us / 1000)) ms," \
    "of these $(((first - begin) / 1000)) until the first ones came;" \
    "$(($(processor_ms kufi-courier) - ms)) ms of processor)"

begin=$(now)
ms=$(processor_ms kufi-keeper)
at=$(folded)
until [ "$(folded)" -ge "$entries" ]; do
    sleep 0.05
done
us=$(($(now) - begin))
echo "folding:   $(((entries - at) * 1000000 / us)) entries/s" \
    "($((entries - at)) entries, $((us / 1000)) ms," \
    "$(($(processor_ms kufi-keeper) - ms)) ms of processor)"

find "$mirror/tile/entries" -type f -print0 | xargs -0 cat >bundles
begin=$(now)
openssl dgst -sha256 bundles >said
us=$(($(now) - begin))
echo "SHA-256:   $((bytes / us)) MB/s of the same bytes"
