#!/bin/bash
# Rosters and orders by the command line alone, as custodians use it: keys
# behind a passphrase, two of three signatures, nodes added by their cards and
# revoked, custodians changed by the old and the new ones, versions that only
# go up, a roster past its day. SYN 2.10 to 2.15
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash
kufi=$(realpath "$KUFI")
tests=$PWD/tests/e2e

# Two nodes for their cards, and one that claims to be another.
init() {
    "$kufi" init "$scratch/$1" --origin utopia.example/"$2" --kind land \
        --country UTO --zone UTC --place "$3" >/dev/null
}
init arden arden "Arden Forest" && init centre centre "Centre" &&
    init imposter arden "Arden Forest" || exit 3
cd "$scratch" || exit 3

keygen() { "$kufi" custodian keygen "$1" --passphrase-file words-"$1"; }
sign() {
    local file=$1 name
    shift
    for name in "$@"; do
        "$kufi" custodian sign "$file" --key "$name" \
            --passphrase-file words-"$name" || return
    done
}
roster() { "$kufi" roster "$@"; }
refused() { # refused CLAUSE COMMAND...: status 1, and the clause is named
    local clause=$1 got=0
    shift
    "$@" >refusal 2>&1 || got=$?
    cat refusal
    equal "$got" 1 && grep -q "($clause" refusal
}
says() { # says WORDS COMMAND...
    local words=$1
    shift
    "$@" >answer && cat answer && grep -q -- "$words" answer
}
mode() { equal "$(stat -c %a "$1")" "$2"; }

for name in alice bob carol dave; do
    echo "correct horse of $name" >words-$name
    ok "a key for $name" says "^$name+" keygen $name
done
ok "the secret half is its owner's alone" mode alice 600
ok "no key is made over another" status 1 keygen alice
echo short >words-short
ok "a short passphrase is refused" status 1 keygen short
ok "which leaves nothing" not test -e short
ok "without a terminal a file is needed" \
    status 3 setsid "$kufi" custodian keygen erin </dev/null

typed() { # typed LINES COMMAND...
    python3 "$tests/typed.py" "$@"
}
ok "at a terminal it is asked for, twice" \
    typed "horse battery|horse battery" "$kufi" custodian keygen erin
ok "and not shown" not grep -q horse "$scratch/tap"
ok "two that differ are refused" \
    status 1 typed "horse battery|horse staple" "$kufi" custodian keygen frank
ok "none too" status 3 typed "|" "$kufi" custodian keygen frank
ok "which leaves nothing behind" not test -e frank

new() {
    roster new "$1" --country UTO --threshold 2 \
        --custodian alice.vkey --custodian carol.vkey --custodian bob.vkey
}
ok "a first roster" new v1
ok "which is not made twice" status 1 new v1
cp v1 empty
ok "a threshold that nobody can reach" refused "SYN 2.5" roster new vx \
    --country UTO --threshold 2 --custodian alice.vkey
ok "one custodian twice" refused "SYN 2.5" roster new vx --country UTO \
    --threshold 1 --custodian alice.vkey --custodian alice.vkey
ok "a centre, by its card" says '^centre utopia.example/centre+' \
    roster add v1 --card centre/card --role centre --address 127.0.0.1:8700
ok "names are not looked up" status 2 roster add v1 --card centre/card \
    --role centre --address centre.utopia.example:8700
ok "a post, by its card" roster add v1 --card arden/card --role post
ok "a card that somebody changed" refused "SYN 2.13" \
    roster add v1 --card <(sed s/Forest/Port/ arden/card) --role post
ok "another node of that name" status 1 \
    roster add v1 --card imposter/card --role post
ok "it shows" says 'post *utopia.example/arden *only calls *Arden Forest' \
    roster show v1
ok "nobody has signed it" refused "SYN 2.10" roster verify v1
ok "alice signs, and is told what" says 'roster of UTO, version 1: 2 nodes' \
    sign v1 alice
ok "one signature is refused" refused "SYN 2.10" roster verify v1
ok "twice by one counts once" sign v1 alice
ok "and is refused" refused "SYN 2.10" roster verify v1
cp v1 v1-mallory
ok "one who is no custodian signs too" sign v1-mallory dave
ok "and that counts for nothing" refused "SYN 2.10" roster verify v1-mallory
ok "another's passphrase opens no key" status 1 "$kufi" custodian sign v1 \
    --key bob --passphrase-file words-alice
ok "bob signs" sign v1 bob
ok "two are enough" says 'good: UTO, version 1' roster verify v1
ok "who has signed is shown" says '"name":"bob",.*"signed":true},{"name":"carol".*"signed":false' \
    roster show v1 --json
ok "something else is not signed" status 1 sign arden/log.vkey alice
ok "a checkpoint neither" status 1 sign arden/log/checkpoint alice

# The next versions.
ok "a signed one is not changed but followed" \
    roster revoke v1 utopia.example/arden --to v2
ok "as version 2" says 'version 2' roster show v2
ok "the node is revoked" says 'revoked *utopia.example/arden' roster show v2
sign v2 alice bob >/dev/null
ok "it follows" roster verify v2 --old v1
ok "the old one does not follow it" refused "SYN 2.11" roster verify v1 --old v2
ok "nor it itself" refused "SYN 2.11" roster verify v2 --old v2
ok "what is revoked does not come back" refused "SYN 2.9" \
    roster add v2 --card arden/card --role post --to v3x
ok "custodians change" roster change v2 --without alice --without bob \
    --custodian dave.vkey --threshold 2 --to v3
ok "what changes is shown: who goes" says '^  - alice+.* is no custodian' \
    roster show v3 --old v2
ok "and who comes" says '^  + dave+.* is a custodian' roster show v3 --old v2
ok "who is revoked" says '^  - utopia.example/arden+.* is revoked' \
    roster show v2 --old v1
ok "and who is added" says '^  + utopia.example/arden+.* post' \
    roster show v1 --old empty
cp v3 v3-new
ok "the new ones sign" sign v3-new carol dave
ok "which is no roster for those who have the old" \
    refused "SYN 2.10" roster verify v3-new --old v2
cp v3 v3-old
ok "the old ones sign" sign v3-old alice bob
ok "which is none by itself" refused "SYN 2.10" roster verify v3-old --old v2
ok "old and new ones sign" sign v3 alice carol dave
ok "which follows" says 'version 3' roster verify v3 --old v2
ok "also for who missed version 2: enough of his have signed" says 'version 3' roster verify v3 --old v1

# Past its day: still good, and said.
sed -e 's/^made .*/made 2020-01-01T00:00:00Z/' \
    -e 's/^expires .*/expires 2021-01-01T00:00:00Z/' -e '/^$/,$d' v1 >old
sign old alice bob >/dev/null
ok "past its day" says 'PAST ITS DAY' roster show old
ok "and still good" says 'past its day: 2021-01-01' roster verify old
ok "renewed" says 'version 2' \
    eval 'roster change old && roster show old'
ok "nothing else has changed" says 'nothing but version and times' \
    eval 'sign old alice >/dev/null && cp old older && roster change old &&
        roster show old --old older'
ok "rights and the window are the custodians'" says '"witness":\["mirror"\]' \
    eval 'roster change old --right witness=mirror --hot-days 30 &&
        roster show old --json'
ok "which shows too" says '  - every witness cosign' \
    roster show old --old older
ok "and that" says "days of others' records: 30, was 180" \
    roster show old --old older

# Orders.
order() { "$kufi" custodian order "$@" --country UTO; }
ok "an order" order o1 withdraw centre/12,15-20 arden/3 centre/13
ok "in the one order" grep -qx 'records centre 12-13,15-20' o1
ok "is signed by two" says 'order of UTO: withdraw, 9 of them' sign o1 alice bob
ok "which shows" equal "$(grep -c '^— ' o1)" 2
ok "a list that lost entries" order o2 list "$(sha256sum <words-bob | cut -c-64)" \
    "watch list"
ok "keys to destroy" order o3 erase utopia.example/arden 20780 1-5,9
ok "a node to let back" order o4 rejoin utopia.example/arden
ok "a window" order o5 window utopia.example/arden 400
ok "no such kind" status 2 order o6 exit arden/1
ok "no such day" status 2 order o6 erase utopia.example/arden tomorrow 1
ok "a node's name that is none" status 2 order o6 rejoin arden
ok "an order of a year is none" status 2 order o6 rejoin a.example/b --days 365
tap_end
