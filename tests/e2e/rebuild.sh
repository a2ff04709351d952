#!/bin/bash
# The tables dropped and folded again: what kufi rebuild says and leaves, of a
# node that was stopped, one whose tables were changed, and one that runs.
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

# tables TEXT: the hashes of the tables, live or rebuilt, as they were shown.
tables() {
    grep "^$1 " | sed "s/^$1 *//"
}

ok "a node is made" node_init --sample
ok "it starts" node_start
ok "some cross" bash -c "'$KUFI' sample --travellers 300 --days 5 --seed 6 |
    '$KUFI' cross '$node' >'$scratch/out'"
ok "refused while the node runs" status 3 "$KUFI" rebuild "$node"
ok "it stops" node_stop

ok "compared, they are the same" "$KUFI" rebuild --dry-run "$node"
dry=$("$KUFI" rebuild --dry-run "$node" 2>/dev/null)
ok "table by table" equal "$(tables live <<<"$dry")" \
    "$(tables rebuilt <<<"$dry")"
ok "with a crossing for each line" grep -q \
    "crossing *$(wc -l <"$scratch/out") rows" <<<"$(tables live <<<"$dry")"
ok "rebuilt, they are what they were" equal \
    "$("$KUFI" rebuild "$node" 2>/dev/null | tables rebuilt)" \
    "$(tables live <<<"$dry")"

sqlite3 "$node/store.db" "DELETE FROM crossing WHERE rowid =
    (SELECT max(rowid) FROM crossing)"
ok "a row taken out is noticed" status 1 "$KUFI" rebuild --dry-run "$node"
ok "rebuilt" "$KUFI" rebuild "$node"
ok "it is there again" equal "$("$KUFI" rebuild --dry-run "$node" 2>/dev/null |
    tables live)" "$(tables live <<<"$dry")"
ok "nothing is left beside the tables" not test -e "$node/store.db.new"
ok "the log is good" "$KUFI" log verify "$node"

ok "the node starts on them" node_start
ok "it stops again" node_stop
ok "no node, no tables" status 3 "$KUFI" rebuild "$scratch"
tap_end
