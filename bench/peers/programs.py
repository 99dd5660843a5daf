# SPDX-License-Identifier: ISC
"""The drivers of this folder, run and read: instructions by callgrind, rates,
growth. Every function gives plain dictionaries for build/bench.json."""

import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

LIBRARIES = ("mssl", "mssl-pc", "openssl", "mbedtls", "wolfssl", "libcoap")
ADDRESS = "127.0.0.1"
GROWTH = (1, 10, 100, 1000, 10000)
GROWTH_S = 120                  # for one size
LOOPBACK_S = 60                 # for one round
COUNTED = 5                     # sessions a figure of callgrind's is the mean of


class Peer:
    def __init__(self, program, row):
        self.program, self.name = str(program), row["name"]
        self.what, self.version = row["what"], row["version"]
        self.library = program.name.removeprefix("peer-")

    def command(self, *args):
        return [self.program, self.name, *map(str, args)]


def run(command, **more):
    """The JSON that a driver prints; None when it failed, or took too long."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:
        return None
    return json.loads(done.stdout)


def find(folder):
    """All peers, and the libraries that are not here."""
    peers, missing = [], []
    for library in LIBRARIES:
        program = folder / f"peer-{library}"
        rows = run([str(program), "list"]) if program.exists() else None
        if rows is None:
            missing.append(library)
        else:
            peers += [Peer(program, row) for row in rows]
    return peers, missing


def certificate(folder):
    """An RSA-2048 key with a self-signed certificate for the peers that want one."""
    pem, key = folder / "peer.pem", folder / "peer.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", pem,
                    "-subj", "/CN=device", "-days", "30"], check=True, capture_output=True)
    pem.write_text(pem.read_text() + key.read_text())
    os.environ["PEER_PEM"] = str(pem)


TRIGGER = re.compile(r"^desc: Trigger: Client Request: (\S+)$", re.M)
TOTAL = re.compile(r"^totals: (\d+)", re.M)


def dumps(folder):
    """Instructions under the name of each dump of callgrind's."""
    found = {}
    for path in Path(folder).iterdir():
        text = path.read_text()
        name, total = TRIGGER.search(text), TOTAL.search(text)
        if name and total:
            found[name[1]] = int(total[1])
    return found


def count(peer, sessions=COUNTED):
    """Instructions of each step and end, a session."""
    with tempfile.TemporaryDirectory() as folder:
        done = run(["valgrind", "--tool=callgrind", "--collect-atstart=no",
                    f"--callgrind-out-file={folder}/out", *peer.command("count", sessions)])
        if done is None:
            return None
        figures = {name: round(total / sessions) for name, total in dumps(folder).items()}
    figures["handshake"] = figures["host.handshake"] + figures["device.handshake"]
    figures["session"] = figures["handshake"] + sum(
        figures[name] for name in ("host.seal6", "device.serve6", "host.open2", "host.close", "device.close"))
    return figures


def job(peer):
    """Bytes of the handshake and of the session, in memory; no one's that has its own sockets."""
    return run(peer.command("job", 1)) if peer.library != "libcoap" else None


def median(rows):
    """Of dictionaries with the same keys."""
    return {key: statistics.median(row[key] for row in rows) for key in rows[0]}


def rates(peers, rounds, ms, say):
    """Handshakes and exchanges a second in memory, the peers by turns."""
    rows = {peer.name: [] for peer in peers}
    for turn in range(rounds):
        say(f"rates in memory, round {turn + 1} of {rounds}")
        for peer in peers:
            rows[peer.name].append(run(peer.command("rate", ms)))
    return {name: median(found) for name, found in rows.items() if None not in found}


def over_loopback(peer, sessions, port):
    """Whole sessions a second over 127.0.0.1, an end in each of two processes. None: one
    failed, or the port is somebody's, who would be waited for."""
    with subprocess.Popen(peer.command("serve", sessions, ADDRESS, port), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True) as server:
        done = None
        if server.stdout.readline() == "ready\n":
            time.sleep(0.05)
            done = run(peer.command("connect", sessions, ADDRESS, port), timeout=LOOPBACK_S)
        if done is None:
            server.kill()
            return None
    return done["sessions"] / done["seconds"]


def loopback_rates(peers, rounds, sessions, say):
    rows = {peer.name: [] for peer in peers}
    for turn in range(rounds):
        say(f"sessions over loopback, round {turn + 1} of {rounds}")
        for number, peer in enumerate(peers):
            rows[peer.name].append(over_loopback(peer, sessions, 17000 + 16 * turn + number))
    return {name: statistics.median(found) for name, found in rows.items() if None not in found}


def grow(peer, sizes, say):
    """Heap and times with 1 to 10,000 sessions open at once."""
    preload = dict(os.environ, LD_PRELOAD=str(Path(peer.program).parent / "libpeer_heap.so"))
    rows = []
    for size in sizes:
        say(f"{peer.name}: {size} sessions at once")
        row = run(peer.command("grow", size), env=preload, timeout=GROWTH_S)
        if row is None:
            say(f"{peer.name}: {size} sessions failed, or took more than {GROWTH_S} s")
            break
        for end in ("host", "device"):
            row[f"heap_{end}"] = row[f"heap_{end}"] / size
        rows.append(row)
    return rows
