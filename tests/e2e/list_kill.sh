#!/bin/bash
# An import killed at a random moment leaves the list in force the old one or
# the new one, whole: it verifies, and a person who is on it is found. SCR 3.7
#
#   tests/e2e/list_kill.sh [TIMES [DIR]]
#
# With a folder of real lists (ofac/, un/) in DIR or KUFI_DATA these are what
# is imported when TIMES is given; without one, an invented list.
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash
times=${1:-6}
data=${2:-${KUFI_DATA:-../shared/data}}
RANDOM=${KUFI_SEED:-$$}
echo "# KUFI_SEED=${KUFI_SEED:-$$}"

people() {
    echo reference,surname,given,date_of_birth
    for i in $(seq "$1"); do
        echo "P-$i,TESTSSON$((i % 97)),ANNA$i,19$((10 + i % 80))-01-02"
    done
    echo "P-0,ERIKSSON,ANNA MARIA,1974-08-12"
}

# What is imported in turn, and a person of each.
ask() {
    jq -nc --arg name "$1" '{id:$name,name:$name}'
}
if [ $# -gt 0 ] && [ -e "$data/un" ] && [ -e "$data/ofac" ]; then
    old=(--source un "$data"/un/*.xml)
    new=(--source ofac "$data"/ofac/{sdn,alt,add,sdn_comments}.csv)
    tag() { grep -m1 "<$1_NAME>" "$data"/un/*.xml | sed 's/<[^>]*>//g' | xargs; }
    ask "$(tag FIRST) $(tag SECOND)" >"$scratch/ask"
    ask "$(grep -m1 '"individual"' "$data/ofac/sdn.csv" | cut -d'"' -f2)" \
        >>"$scratch/ask"
else
    people 300 >"$scratch/old.csv"
    people 301 >"$scratch/new.csv"
    old=(--source csv "$scratch/old.csv")
    new=(--source csv "$scratch/new.csv")
    ask "ERIKSSON ANNA MARIA" >"$scratch/ask"
fi
import() {
    "$KUFI" list import "$node" --name drill "$@" --accept-shrink --json
}
sha256() {
    "$KUFI" list show "$node" --json | jq -r .sha256
}

hits() {
    "$KUFI" screen "$node" <"$scratch/ask" | jq -c '[.hits[].entry]'
}

# shellcheck disable=SC2119  # no options of its own
node_init
import "${old[@]}" 2>/dev/null >"$scratch/a" || cat "$scratch/a"
sha_old=$(jq -r .sha256 "$scratch/a")
hits_old=$(hits)
start=${EPOCHREALTIME/./}
import "${new[@]}" 2>/dev/null >"$scratch/b" || cat "$scratch/b"
took_us=$((${EPOCHREALTIME/./} - start))
sha_new=$(jq -r .sha256 "$scratch/b")
hits_new=$(hits)
ok "two lists" not equal "$sha_old" "$sha_new"
ok "a person is on the old one" not equal "$(tr -d '[]\n' <<<"$hits_old")" ""
ok "and on the new one" not equal "$(tr -d '[]\n' <<<"$hits_new")" ""

broken=0
killed=0
became=0
for i in $(seq "$times"); do
    if [ "$(sha256)" = "$sha_old" ]; then next=("${new[@]}"); else next=("${old[@]}"); fi
    was=$(sha256)
    import "${next[@]}" >/dev/null 2>&1 &
    pid=$!
    us=$(((RANDOM * 32768 + RANDOM) % (took_us + 1)))
    sleep "$((us / 1000000)).$(printf %06d $((us % 1000000)))"
    # The command is a child of the subshell that `&` made.
    for child in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null) $pid; do
        kill -9 "$child" 2>/dev/null && killed=$((killed + 1))
    done
    wait "$pid" 2>/dev/null
    now=$(sha256)
    [ "$now" = "$was" ] || became=$((became + 1))
    case $now in
    "$sha_old") want=$hits_old ;;
    "$sha_new") want=$hits_new ;;
    *)
        echo "# $i: $now is in force"
        broken=$((broken + 1))
        continue
        ;;
    esac
    if ! "$KUFI" list verify "$node" >"$scratch/verify" 2>&1 ||
        [ "$(hits)" != "$want" ]; then
        echo "# $i: after $us us: $(cat "$scratch/verify")"
        broken=$((broken + 1))
    fi
done
echo "# $times imports cut off within $((took_us / 1000)) ms;" \
    "$became had come into force"
ok "the list in force was whole each time" equal "$broken" 0

# The next import leaves nothing half-made behind.
import "${old[@]}" >/dev/null 2>&1
import "${new[@]}" >/dev/null 2>&1
ok "nothing half-made is left" equal \
    "$(find "$node/lists" -name '*.new' | wc -l)" 0
ok "nor any list that was never in force" equal \
    "$(find "$node/lists" -name '*.list' | wc -l)" 2
ok "the log is whole" "$KUFI" log verify "$node"
tap_end
