"""Kills a random process of a node under load, again and again, and shows that
every acknowledged crossing is in the log once, that the log verifies, and that
older checkpoints stay consistent.

    tests/e2e/crash.py ROUNDS [SEED]

Clients repeat a request with its Idempotency-Key until it is acknowledged, as
an officer's screen does; each tenth they repeat once more. TAP on stdout.
"""

import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

KUFI = os.environ.get("KUFI", "build/release/kufi")
CLIENTS = 8
VERIFY_EVERY = 50  # rounds
BACK_WITHIN_S = 2.0
MRZ = [
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


class Node:
    def __init__(self, folder):
        self.dir = os.path.join(folder, "node")
        self.socket = os.path.join(folder, "socket")
        self.words = open(os.path.join(folder, "serve"), "w")
        self.process = None
        subprocess.run(
            [KUFI, "init", self.dir, "--origin", "border.example/durres",
             "--kind", "sea", "--country", "ALB", "--place", "Durrës"],
            check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(self.dir, "token")) as file:
            self.token = file.read().strip()

    def start(self):
        self.process = subprocess.Popen(
            [KUFI, "serve", self.dir, "--listen", "unix:" + self.socket,
             "--desks", "2"], stderr=self.words)

    def children(self, name=None):
        pid = self.process.pid
        try:
            with open(f"/proc/{pid}/task/{pid}/children") as file:
                pids = [int(p) for p in file.read().split()]
        except OSError:
            return []
        return [p for p in pids if name is None or comm(p) == name]

    def health(self):
        try:
            status, _ = request(UnixConnection(self.socket), self.token,
                                "GET", "/v1/health")
            return status == 200
        except (OSError, http.client.HTTPException):
            return False

    def wait(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.health():
                return True
            time.sleep(0.01)
        return False


def comm(pid):
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read().strip()
    except OSError:
        return ""


def request(connection, token, method, path, body=None, key=None):
    headers = {"Authorization": "Bearer " + token}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if key is not None:
        headers["Idempotency-Key"] = key
    connection.request(method, path, body and json.dumps(body), headers)
    response = connection.getresponse()
    text = response.read()
    return response.status, text


class Client(threading.Thread):
    """Records crossings one after another until told to stop."""

    def __init__(self, node, number):
        super().__init__()
        self.node = node
        self.number = number
        self.connection = None
        self.acknowledged = []  # (key, body, record)
        self.wrong = []
        self.unknown = 0  # requests whose fate the client did not learn
        self.stop = threading.Event()
        self.go = threading.Event()
        self.go.set()

    def post(self, path, body, key=None):
        """Until it is acknowledged; never None."""
        while True:
            try:
                if self.connection is None:
                    self.connection = UnixConnection(self.node.socket)
                status, text = request(self.connection, self.node.token,
                                       "POST", path, body, key)
            except (OSError, http.client.HTTPException):
                self.connection = None
                self.unknown += 1
                time.sleep(0.01)
                continue
            if status == 201:
                return json.loads(text)
            if status != 503:
                self.wrong.append(f"{path}: {status} {text[:200]}")
                return None
            self.unknown += 1
            time.sleep(0.01)

    def run(self):
        count = 0
        while not self.stop.is_set():
            self.go.wait()
            direction = "entry" if count % 2 == 0 else "exit"
            scan = self.post("/v1/inspections",
                             {"mrz": MRZ, "direction": direction})
            if scan is None:
                return
            key = f"{self.number}-{count}"
            body = {"inspection": scan["id"], "decision": "admit",
                    "lane": str(self.number)}
            record = self.post("/v1/crossings", body, key)
            if record is None:
                return
            self.acknowledged.append((key, body, record))
            if count % 10 == 0:
                again = self.post("/v1/crossings", body, key)
                if again != record:
                    self.wrong.append(f"{key}: repeated, another record")
            count += 1


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, good, name, *why):
        self.count += 1
        if good:
            print(f"ok {self.count} - {name}", flush=True)
            return
        self.failed += 1
        print(f"not ok {self.count} - {name}", flush=True)
        for line in why:
            print("# " + str(line).replace("\n", "\n# "))


def kill_one(node, dice):
    """Kills one process; its name."""
    who = dice.choice(["kufi", "kufi-keeper", "kufi-keeper", "kufi-desk"])
    if who == "kufi":
        # The children are killed with it; a new node waits for their locks.
        node.process.kill()
        node.process.wait()
        node.start()
        return who
    pids = node.children(who)
    if pids:
        os.kill(dice.choice(pids), signal.SIGKILL)
    return who


def verify(node, olds):
    command = [KUFI, "log", "verify", node.dir]
    for old in olds:
        command += ["--old", old]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def rounds_run(node, clients, rounds, dice, folder, tap):
    olds = []
    killed = {}
    slowest = 0.0
    late = 0
    bad = []
    for i in range(rounds):
        time.sleep(dice.uniform(0.02, 0.5))
        if os.path.exists(os.path.join(node.dir, "log/checkpoint")):
            old = os.path.join(folder, f"checkpoint.{i}")
            shutil.copy(os.path.join(node.dir, "log/checkpoint"), old)
            olds.append(old)
        began = time.monotonic()
        who = kill_one(node, dice)
        killed[who] = killed.get(who, 0) + 1
        back = node.wait(20)
        took = time.monotonic() - began
        slowest = max(slowest, took)
        if not back:
            bad.append(f"round {i}: not back after {who}")
            break
        late += took > BACK_WITHIN_S
        if i % VERIFY_EVERY == VERIFY_EVERY - 1:
            good, words = verify(node, dice.sample(olds, min(16, len(olds))))
            if not good:
                bad.append(f"round {i}: {words}")
                break
    # A figure, not a test: the machine that this runs on may be busy.
    print(f"# killed: {killed}; slowest back after {slowest:.2f} s, "
          f"{late} later than {BACK_WITHIN_S:.0f} s")
    tap.ok(not bad, "back after each kill, and the log verifies", *bad)
    return olds


def check_all(node, clients, olds, tap):
    everything = [a for c in clients for a in c.acknowledged]
    wrong = [w for c in clients for w in c.wrong]
    unknown = sum(c.unknown for c in clients)
    print(f"# {len(everything)} crossings acknowledged, {unknown} requests "
          f"of unknown fate repeated")
    tap.ok(not wrong, "no request was refused", *wrong[:10])
    indices = {r["receipt"]["index"] for _, _, r in everything}
    tap.ok(len(indices) == len(everything), "each has a record of its own")
    node.start()
    node.wait(20)
    connection = UnixConnection(node.socket)
    lost = []
    for key, body, record in everything:
        status, text = request(connection, node.token, "POST",
                               "/v1/crossings", body, key)
        if status != 201 or json.loads(text) != record:
            lost.append(f"{key}: {status} {text[:100]}")
    tap.ok(not lost, "each is there as it was acknowledged", *lost[:10])
    status, text = request(connection, node.token, "GET",
                           "/v1/statistics?from=2020-01-01&to=2099-01-01"
                           "&by=kind")
    total = json.loads(text).get("total")
    tap.ok(total == len(everything), "and once",
           f"{total} crossings in the tables, {len(everything)} acknowledged")
    connection.close()
    node.process.send_signal(signal.SIGTERM)
    tap.ok(node.process.wait() == 0, "SIGTERM: exit 0")
    bad = []
    for at in range(0, len(olds), 50):
        good, words = verify(node, olds[at:at + 50])
        if not good:
            bad.append(words)
    tap.ok(not bad, f"consistent with {len(olds)} older checkpoints", *bad[:3])
    if "rebuild" not in subprocess.run([KUFI, "--help"], capture_output=True,
                                       text=True).stdout:
        return
    before = tables(node)
    done = subprocess.run([KUFI, "rebuild", node.dir], capture_output=True,
                          text=True)
    tap.ok(done.returncode == 0 and tables(node) == before,
           "tables folded anew are the same", done.stdout, done.stderr)


def tables(node):
    """All rows of all tables, as sqlite3 dumps them."""
    done = subprocess.run(
        ["sqlite3", "-readonly", os.path.join(node.dir, "store.db"), ".dump"],
        capture_output=True, text=True)
    return sorted(l for l in done.stdout.splitlines()
                  if l.startswith("INSERT"))


def main():
    rounds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns()
    dice = random.Random(seed)
    folder = tempfile.mkdtemp()
    tap = Tap()
    print(f"# {rounds} rounds, seed {seed}")
    node = Node(folder)
    node.start()
    if not node.wait(20):
        tap.ok(False, "the node starts")
        return 1
    clients = [Client(node, i) for i in range(CLIENTS)]
    began = time.monotonic()
    for client in clients:
        client.start()
    try:
        olds = rounds_run(node, clients, rounds, dice, folder, tap)
        for client in clients:
            client.stop.set()
        for client in clients:
            client.join()
        node.process.send_signal(signal.SIGTERM)
        tap.ok(node.process.wait() == 0, "SIGTERM: exit 0")
        check_all(node, clients, olds, tap)
    finally:
        if node.process.poll() is None:
            node.process.kill()
        for client in clients:
            client.stop.set()
    print(f"# {time.monotonic() - began:.0f} s")
    print(f"1..{tap.count}")
    if tap.failed == 0:
        shutil.rmtree(folder)
    else:
        print(f"# kept: {folder}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
