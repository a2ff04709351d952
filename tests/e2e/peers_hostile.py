"""What hostile peers do to a node, by name of the attack:

    peers_hostile.py ATTACK PORT CERTIFICATE KEY SECONDS

At its port for nodes; or, the last attack, at their own, where it calls them.
Each goes on for so many seconds and prints what came of it in one line.
"""

import gzip
import socket
import ssl
import sys
import threading
import time

HEAD = (
    b"POST /witness/add-checkpoint HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: application/octet-stream\r\n"
)


def dial(port):
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def secure(port, certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(certificate, key)
    return context.wrap_socket(dial(port))


def tried(action):
    """The result, or the error's name: a node that refuses is no failure."""
    try:
        return action()
    except (OSError, ssl.SSLError) as error:
        return type(error).__name__


def status_of(connection):
    answer = connection.recv(65536)
    return int(answer.split(b" ")[1]) if answer else 0


def silent(port, end, _certificate, _key):
    """Connections that say nothing, as many as there may be."""
    held = [tried(lambda: dial(port)) for _ in range(100)]
    open_count = sum(not isinstance(one, str) for one in held)
    time.sleep(max(0, end - time.time()))
    return f"{open_count} connections"


def handshakes(port, end, _certificate, _key):
    """The beginning of a handshake, and noise."""
    count = 0
    while time.time() < end:
        for start in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\0" * 99):
            connection = tried(lambda: dial(port))
            if isinstance(connection, str):
                continue
            tried(lambda: connection.sendall(start))
            connection.close()
            count += 1
    return f"{count} beginnings"


def slow(port, end, certificate, key):
    """Large bodies announced, a byte now and then, by one node of the roster."""
    held = []
    for _ in range(12):
        one = tried(lambda: secure(port, certificate, key))
        if isinstance(one, str):
            continue
        tried(lambda: one.sendall(HEAD + b"Content-Length: 5242880\r\n\r\n"))
        held.append(one)
    while time.time() < end:
        for one in held:
            tried(lambda: one.sendall(b"a"))
        time.sleep(0.2)
    refused = 0
    for one in held:
        one.settimeout(0.1)
        refused += tried(lambda: status_of(one)) == 503
    return f"{len(held)} slow bodies, {refused} refused"


def endless(port, end, certificate, key):
    """A body without an end."""
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    sent = 0
    cut = 0
    while time.time() < end:
        one = tried(lambda: secure(port, certificate, key))
        if isinstance(one, str):
            continue
        tried(lambda: one.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n"))
        while time.time() < end:
            if tried(lambda: one.sendall(chunk)) is not None:
                cut += 1
                break
            sent += len(chunk)
    return f"{sent >> 20} MiB, cut {cut} times"


def flood(port, end, certificate, key):
    """Questions as fast as they go, whose answers nobody reads."""
    asked = 0
    question = b"GET /sync/v1/state HTTP/1.1\r\nHost: x\r\n\r\n" * 64
    while time.time() < end:
        one = tried(lambda: secure(port, certificate, key))
        if isinstance(one, str):
            continue
        one.settimeout(1)
        while time.time() < end and tried(lambda: one.sendall(question)) is None:
            asked += 64
        one.close()
    return f"{asked} questions"


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"


def lies():
    """Answers, each the pieces that are sent again and again."""
    bomb = gzip.compress(b"\0" * (8 << 20))
    while True:
        yield OK + b"Content-Length: 999999999999\r\n\r\n", b"a" * 65536
        yield OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n%s\r\n" % (
            b"a" * 4096
        )
        yield b"HTTP/1.1 200 OK\r\n", b"X-Field: " + b"a" * 4000 + b"\r\n"
        yield b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"
        yield OK + b"\r\n", b"kufi state v1\n" * 1000
        yield (
            OK
            + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
            + bomb,
            b"",
        )
        yield b"noise", b"\0" * 4096
        yield OK + b"Content-Length: 1000\r\n\r\n", None  # a byte a second


def lie(plain, context, answer, end):
    """One connection: whatever is asked, this is answered."""
    head, rest = answer
    plain.settimeout(5)
    connection = tried(lambda: context.wrap_socket(plain, server_side=True))
    if isinstance(connection, str):
        return
    tried(lambda: connection.recv(65536))
    failed = tried(lambda: connection.sendall(head))
    while failed is None and rest != b"" and time.time() < end:
        if rest is None:
            time.sleep(1)
        failed = tried(lambda: connection.sendall(rest or b"a"))
    connection.close()


def serve(port, end, certificate, key):
    """A node of the roster that is called and answers what no node does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", port))
    listener.settimeout(0.2)
    answers = lies()
    count = 0
    while time.time() < end:
        plain = tried(listener.accept)
        if isinstance(plain, str):
            continue
        count += 1
        threading.Thread(
            target=lie, args=(plain[0], context, next(answers), end), daemon=True
        ).start()
    return f"{count} lies"


ATTACKS = {
    "serve": serve,
    "silent": silent,
    "handshakes": handshakes,
    "slow": slow,
    "endless": endless,
    "flood": flood,
}


def main():
    attack, port, certificate, key, seconds = sys.argv[1:]
    end = time.time() + float(seconds)
    print(ATTACKS[attack](int(port), end, certificate, key))


main()
