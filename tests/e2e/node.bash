# What the scripts of this folder share: TAP, and a node of their own. To be
# sourced from the root of the source tree.
#
#   KUFI     the program; the one with sanitizers unless told otherwise
#   scratch  a folder that goes when the script ends

KUFI=${KUFI:-build/debug/kufi}
scratch=$(mktemp -d)
node=$scratch/node
tap_count=0
tap_failed=0
supervisor=

# Only what this script started, and only by its number.
clean_up() {
    if [ -n "$supervisor" ]; then
        kill -9 "$supervisor" 2>/dev/null
    fi
    rm -rf "$scratch"
}
trap clean_up EXIT

# ok NAME COMMAND...: one test, passed when the command succeeds.
ok() {
    local name=$1
    shift
    tap_count=$((tap_count + 1))
    if "$@" >"$scratch/tap" 2>&1; then
        echo "ok $tap_count - $name"
        return
    fi
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $name"
    sed 's/^/# /' "$scratch/tap"
}

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

tap_end() {
    echo "1..$tap_count"
    [ "$tap_failed" = 0 ]
}

not() { ! "$@"; }

equal() {
    [ "$1" = "$2" ] || {
        echo "got:  $1"
        echo "want: $2"
        return 1
    }
}

# The exit status of a command, as an equality: status 2 kufi ...
status() {
    local want=$1 got=0
    shift
    "$@" || got=$?
    equal "$got" "$want"
}

node_init() {
    "$KUFI" init "$node" --origin border.example/durres --kind sea \
        --country ALB --place "Durrës" "$@" >/dev/null
}

# Starts a node on a port of its own; its words go to $scratch/serve.
node_start() {
    rm -f "$node/address"
    "$KUFI" serve "$node" --listen 127.0.0.1:0 --desks 2 \
        >>"$scratch/serve" 2>&1 &
    supervisor=$!
    for _ in $(seq 600); do
        [ -s "$node/address" ] && url=http://$(cat "$node/address") &&
            healthy && return
        kill -0 "$supervisor" 2>/dev/null || break
        sleep 0.05
    done
    echo "the node does not start:"
    cat "$scratch/serve"
    return 1
}

# Stops it in order, by SIGTERM or another signal; its exit status.
node_stop() {
    local status=0
    kill "-${1:-TERM}" "$supervisor"
    wait "$supervisor" || status=$?
    supervisor=
    return $status
}

healthy() {
    [ "$(curl -s -m 3 -o /dev/null -w '%{http_code}' "$url/v1/health")" = 200 ]
}

# healthy_within SECONDS
healthy_within() {
    local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
    until healthy; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
        sleep 0.02
    done
}

# children [NAME]: the numbers of the node's processes, of that name.
children() {
    local child list
    read -ra list <"/proc/$supervisor/task/$supervisor/children"
    for child in "${list[@]}"; do
        [ $# = 0 ] || [ "$(cat "/proc/$child/comm" 2>/dev/null)" = "$1" ] ||
            continue
        echo "$child"
    done
}

# api METHOD PATH [BODY [CURL-OPTION...]]: the answer, then its status on a
# line of its own.
api() {
    local method=$1 path=$2 body=${3:-}
    shift 2
    [ $# -gt 0 ] && shift
    curl -s -m 20 -X "$method" -w '\n%{http_code}\n' \
        -H "Authorization: Bearer $(cat "$node/token")" \
        ${body:+-H 'Content-Type: application/json' -d "$body"} \
        "$@" "$url$path"
}

# member NAME <<<JSON: the first member of that name, as it stands there.
member() {
    grep -o "\"$1\":\(\"[^\"]*\"\|[^,}]*\)" | head -1 | cut -d: -f2- |
        tr -d '"'
}

MRZ='["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<","L898902C36UTO7408122F1204159ZE184226B<<<<<10"]'
