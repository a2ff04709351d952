# A country of nodes on this machine: a centre, posts, a witness, each with its
# folder and its processes, and the custodians who made them nodes. To be
# sourced by tests, by drills and by ./run, from the root of the source tree.
#
#   KUFI     the program
#   country  the folder of it all:
#              nodes/NAME         a node's folder
#              ports/NAME         where it listens to other nodes, if it does
#              custodians/NAME    a custodian's key; .words is the passphrase
#              roster             the newest roster
#              NAME.out           what the node said

declare -A country_pid=() # of the supervisors that were started here

country_domain=border.example
country_custodians=(alice bob carol) # invented; two of them must sign

node_dir() { echo "$country/nodes/$1"; }
node_origin() { echo "$country_domain/$1"; }

# A port of the loopback on which nobody listens.
free_port() {
    local port
    for _ in $(seq 200); do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue
        grep -qsx "$port" "$country"/ports/* && continue
        echo "$port"
        return
    done
    return 1
}

# The custodians' keys, behind generated passphrases.
custodians_make() {
    local name
    mkdir -p "$country/custodians" && chmod 700 "$country/custodians" || return
    for name in "${country_custodians[@]}"; do
        (umask 077 && head -c 24 /dev/urandom | base64 \
            >"$country/custodians/$name.words") || return
        "$KUFI" custodian keygen "$country/custodians/$name" --passphrase-file \
            "$country/custodians/$name.words" >/dev/null || return
    done
}

# custodians_sign FILE [NAME...]: by two of them unless named.
custodians_sign() {
    local file=$1 name
    shift
    [ $# -gt 0 ] || set -- alice bob
    for name in "$@"; do
        "$KUFI" custodian sign "$file" --key "$country/custodians/$name" \
            --passphrase-file "$country/custodians/$name.words" >/dev/null ||
            return
    done
}

# node_make NAME ROLE KIND PLACE [OPTION of init...]: a folder, and a port for
# those who are called.
node_make() {
    local name=$1 role=$2 kind=$3 place=$4 dir
    shift 4
    dir=$(node_dir "$name")
    mkdir -p "$country/nodes" "$country/ports" || return
    "$KUFI" init "$dir" --origin "$(node_origin "$name")" --kind "$kind" \
        --country ALB --place "$place" "$@" >/dev/null || return
    echo "$role" >"$country/$name.role"
    [ "$role" = post ] && return
    free_port >"$country/ports/$name" &&
        echo "peers = 127.0.0.1:$(cat "$country/ports/$name")" \
            >>"$dir/config.ini"
}

# roster_make NAME...: the first roster, of these nodes, signed.
roster_make() {
    local name keys=() roster=$country/roster
    for name in "${country_custodians[@]}"; do
        keys+=(--custodian "$country/custodians/$name.vkey")
    done
    "$KUFI" roster new "$roster" --country ALB --threshold 2 "${keys[@]}" ||
        return
    for name in "$@"; do
        roster_add "$name" || return
    done
    custodians_sign "$roster"
}

# roster_add NAME: puts it into the roster, which is then to be signed.
roster_add() {
    local address=()
    [ -s "$country/ports/$1" ] &&
        address=(--address "127.0.0.1:$(cat "$country/ports/$1")")
    "$KUFI" roster add "$country/roster" --card "$(node_dir "$1")/card" \
        --role "$(cat "$country/$1.role")" "${address[@]}" >/dev/null
}

node_join() { "$KUFI" join "$(node_dir "$1")" --roster "$country/roster"; }

# node_begin NAME [ADDRESS]: starts it and does not wait.
node_begin() {
    local dir
    dir=$(node_dir "$1")
    rm -f "$dir/address"
    # In a session of its own: Ctrl-C reaches who started it alone.
    setsid "$KUFI" serve "$dir" --listen "${2:-127.0.0.1:0}" \
        ${country_desks:+--desks "$country_desks"} >>"$country/$1.out" 2>&1 &
    country_pid[$1]=$!
}

# Where the node listens to officers.
node_url() { echo "http://$(cat "$(node_dir "$1")/address")"; }

node_healthy() {
    [ -s "$(node_dir "$1")/address" ] &&
        curl -sf -m 3 -o /dev/null "$(node_url "$1")/v1/health"
}

# node_wait NAME [SECONDS]: until it answers; false when it ended.
node_wait() {
    local end=$((${EPOCHREALTIME/./} + ${2:-30} * 1000000))
    until node_healthy "$1"; do
        kill -0 "${country_pid[$1]}" 2>/dev/null || return 1
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
        sleep 0.05
    done
}

# node_run NAME...: started, and waited for.
node_run() {
    local name
    for name in "$@"; do
        node_begin "$name"
    done
    for name in "$@"; do
        node_wait "$name" || {
            echo "$name does not start:"
            cat "$country/$name.out"
            return 1
        }
    done
}

# node_end NAME [SIGNAL]: ended, in order by SIGTERM or at once by KILL.
node_end() {
    local pid=${country_pid[$1]:-} status=0
    [ -n "$pid" ] || return 0
    unset "country_pid[$1]"
    kill "-${2:-TERM}" "$pid" 2>/dev/null || return 0
    wait "$pid" 2>/dev/null || status=$?
    [ "${2:-TERM}" != TERM ] || return "$status"
}

# Everything that was started here, and by its number alone.
country_end() {
    local name
    for name in "${!country_pid[@]}"; do
        kill "-${1:-TERM}" "${country_pid[$name]}" 2>/dev/null
    done
    for name in "${!country_pid[@]}"; do
        wait "${country_pid[$name]}" 2>/dev/null
    done
    country_pid=()
}

# node_api NAME METHOD PATH [BODY [CURL-OPTION...]]: the answer, then its
# status on a line of its own.
node_api() {
    local name=$1 method=$2 path=$3 body=${4:-}
    shift 3
    [ $# -gt 0 ] && shift
    curl -s -m 20 -X "$method" -w '\n%{http_code}\n' \
        -H "Authorization: Bearer $(cat "$(node_dir "$name")/token")" \
        ${body:+-H 'Content-Type: application/json' -d "$body"} \
        "$@" "$(node_url "$name")$path"
}

node_status() { "$KUFI" status "$(node_dir "$1")" "${@:2}"; }

# log_member NAME OF MEMBER: a number that NAME's status has for OF's log.
log_member() {
    "$KUFI" status "$(node_dir "$1")" --json 2>/dev/null | tr '{' '\n' |
        grep -F "\"origin\":\"$(node_origin "$2")\",\"role\"" | tail -n 1 |
        grep -o "\"$3\":[0-9]*" | head -n 1 | cut -d: -f2
}

# log_reaches NAME OF MEMBER NUMBER [SECONDS]: waits until it is as much.
log_reaches() {
    local end=$((${EPOCHREALTIME/./} + ${5:-20} * 1000000)) got
    while got=$(log_member "$1" "$2" "$3"); [ "${got:-0}" -lt "$4" ]; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || {
            echo "$1 has $3 ${got:-nothing} of $2, not $4"
            return 1
        }
        sleep 0.02
    done
}

# How many entries the node's log has, as published.
log_size() { sed -n 2p "$(node_dir "$1")/log/checkpoint"; }
