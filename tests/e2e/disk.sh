#!/bin/bash
# A disk that is full, and one that takes no writes: the API says so, nothing
# acknowledged is lost, and the node goes on when the disk does.
set -u
cd "$(dirname "$0")/../.." || exit 3
# shellcheck source=tests/e2e/node.bash
. tests/e2e/node.bash

disk=$scratch/disk
loop=
unmount() {
    [ -n "$supervisor" ] && kill -9 "$supervisor" 2>/dev/null
    supervisor=
    sleep 0.2
    umount "$disk" 2>/dev/null
    [ -n "$loop" ] && losetup -d "$loop" 2>/dev/null
    clean_up
}
trap unmount EXIT

mkdir "$disk"
mount -t tmpfs -o size=72m kufi "$disk" 2>/dev/null ||
    skip_all "no file system may be mounted here"
node=$disk/node

# cross KEY: scans and decides; the record's name, or the problem's type.
cross() {
    local scan id
    scan=$(api POST /v1/inspections \
        "{\"mrz\":$MRZ,\"direction\":\"entry\"}")
    id=$(member id <<<"$scan")
    if [ -z "$id" ]; then
        member type <<<"$scan"
        return
    fi
    api POST /v1/crossings "{\"inspection\":\"$id\",\"decision\":\"admit\"}" \
        -H "Idempotency-Key: $1" | sed 's/"type":"crossing"//' |
        grep -o '"record":"[^"]*"\|"type":"[^"]*"' | cut -d'"' -f4
}

# Keeps the name of each acknowledged record; 0 while they are.
acknowledged=()
cross_one() {
    local got
    got=$(cross "$1")
    case $got in
    durres/*) acknowledged+=("$got") ;;
    *)
        problem=$got
        return 1
        ;;
    esac
}

all_there() {
    local name
    for name in "${acknowledged[@]}"; do
        equal "$(api GET "/v1/records/$name" | tail -1)" 200 || return 1
    done
}

# health_says REASON, within ten seconds
health_says() {
    local i got
    for i in $(seq 200); do
        got=$(curl -s -m 3 "$url/v1/health" | member reason)
        [ "$got" = "$1" ] && return
        sleep 0.05
    done
    equal "$got" "$1"
}

ok "a node on a small disk" node_init
ok "starts" node_start
for i in 1 2 3; do cross_one "before-$i"; done
ok "and records" equal "${#acknowledged[@]}" 3

# ----- Full. -----

fill() { ! cat /dev/zero >"$disk/filler" 2>/dev/null; }
ok "the disk is filled up" fill
refused() {
    local i
    for i in $(seq 2000); do
        cross_one "full-$1-$i" || return 0
    done
    return 1
}
ok "crossings are refused" refused 1
# The first one met the disk half-way: it is said to be unknown.
ok "and go on being" not cross_one full-2
ok "with the reason" equal "$problem" urn:kufi:problem:disk_full
ok "health says it too" health_says disk_full
ok "with 503" equal "$(curl -s -o /dev/null -w '%{http_code}' \
    "$url/v1/health")" 503
ok "the log is still served" equal "$(curl -s -o /dev/null \
    -w '%{http_code}' "$url/checkpoint")" 200
ok "the keeper did not end" equal "$(grep -c 'ended' "$scratch/serve")" 0
rm "$disk/filler"
ok "with space again, health is good" healthy_within 10
ok "and crossings are recorded" cross_one after-1
ok "all that was acknowledged is there" all_there

# A node that is killed while the disk is full.
ok "full again" fill
ok "refused again" refused 2
kill -9 "$(children kufi-keeper)"
ok "the keeper comes back to a full disk" health_says disk_full
rm "$disk/filler"
ok "and goes on when there is space" healthy_within 10
ok "crossings are recorded" cross_one after-2
ok "all that was acknowledged is still there" all_there
ok "SIGTERM: exit 0" node_stop

# ----- Read-only. -----

mount -o remount,ro "$disk"
"$KUFI" serve "$node" --listen "unix:$scratch/socket" --desks 1 \
    >>"$scratch/serve" 2>&1 &
supervisor=$!
says_read_only() {
    for _ in $(seq 200); do
        curl -s -m 3 --unix-socket "$scratch/socket" \
            http://localhost/v1/health | grep -q '"reason":"read_only"' &&
            return
        sleep 0.05
    done
    return 1
}
ok "on a read-only disk, health says so" says_read_only
ok "the log is served" equal "$(curl -s -o /dev/null -w '%{http_code}' \
    --unix-socket "$scratch/socket" http://localhost/checkpoint)" 200
mount -o remount,rw "$disk"
writable() {
    for _ in $(seq 200); do
        curl -s -m 3 --unix-socket "$scratch/socket" \
            http://localhost/v1/health | grep -q '"status":"ok"' && return
        sleep 0.05
    done
    return 1
}
ok "it goes on when the disk does" writable
ok "SIGTERM: exit 0" node_stop
ok "starts" node_start
ok "all that was acknowledged is there" all_there
ok "the log verifies" "$KUFI" log verify "$node"
ok "SIGTERM: exit 0" node_stop
umount "$disk"

# ----- A disk that goes read-only under a running node. -----

truncate -s 160M "$scratch/image"
on_loop() {
    mke2fs -q -t ext4 "$scratch/image" &&
        loop=$(losetup -f --show "$scratch/image") && mount "$loop" "$disk"
}
if ! on_loop 2>/dev/null; then
    echo "# no loop device here: a disk that goes read-only was not tried"
    tap_end
    exit
fi
acknowledged=()
ok "a node on a disk" node_init
ok "starts" node_start
for i in 1 2 3; do cross_one "abort-$i"; done
ok "and records" equal "${#acknowledged[@]}" 3
mount -o remount,abort "$disk" 2>/dev/null
touch "$disk/x" 2>/dev/null
not_recorded() {
    local i
    for i in $(seq 20); do cross_one "ro-$i" || return 0; done
    return 1
}
if touch "$disk/y" 2>/dev/null; then
    echo "# this kernel cannot be made to abort a file system"
else
    ok "crossings are refused" not_recorded
    ok "health says why" health_says read_only
fi
kill -9 "$supervisor"
wait "$supervisor" 2>/dev/null
supervisor=
sleep 0.5
umount "$disk"
mount "$loop" "$disk"
ok "after a repair it starts" node_start
ok "all that was acknowledged is there" all_there
ok "the log verifies" "$KUFI" log verify "$node"
ok "SIGTERM: exit 0" node_stop
tap_end
