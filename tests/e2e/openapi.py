"""Talks to a sample node and holds every answer against the schema it serves.

Usage: openapi.py URL TOKENFILE; prints TAP. API 4.11
"""

import json
import sys
import urllib.error
import urllib.request

from jsonschema import Draft202012Validator, RefResolver

URL = sys.argv[1]
with open(sys.argv[2], encoding="ascii") as file:
    TOKEN = file.read().strip()

MRZ = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
       "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]

count = 0
failed = 0


def ok(good, name, *notes):
    global count, failed
    count += 1
    failed += not good
    print("ok" if good else "not ok", count, "-", name)
    if not good:
        for note in notes:
            print("#", note)


def fetch(method, path, body=None, fields=None, token=True):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data=data, method=method)
    if data is not None:
        request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", "Bearer " + TOKEN)
    for name, value in (fields or {}).items():
        request.add_header(name, value)
    try:
        answer = urllib.request.urlopen(request, timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read()


status, _, text = fetch("GET", "/v1/openapi.json", token=False)
API = json.loads(text)
RESOLVER = RefResolver("", API)
with open("spec/openapi.json", "rb") as file:
    ok(status == 200 and text == file.read(), "the schema in spec/ is served")


def validator(schema):
    return Draft202012Validator(schema, resolver=RESOLVER)


def faults(schema, value):
    return [f"{list(e.absolute_path)}: {e.message[:200]}"
            for e in validator(schema).iter_errors(value)]


for name, schema in API["components"]["schemas"].items():
    Draft202012Validator.check_schema(schema)
ok(API["openapi"].startswith("3.1."), "schemas are lawful ones")


def responses(path, method, status):
    found = API["paths"][path][method.lower()]["responses"]
    return found.get(str(status), found["default"])


def holds(path, method, status, headers, text):
    """What of an answer its schema does not say."""
    content = responses(path, method, status)["content"]
    media = headers["Content-Type"].split(";")[0]
    if media not in content:
        return [f"{status} has {media}"]
    if "json" not in media:
        return []
    value = json.loads(text)
    wrong = faults(content[media].get("schema", {}), value)
    if path != "/v1/openapi.json" and value.get("sample") is not True:
        wrong.append("the answer does not say that the node is a sample")
    if headers["Kufi-Sample"] != "true":
        wrong.append("the header does not say that the node is a sample")
    return wrong


def expect(name, status, method, path, body=None, real=None, fields=None,
           token=True):
    """One request; its answer must have the status and fit the schema."""
    got, headers, text = fetch(method, real or path, body, fields, token)
    wrong = holds(path, method, got, headers, text)
    if got != status:
        wrong.append(f"status {got}: {text[:300]}")
    if body is not None and status < 300:
        schema = API["paths"][path]["post"]["requestBody"]["content"]
        wrong += faults(schema["application/json"]["schema"], body)
    ok(not wrong, name, *wrong)
    return json.loads(text) if text[:1] == b"{" else {}


def scan(direction="entry", **more):
    return {"mrz": MRZ, "direction": direction, **more}


def record(name, **more):
    return expect(f"record {name}{more or ''}", 200, "GET",
                  "/v1/records/{node}/{index}",
                  real="/v1/records/" + name + more.get("query", ""))


# ----- What is accepted. -----

first = expect("a scan", 201, "POST", "/v1/inspections", scan())
timed = expect("a scan with a time", 201, "POST", "/v1/inspections",
               scan(time="2020-02-29T12:00:00+01:00"))
noise = expect("lines that are no MRZ", 201, "POST", "/v1/inspections",
               {"mrz": ["x"], "direction": "exit"})
ok(noise["document"] is None and noise["faults"], "have faults, no document")
endless = expect("a line without an end", 201, "POST", "/v1/inspections",
                 {"mrz": ["\u00eb" * 5000, "y" * 513], "direction": "exit"})
kept = record(endless["id"])["mrz"]
ok(endless["faults"] and kept == ["\u00eb" * 256, "y" * 512],
   "has faults, and its beginning is recorded")
garbled = expect("a garbled scan", 201, "POST", "/v1/inspections",
                 {"mrz": [MRZ[0], MRZ[1].replace("7408", "74O8")],
                  "direction": "entry"})
ok(garbled["repair"] == MRZ, "has a repair")
entry = expect("a decision", 201, "POST", "/v1/crossings",
               {"inspection": first["id"], "decision": "admit", "lane": "3"},
               fields={"Idempotency-Key": "one"})
again = expect("the same decision again", 201, "POST", "/v1/crossings",
               {"inspection": first["id"], "decision": "admit", "lane": "3"},
               fields={"Idempotency-Key": "one"})
ok(entry == again, "is the same record")
rescan = expect("the same scan again", 201, "POST", "/v1/inspections", scan())
again = expect("and decided again", 201, "POST", "/v1/crossings",
               {"inspection": rescan["id"], "decision": "admit", "lane": "3"},
               fields={"Idempotency-Key": "one"})
ok(entry == again, "is the same record still")
expect("in the other direction", 422, "POST", "/v1/crossings",
       {"inspection": expect("a scan on the way out", 201, "POST",
                             "/v1/inspections", scan("exit"))["id"],
        "decision": "admit", "lane": "3"}, fields={"Idempotency-Key": "one"})
refused = expect("a refusal", 201, "POST", "/v1/crossings",
                 {"inspection": timed["id"], "decision": "refuse",
                  "reasons": ["A", "I"]})
late = expect("a late record by MRZ", 201, "POST", "/v1/late-records",
              {"occurred": "2020-01-01T10:00:00Z", "reason": "no power",
               "recorder": "officer 7", "direction": "exit",
               "decision": "admit", "mrz": MRZ})
expect("a late record by hand", 201, "POST", "/v1/late-records",
       {"occurred": "2020-01-01T11:00:00Z", "reason": "no power",
        "recorder": "officer 7", "reference": "12/7", "direction": "entry",
        "decision": "hand_over", "lane": "1",
        "document": {"issuing_state": "UTO", "document_number": "X1",
                     "surname": "Müller", "given_names": "Ana",
                     "nationality": "UTO", "date_of_birth": "1980-XX-XX"}})
correction = expect("a correction", 201, "POST", "/v1/corrections",
                    {"record": entry["record"], "field": "lane", "value": "4",
                     "reason": "misread"})
found = expect("a search by document", 200, "POST", "/v1/searches",
               {"document": "uto/L898902C3", "purpose": "a test"})
traveller = found["travellers"][0]
ok([r["record"] for r in traveller["history"]]
   == [refused["record"], entry["record"], late["record"]],
   "shows all crossings, the newest first",
   [r["record"] for r in traveller["history"]])
ok(traveller["history"][1]["corrected_by"] == correction["record"]
   and traveller["history"][1]["lane"] == "4", "shows them corrected")
ok(all(r["receipt"]["leaf_hash"] for r in traveller["history"]),
   "with receipts that can be checked")
expect("a search by name", 200, "POST", "/v1/searches",
       {"surname": "Eriksson", "date_of_birth": "1974-08-12",
        "purpose": "a test"})
expect("a search for nobody", 200, "POST", "/v1/searches",
       {"document": "UTO/NOBODY", "purpose": "a test"})
seen = expect("another scan", 201, "POST", "/v1/inspections", scan("exit"))
ok(seen["history"]["crossings"] == 3 and seen["history"]["inside"] is True,
   "tells the history", seen["history"])

# ----- What officers and operators put beside crossings. -----

WHY = {"reason": "seen in the second line"}
ANNA = {"surname": "Eriksson", "given_names": "Anna Maria",
        "date_of_birth": "1974-08-12", "sex": "F", "nationality": "UTO"}
ANNE = {**ANNA, "surname": "Eriksson Smith"}
ALERT = {"reason": "stolen", "action": "hold", "owner": "police"}
NUMBER = {"issuing_state": "UTO", "document_number": "L898902C3"}
LEAVE = {"document": NUMBER, "hours": 24, "owner": "court", **WHY}
LINK = {"a": ANNA, "b": ANNE, "verdict": "same", **WHY}
ABOARD = {"voyage": "UT101", "day": "2026-07-01", "direction": "entry",
          "document": ANNA}
LIST = {"name": "none", "sha256": "0" * 64}


def put(name, path, body):
    return expect(name, 201, "POST", path, body,
                  fields={"Idempotency-Key": name.replace(" ", "-")})


alert = put("an alert on a document", "/v1/alerts",
            {"document": NUMBER, **ALERT})
person = put("an alert on a person", "/v1/alerts",
             {"person": {"surname": "Эриксон", "given_names": "Анна",
                         "other_names": ["The Red"], "born": "1970/1974",
                         "sex": "F", "nationality": "UTO"},
              **ALERT, "reason": "wanted", "expires": "2099-12-31"})
order = put("an exit order", "/v1/orders", LEAVE)
again = expect("the same order again", 201, "POST", "/v1/orders", LEAVE,
               fields={"Idempotency-Key": "an-exit-order"})
ok(order == again, "is the same record")
late_order = put("an order that is overdue", "/v1/orders",
                 {"document": ANNE, "deadline": "2020-01-01T00:00:00Z",
                  "owner": "court", **WHY})
put("a passenger", "/v1/manifests", ABOARD)
link = put("a link", "/v1/links", LINK)
stopped = expect("a scan of who is looked for", 201, "POST",
                 "/v1/inspections",
                 scan(lane="3", accompanied=True, voyage="UT101",
                      visa={"type": "C", "valid_from": "2026-01-01",
                            "valid_to": "2026-12-31", "entries": 2,
                            "days": 30}))
hits = [h for h in stopped["hits"] if h["entry"] == alert["record"]]
ok(stopped["recommendation"] == "refer" and len(hits) == 1
   and hits[0]["status"] == "open" and hits[0]["list"] == "alert",
   "is referred", stopped["hits"])
codes = {f["code"] for f in stopped["findings"]}
ok({"listed_document", "exit_order"} <= codes, "and says why", codes)
kept = record(stopped["id"])
ok([f["code"] for f in kept["findings"]]
   == [f["code"] for f in stopped["findings"]]
   and kept["recommendation"] == "refer"
   and [h["entry"] for h in kept["hits"]]
   == [h["entry"] for h in stopped["hits"]], "is recorded as it was answered")
settled = expect("a hit settled", 201, "POST", "/v1/hits/{id}",
                 {"verdict": "other", **WHY}, real="/v1/hits/" + hits[0]["id"])
ok(settled["list"] == "alert" and settled["entry"] == alert["record"]
   and settled["traveller"]["surname"] == "ERIKSSON",
   "is of that hit and that traveller", settled)
quiet = expect("the next scan", 201, "POST", "/v1/inspections", scan())
ok([h["status"] for h in quiet["hits"] if h["entry"] == alert["record"]]
   == ["other"]
   and "listed_document" not in {f["code"] for f in quiet["findings"]},
   "does not fire again", quiet["hits"])
shown = expect("the alerts", 200, "GET", "/v1/alerts")
ok([a["record"] for a in shown["alerts"]]
   == [alert["record"], person["record"]], "are all shown")
shown = expect("the alerts from the second on", 200, "GET", "/v1/alerts",
               real="/v1/alerts?from=" + person["record"])
ok([a["record"] for a in shown["alerts"]] == [person["record"]],
   "are one less")
shown = expect("the orders", 200, "GET", "/v1/orders")
ok([(o["record"], o["state"]) for o in shown["orders"]]
   == [(order["record"], "running"), (late_order["record"], "overdue")],
   "are all shown", shown)
shown = expect("the overdue orders", 200, "GET", "/v1/orders",
               real="/v1/orders?overdue=1")
ok([o["record"] for o in shown["orders"]] == [late_order["record"]],
   "are fewer")
expect("the lists", 200, "GET", "/v1/lists")
put("a withdrawal", "/v1/withdrawals", {"record": alert["record"], **WHY})
expect("a second withdrawal", 409, "POST", "/v1/withdrawals",
       {"record": alert["record"], **WHY})
expect("a withdrawal of a scan", 422, "POST", "/v1/withdrawals",
       {"record": first["id"], **WHY})
expect("a withdrawal of nothing", 404, "POST", "/v1/withdrawals",
       {"record": "durres/99999", **WHY})
put("a link undone", "/v1/corrections",
    {"record": link["record"], "field": "verdict", "value": "other", **WHY})
expect("a hit that is none", 404, "POST", "/v1/hits/{id}",
       {"verdict": "other", **WHY}, real=f"/v1/hits/{hits[0]['id'][:-1]}9")
expect("a hit of what is no scan", 404, "POST", "/v1/hits/{id}",
       {"verdict": "other", **WHY},
       real="/v1/hits/" + entry["record"].replace("/", "-") + "-0")
expect("a list that is not there", 422, "POST", "/v1/lists", LIST)
expect("a late record of a place unknown", 422, "POST", "/v1/late-records",
       {"occurred": "2020-01-01T10:00:00Z", "reason": "no power",
        "recorder": "officer 7", "direction": "exit", "decision": "admit",
        "mrz": MRZ, "place": "Nowhere"})

# ----- Other nodes, of which there are none. API 4.21 to 4.23 -----

stands = expect("how the node stands with others", 200, "GET", "/v1/peers")
ok(stands["mode"] == "normal" and stands["roster"] is None
   and len(stands["logs"]) == 1, "it is alone", stands)
apart = expect("isolation", 200, "POST", "/v1/mode",
               {"mode": "isolated", "reason": "a drill"})
ok(apart["mode"] == "isolated" and apart["reason"] == "a drill", "is told")
ok(fetch("GET", "/v1/health", token=False)[1]["Kufi-Mode"] == "isolated",
   "stands on every answer")
ok(expect("and back", 200, "POST", "/v1/mode",
          {"mode": "normal", "reason": "over"})["mode"] == "normal", "is told")
ok(fetch("GET", "/v1/health", token=False)[1]["Kufi-Mode"] is None,
   "and is gone again")
expect("a roster that is not there", 422, "POST", "/v1/roster",
       {"sha256": "0" * 64})
expect("an order for a node alone", 422, "POST", "/v1/custodian-orders",
       {"note": "kufi order v1\n"})

types = set()
last = expect("a last search", 200, "POST", "/v1/searches",
              {"document": "UTO/NOBODY", "purpose": "a test"})["access"]
for index in range(int(last.split("/")[1]) + 2):
    types.add(record(f"durres/{index}")["type"])
ok(types == {"node_start", "key_epoch_opened", "inspection", "crossing",
             "late_record", "correction", "access", "alert_put", "exit_order",
             "manifest", "person_linked", "hit_resolution", "withdrawal",
             "mode_change", "order", "incident"},
   "every type of record that a node makes", types)
shown = record(entry["record"], query="?proof=1")
ok(shown["proof"].startswith("c2sp.org/tlog-proof@v1\n") and shown["entry"],
   "a record with its proof")
ok({k: v for k, v in shown.items() if k not in ("proof", "entry")} == entry,
   "is what was answered when it was made")

for by in "hour", "day", "nationality", "kind":
    path = f"/v1/statistics?from=2020-01-01&to=2030-01-01&by={by}"
    if by == "hour":
        path = path.replace("2030-01-01", "2020-12-31")
    expect(f"statistics by {by}", 200, "GET", "/v1/statistics", real=path)
for on in "2020-02-01", "2030-01-01":
    late = expect(f"who has stayed too long on {on}", 200, "GET",
                  "/v1/overstayers", real=f"/v1/overstayers?limit=5&on={on}")
ok(late["overstayers"], "somebody has")
ok(record(late["access"])["list"] == "overstayers", "the look is recorded")
expect("health", 200, "GET", "/v1/health", token=False)
expect("metrics", 200, "GET", "/metrics", token=False)
expect("the checkpoint", 200, "GET", "/checkpoint", token=False)
size = fetch("GET", "/checkpoint")[2].split(b"\n")[1].decode()
expect("a tile", 200, "GET", "/tile/{path}", real=f"/tile/0/000.p/{size}",
       token=False)

# ----- What is refused, by the node and by the schema. -----

CROSSING = {"inspection": seen["id"], "decision": "admit"}
LATE = {"occurred": "2020-01-01T10:00:00Z", "reason": "r", "recorder": "o",
        "direction": "exit", "decision": "admit", "mrz": MRZ}
CORRECTION = {"record": entry["record"], "field": "lane", "value": "4",
              "reason": "r"}
SEARCH = {"document": "UTO/1", "purpose": "p"}
BAD = {
    "/v1/inspections": [
        {}, [], scan(extra=1), scan("in"), {"direction": "exit"},
        {**scan(), "mrz": []}, {**scan(), "mrz": ["a"] * 4},
        {**scan(), "mrz": [1]}, {**scan(), "mrz": "x"}, scan(time=5),
        scan(accompanied="yes"), scan(voyage="1" * 17), scan(visa=[]),
        scan(visa={"days": -1}), scan(permit={"days": 1})],
    "/v1/crossings": [
        {}, {**CROSSING, "inspection": 3}, {**CROSSING, "decision": "pass"},
        {**CROSSING, "reasons": ["J"]}, {**CROSSING, "reasons": ["A", "A"]},
        {**CROSSING, "reasons": "A"}, {**CROSSING, "lane": 3},
        {**CROSSING, "lane": "3" * 17}, {**CROSSING, "extra": None}],
    "/v1/late-records": [
        {}, {k: v for k, v in LATE.items() if k != "mrz"},
        {**LATE, "document": {}}, {**LATE, "reason": ""},
        {**LATE, "recorder": "o" * 65}, {**LATE, "direction": 1}],
    "/v1/corrections": [
        {}, {**CORRECTION, "field": "shoe"}, {**CORRECTION, "reason": ""},
        {**CORRECTION, "value": 4}, {**CORRECTION, "record": "durres/x"}],
    "/v1/alerts": [
        {}, ALERT, {**ALERT, "document": NUMBER, "person": {"surname": "A"}},
        {**ALERT, "document": {"issuing_state": "UTO"}},
        {**ALERT, "person": {}},
        {**ALERT, "document": NUMBER, "reason": "bored"},
        {**ALERT, "person": {"surname": "A", "other_names": []}},
        {"document": NUMBER, "reason": "stolen", "action": "hold"}],
    "/v1/orders": [
        {}, {**LEAVE, "deadline": "2026-07-01T00:00:00Z"},
        {**LEAVE, "hours": 0}, {**LEAVE, "hours": "24"},
        {**LEAVE, "document": {"surname": "A"}}],
    "/v1/links": [
        {}, {**LINK, "verdict": "unsure"}, {**LINK, "a": {"surname": "A"}},
        {**LINK, "reason": ""}],
    "/v1/manifests": [
        {}, {**ABOARD, "voyage": ""}, {**ABOARD, "day": "today"},
        {**ABOARD, "direction": "in"}, {**ABOARD, "document": {}}],
    "/v1/withdrawals": [{}, WHY, {**WHY, "record": 3}],
    "/v1/lists": [{}, {**LIST, "sha256": "0"}, {**LIST, "name": ""},
                  {**LIST, "accept_shrink": "yes"}],
    "/v1/searches": [
        {}, {**SEARCH, "purpose": ""}, {"purpose": "p"},
        {**SEARCH, "surname": "A", "date_of_birth": "1974-08-12"},
        {"surname": "A", "purpose": "p"}, {**SEARCH, "document": 1}],
    "/v1/roster": [{}, {"sha256": "0"}, {"sha256": "Z" * 64}],
    "/v1/custodian-orders": [{}, {"note": ""}],
    "/v1/mode": [{}, {"mode": "isolated"}, {"mode": "off", "reason": "r"},
                 {"mode": "normal", "reason": ""}],
}
for path, bodies in BAD.items():
    schema = API["paths"][path]["post"]["requestBody"]["content"]
    schema = schema["application/json"]["schema"]
    for number, body in enumerate(bodies):
        expect(f"{path} refuses body {number}", 422, "POST", path, body)
        ok(faults(schema, body), f"{path}: the schema refuses body {number}",
           json.dumps(body))
expect("no token", 401, "POST", "/v1/searches", SEARCH, token=False)
expect("an unknown inspection", 404, "POST", "/v1/crossings",
       {**CROSSING, "inspection": "durres/99999"})
expect("one of another node", 404, "POST", "/v1/crossings",
       {**CROSSING, "inspection": "vlora/3"})
expect("one that is no inspection", 404, "POST", "/v1/crossings",
       {**CROSSING, "inspection": entry["record"]})
expect("one without a document", 422, "POST", "/v1/crossings",
       {**CROSSING, "inspection": noise["id"]})
expect("one that is decided", 409, "POST", "/v1/crossings",
       {**CROSSING, "inspection": first["id"]})
expect("a key used for something else", 422, "POST", "/v1/crossings",
       {**CROSSING, "lane": "9"}, fields={"Idempotency-Key": "one"})
expect("a correction of nothing", 404, "POST", "/v1/corrections",
       {**CORRECTION, "record": "durres/99999"})
expect("a correction of a scan", 422, "POST", "/v1/corrections",
       {**CORRECTION, "record": first["id"]})
expect("a record past the end", 404, "GET", "/v1/records/{node}/{index}",
       real="/v1/records/durres/99999")
expect("statistics of nothing", 422, "GET", "/v1/statistics")
expect("overstayers on no day", 422, "GET", "/v1/overstayers",
       real="/v1/overstayers?on=2026-02-30")

print(f"1..{count}")
sys.exit(1 if failed else 0)
