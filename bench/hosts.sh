#!/bin/bash
# Five hosts in network namespaces: a centre, a witness and three posts, whose
# firewalls let nothing in. One post's line has 256 kbit/s and 300 ms there and
# back; another post's line is cut for a while. Shown: how far behind the
# centre's mirrors are over time, and what a booth feels meanwhile.
#
#   bench/hosts.sh [CROSSINGS]    so many while the line is cut (2000)
#
# Needs root, iproute2, nftables, python3.
set -euo pipefail
cd "$(dirname "$0")/.."

[ "$(id -u)" = 0 ] || {
    echo "bench/hosts.sh: needs root, for network namespaces" >&2
    exit 2
}
crossings=${1:-2000}
kufi=$PWD/build/release/kufi
scratch=$(mktemp -d)
id=$$
declare -A pid

clean_up() {
    local host
    for host in "${pid[@]}"; do
        kill -9 "$host" 2>/dev/null || true
    done
    wait 2>/dev/null || true
    for host in net slow centre witness durres tirana morine; do
        ip netns del "kufi-$host-$id" 2>/dev/null || true
    done
    rm -rf "$scratch"
}
trap clean_up EXIT

in_host() {
    local host=$1
    shift
    ip netns exec "kufi-$host-$id" "$@"
}

# host NAME ADDRESS [LINE]: a namespace with one line into the net, or into
# another namespace.
host() {
    local name=$1 address=$2 to=${3:-net}
    ip netns add "kufi-$name-$id"
    ip -n "kufi-$name-$id" link set lo up
    ip -n "kufi-$name-$id" link add line type veth peer name "to-$name" \
        netns "kufi-$to-$id"
    ip -n "kufi-$name-$id" addr add "$address/24" dev line
    ip -n "kufi-$name-$id" link set line up
    ip -n "kufi-$to-$id" link set "to-$name" up
    [ "$to" != net ] ||
        ip -n "kufi-net-$id" link set "to-$name" master bridge
}

# Nothing may come in but answers.
close_inbound() {
    in_host "$1" nft -f - <<'RULES'
table inet closed {
    chain input {
        type filter hook input priority 0; policy drop;
        iif lo accept
        ct state established,related accept
    }
}
RULES
}

ip netns add "kufi-net-$id"
ip -n "kufi-net-$id" link add bridge type bridge
ip -n "kufi-net-$id" link set bridge up
host centre 10.77.0.1
host witness 10.77.0.2
host durres 10.77.0.3
host morine 10.77.0.4
# The slow line: a host between, which carries bytes on 150 ms late each way,
# and whose ends take 256 kbit/s. To the post it looks like the centre.
host slow 10.77.0.5
ip netns add "kufi-tirana-$id"
ip -n "kufi-tirana-$id" link set lo up
ip -n "kufi-tirana-$id" link add line type veth peer name far \
    netns "kufi-slow-$id"
ip -n "kufi-tirana-$id" addr add 10.77.1.9/24 dev line
ip -n "kufi-tirana-$id" link set line up
ip -n "kufi-tirana-$id" route add default via 10.77.1.1
ip -n "kufi-slow-$id" addr add 10.77.1.1/24 dev far
ip -n "kufi-slow-$id" link set far up
ip -n "kufi-slow-$id" link set lo up
tc -n "kufi-slow-$id" qdisc add dev far root tbf rate 256kbit burst 8kb latency 2s
tc -n "kufi-tirana-$id" qdisc add dev line root tbf rate 256kbit burst 8kb latency 2s
in_host slow nft -f - <<'RULES'
table ip turn {
    chain pre {
        type nat hook prerouting priority -100;
        iif far tcp dport 8700 redirect to :8700
    }
}
RULES
in_host slow python3 bench/delay.py 0.0.0.0:8700 10.77.0.1:8700 150 &
pid[slow]=$!
for post in durres morine tirana; do
    close_inbound "$post"
done

echo "a drill, nobody's secret" >"$scratch/pass"
for i in 1 2 3; do
    "$kufi" custodian keygen "$scratch/custodian$i" --name "custodian$i" \
        --passphrase-file "$scratch/pass" >/dev/null
done
"$kufi" roster new "$scratch/roster" --country ALB --threshold 2 \
    --custodian "$scratch/custodian1.vkey" \
    --custodian "$scratch/custodian2.vkey" \
    --custodian "$scratch/custodian3.vkey" >/dev/null

# node NAME ROLE [ADDRESS]
node() {
    "$kufi" init "$scratch/$1" --sample --origin "border.example/$1" \
        --kind land --country ALB --place "$1" \
        --listen "unix:$scratch/$1.api" ${3:+--peers "$3"} >/dev/null
    "$kufi" roster add "$scratch/roster" --card "$scratch/$1/card" \
        --role "$2" ${3:+--address "$3"} >/dev/null
}
node centre centre 10.77.0.1:8700
node witness witness 10.77.0.2:8700
node durres post
node morine post
node tirana post
for i in 1 2; do
    "$kufi" custodian sign "$scratch/roster" --key "$scratch/custodian$i" \
        --passphrase-file "$scratch/pass" >/dev/null
done
for n in centre witness durres morine tirana; do
    "$kufi" join "$scratch/$n" --roster "$scratch/roster" >/dev/null
    in_host "$n" "$kufi" serve "$scratch/$n" --desks 1 \
        >"$scratch/$n.said" 2>&1 &
    pid[$n]=$!
done
for n in centre witness durres morine tirana; do
    for _ in $(seq 100); do
        "$kufi" status "$scratch/$n" >/dev/null 2>&1 && break
        sleep 0.1
    done
done

sockets() { in_host "$1" ss -Htln | wc -l; }
echo "posts with a listening TCP socket: $(($(sockets durres) + \
    $(sockets morine) + $(sockets tirana))) of 3"

size() {
    "$kufi" status "$scratch/$1" --json |
        jq --arg o "border.example/$2" '.logs[] | select(.origin == $o) | .size'
}
# How far the centre's mirror of a post is behind the post, in entries.
lag() {
    local own mirrored
    own=$(size "$1" "$1")
    mirrored=$(size centre "$1")
    echo $((own - ${mirrored:-0}))
}
cross() {
    "$kufi" sample --travellers "$2" --days 3 --seed "$3" | head -n "$2" |
        sed 's/,"time":.*/}/' | "$kufi" cross "$scratch/$1" |
        grep -c '"receipt"'
}
# What one booth feels: so many scans with decisions one after the other.
booth() {
    local i start times=()
    while read -r line; do
        start=${EPOCHREALTIME/./}
        "$kufi" cross "$scratch/$1" <<<"$line" >/dev/null
        times+=($((${EPOCHREALTIME/./} - start)))
    done < <("$kufi" sample --travellers 200 --days 3 --seed "$2" | head -n 200 |
        sed 's/,"time":.*/}/')
    printf '%s\n' "${times[@]}" | sort -n |
        awk '{t[NR] = $1} END {printf "p50 %.1f ms, p99 %.1f ms", t[int(NR * .5)] / 1000, t[int(NR * .99)] / 1000}'
}

echo "booth at morine before (a scan, its decision, and the command's start): $(booth morine 71)"
ip -n "kufi-morine-$id" link set line down
echo "morine's line is cut; $(cross morine "$crossings" 72) crossings there, $(cross durres 100 73) at durres, $(cross tirana 100 74) at tirana"
for _ in $(seq 10); do
    echo "lag: durres $(lag durres), tirana (256 kbit/s, 300 ms) $(lag tirana), morine (cut) $(lag morine)"
    sleep 1
done
ip -n "kufi-morine-$id" link set line up
start=${EPOCHREALTIME/./}
echo "morine's line is back; booth there meanwhile: $(booth morine 75)"
until [ "$(lag morine)" -le 2 ] && [ "$(lag tirana)" -le 2 ]; do
    echo "after $(((${EPOCHREALTIME/./} - start) / 1000)) ms: lag morine $(lag morine), tirana $(lag tirana)"
    [ $((${EPOCHREALTIME/./} - start)) -lt 300000000 ] || exit 1
    sleep 2
done
echo "all mirrored $(((${EPOCHREALTIME/./} - start) / 1000)) ms after the line came back"
