#!/bin/bash
# A decision is answered before it is in the tables; a scan right after it, at
# another desk, knows of it all the same. API 5.5
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

node_init --sample
node_start || exit 1
# shellcheck disable=SC2154 # node.bash sets both
python3 tests/e2e/told.py "$url" "$node/token" 80
result=$?
# shellcheck disable=SC2119  # told no arguments, on purpose
node_stop || result=1
exit $result
