#!/bin/bash
# What officers and operators do from the command line, beside a running node
# and without it: alerts, orders to leave, hits, links and manifests; what each
# prints, and its exit status. The booth knows of it at the next scan. API 4.13
# to 4.18
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/e2e/node.bash

# The answer is $answer, its lines are as many as the command printed.
run() {
    answer=$("$KUFI" "$@" 2>"$scratch/err")
}

# exits NAME STATUS COMMAND...
exits() {
    local name=$1 want=$2
    shift 2
    run "$@"
    ok "$name" equal "$?" "$want"
}

# A scan at a lane; the members that the filter shows.
scan() {
    curl -s "$url/v1/inspections" -H "Authorization: Bearer $(cat "$node/token")" \
        -H 'Content-Type: application/json' -d '{"direction":"entry",
        "lane":"'"$1"'","mrz":["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]}' | jq -r "$2"
}

# A crossing of long ago, by hand: NUMBER SURNAME GIVEN-NAMES.
paper() {
    curl -s -o /dev/null -w '%{http_code}' "$url/v1/late-records" \
        -H "Authorization: Bearer $(cat "$node/token")" \
        -H 'Content-Type: application/json' -d '{"reason":"no power",
        "occurred":"2020-01-01T10:00:00Z","recorder":"officer 7",
        "direction":"exit","decision":"admit","document":{
        "issuing_state":"UTO","document_number":"'"$1"'","surname":"'"$2"'",
        "given_names":"'"$3"'","nationality":"UTO","sex":"F",
        "date_of_birth":"1974-08-12"}}'
}

codes='[.findings[].code] | sort | join(" ")'

anna="ERIKSSON/ANNA MARIA/1974-08-12/F/UTO"
anne="ERIKSSON SMITH/ANNA/1974-08-12/F/UTO"
doc="--document UTO/L898902C3"
what='--action hold --owner police'

ok "a node is made" node_init --sample
ok "the node starts" node_start

# shellcheck disable=SC2086 # $doc and $what are several words on purpose
{
exits "an alert on a document" 0 alert put "$node" $doc --reason stolen $what
alert=$answer
ok "has a name" [ "${alert%/*}" = durres ]
exits "an alert on a person" 0 alert put "$node" --surname Эрикссон \
    --given-names "Анна Мария" --other-name "The Red" --born 1970/1975 \
    --reason wanted $what --expires 2099-12-31
person=$answer
exits "with nothing of whom it is a wrong call" 2 \
    alert put "$node" --reason stolen $what
exits "with both, too" 2 alert put "$node" $doc --surname A --reason wanted \
    $what
exits "a reason that is none is refused" 1 \
    alert put "$node" $doc --reason bored $what
exits "the alerts are shown" 0 alert show "$node"
ok "one a line, below a heading" equal "$(wc -l <<<"$answer")" 3
exits "and as JSON" 0 alert show "$node" --json
ok "by their names" equal "$(jq -r '.alerts[].record' <<<"$answer" | xargs)" \
    "$alert $person"
}

scan 1 . >"$scratch/scan"
ok "a scan is referred" equal "$(jq -r .recommendation "$scratch/scan")" refer
ok "for the document and for the person" equal \
    "$(jq -r '[.hits[] | .kind + " " + .entry] | sort | join(", ")' \
        "$scratch/scan")" "document $alert, name $person"
hit=$(jq -r --arg e "$alert" '.hits[] | select(.entry == $e).id' \
    "$scratch/scan")
exits "the hit is settled" 0 hit "$node" "$hit" other --reason "a namesake"
exits "a verdict that is none is refused" 1 hit "$node" "$hit" maybe --reason x
exits "a hit that is none, too" 1 hit "$node" durres-1-0 other --reason x
exits "without a reason it is a wrong call" 2 hit "$node" "$hit" other
ok "and stays quiet" equal \
    "$(scan 1 \
        '[.hits[] | select(.kind == "document").status] | join(" ")')" other
exits "the alert is withdrawn" 0 alert withdraw "$node" "$alert" --reason found
exits "once" 1 alert withdraw "$node" "$alert" --reason found
exits "and the other" 0 alert withdraw "$node" "$person" --reason found
ok "no scan shows them any more" equal "$(scan 1 '.hits | length')" 0

# shellcheck disable=SC2086
{
exits "an order to leave" 0 order exit "$node" $doc --within 24 \
    --reason "return decision" --owner court
order=$answer
exits "with no deadline is a wrong call" 2 order exit "$node" $doc \
    --reason x --owner y
exits "an order by name" 0 order exit "$node" --surname "Eriksson Smith" \
    --born 1974-08-12 --deadline 2020-01-01T00:00:00Z --reason x --owner y
overdue=$answer
}
ok "the scan shows the first" equal \
    "$(scan 1 '[.findings[] | select(.code == "exit_order").record] |
        join(" ")')" "$order"
exits "orders are shown" 0 order show "$node" --json
ok "both" equal "$(jq -r '.orders[].record' <<<"$answer" | xargs)" \
    "$order $overdue"
exits "and those overdue" 0 order show "$node" --overdue --json
ok "which is one" equal "$(jq -r '.orders[].record' <<<"$answer")" "$overdue"
exits "an order is withdrawn" 0 order withdraw "$node" "$order" --reason left

ok "one traveller of the tables" equal \
    "$(paper L898902C3 ERIKSSON "ANNA MARIA")" 201
ok "and another" equal "$(paper X7 "ERIKSSON SMITH" ANNA)" 201
exits "two travellers are linked" 0 link "$node" same --a "$anna" --b "$anne" \
    --reason "the same picture"
ok "then her order is hers" equal "$(scan 1 "$codes" |
    grep -c exit_order_overdue)" 1
exits "a person in one word is a wrong call" 2 link "$node" same --a A --b B \
    --reason x

cat >"$scratch/aboard" <<END
{"surname":"ERIKSSON","given_names":"ANNA MARIA","date_of_birth":"1974-08-12"}
{"document":{"issuing_state":"UTO","document_number":"X1"}}
END
aboard=(manifest put "$node" --voyage UT101 --date 2026-07-01 --direction entry)
exits "passengers are announced" 0 "${aboard[@]}" "$scratch/aboard"
ok "two" equal "$answer" "2 recorded, 0 refused"
size=$(curl -s "$url/v1/health" | jq .size)
exits "the same again is the same" 0 "${aboard[@]}" "$scratch/aboard"
ok "and records nothing" equal "$(curl -s "$url/v1/health" | jq .size)" "$size"
printf '{"surname":"A"}\nnonsense\n' >"$scratch/bad"
exits "lines that are no passengers are refused" 1 "${aboard[@]}" "$scratch/bad"
ok "each by its number" equal "$(grep -c 'line [12]:' "$scratch/err")" 2

ok "the node stops" node_stop
exits "without it an alert is put" 0 alert put "$node" \
    --document UTO/L898902C3 --reason lost --action hold --owner police
alert=$answer
exits "and shown" 0 alert show "$node" --json
ok "by its name" equal "$(jq -r '.alerts[].record' <<<"$answer")" "$alert"
ok "the log verifies" "$KUFI" log verify "$node"
ok "the node starts again" node_start
ok "and the scan knows of it" equal "$(scan 1 '.hits[0].entry')" "$alert"
ok "the node stops in the end" node_stop
tap_end
