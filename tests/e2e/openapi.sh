#!/bin/bash
# The interface that a node describes in OpenAPI is the one it has: real
# requests and answers against the schemas, by a validator of somebody else's.
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

node_init --sample
node_start || exit 1
# shellcheck disable=SC2154 # node.bash sets both
python3 -W ignore tests/e2e/openapi.py "$url" "$node/token"
result=$?
# shellcheck disable=SC2119  # told no arguments, on purpose
node_stop || result=1
exit $result
