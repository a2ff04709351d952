#!/bin/bash
# Kills random processes of a node under load, and loses nothing.
#
#   tests/e2e/crash.sh [ROUNDS [SEED]]
cd "$(dirname "$0")/../.." || exit 3
exec python3 tests/e2e/crash.py "${1:-30}" ${2:+"$2"}
