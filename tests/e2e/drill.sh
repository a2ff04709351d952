#!/bin/bash
# Each drill, small: a country is attacked, and what it promised holds.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/e2e/node.bash
. tests/e2e/node.bash

# Real processes and real waits: without sanitizers, all of them in a minute.
KUFI=${KUFI_DRILL:-build/release/kufi}
export TMPDIR=$scratch

drill() {
    "$KUFI" drill "$1" --crossings 60 --json >"$scratch/said" || {
        cat "$scratch/said"
        return 1
    }
    jq -e '.passed and .acknowledged > 0 and .acknowledged == .back' \
        "$scratch/said"
}

"$KUFI" drill | while read -r number name _; do
    echo "$number $name"
done >"$scratch/drills"
ok "there are nine drills" equal "$(wc -l <"$scratch/drills")" 9
while read -r number name; do
    ok "$number $name" drill "$number"
done <"$scratch/drills"
ok "an unknown drill is a wrong call" status 2 "$KUFI" drill D99
ok "nothing of the countries is left" equal \
    "$(find "$scratch" -maxdepth 1 -name 'kufi-drill-*' | wc -l)" 0
tap_end
