#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""MSSL beside the secure channels that people use, in one run: OpenSSL, mbedTLS,
wolfSSL, libcoap, strongSwan, and the tunnels stunnel and socat. Writes
build/bench.json; --update also writes the tables and plots of docs/BENCHMARKS.md,
and what README.md and docs/PAPER.md say of them.
Fails when a bar is missed. What is measured how: docs/BENCHMARKS.md."""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench" / "peers"))

import digest       # noqa: E402
import machine      # noqa: E402
import plots        # noqa: E402
import programs     # noqa: E402
import socat        # noqa: E402
import tables       # noqa: E402
import wire         # noqa: E402

HANDSHAKE_BAR, BYTES_BAR, HEAP_BAR, TUNNEL_BAR = 8, 3, 1024, 8
HELD = 1000                     # idle connections through a tunnel
BEGIN = time.monotonic()


def say(text):
    spent = int(time.monotonic() - BEGIN)
    print(f"bench {spent // 60}:{spent % 60:02} {text}", file=sys.stderr, flush=True)


def namespaces(command, seconds):
    """The JSON of a script that runs in namespaces of its own; None: it did not run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired) as why:
        say(f"left out: {why}")
        return None
    if done.returncode != 0 or not done.stdout:
        say(f"left out: {(done.stderr.strip() or 'no namespaces here').splitlines()[-1]}")
        return None
    return json.loads(done.stdout)


def measure_peers(options, data, peers):
    folder = options.build / "bench" / "peers"
    for peer in peers:
        say(f"{peer.name}: instructions")
        data["peers"][peer.name] = {"what": peer.what, "library": peer.library, "version": peer.version,
                                    "instructions": programs.count(peer), "memory": programs.job(peer)}
    say("a session of each over a veth, captured")
    pairs = [f"{folder / 'peer-plain'}:plain"] + [f"{peer.program}:{peer.name}" for peer in peers]
    found = namespaces(wire.enter("wire.py", options.work, *pairs), 300) or {}
    data["plain"] = {"wire": found.get("plain")}
    in_memory = programs.rates(peers, options.rounds, options.ms, say)
    loopback = programs.loopback_rates(peers, options.rounds, options.sessions, say)
    for peer in peers:
        row = data["peers"][peer.name]
        row["wire"], row["rate"] = found.get(peer.name), in_memory.get(peer.name)
        row["loopback"] = loopback.get(peer.name)
        row["growth"] = programs.grow(peer, options.sizes, say)


def measure_ipsec(options, data):
    say("strongSwan: IKEv2 and ESP between two namespaces")
    if not Path("/usr/sbin/charon-systemd").exists():
        data["missing"].append("strongSwan")
        return
    plain = options.build / "bench" / "peers" / "peer-plain"
    data["ipsec"] = namespaces(wire.enter("ipsec.py", options.work, plain), 400)


def measure_tunnels(options, data):
    """bench/tunnel.py writes {tunnel: figures}, and where it ran, which is known here; then socat."""
    say("tunnels: mssl tunnel, stunnel")
    seconds, rounds, held = ("1", "1", "100") if options.quick else ("2", "3", str(HELD))
    path = options.work / "tunnel.json"
    path.unlink(missing_ok=True)
    done = subprocess.run([sys.executable, "-B", str(ROOT / "bench" / "tunnel.py"), "--build", str(options.build),
                           "--json", str(path), "--seconds", seconds, "--rounds", rounds, "--sessions", held],
                          capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0 or not path.exists():
        say("tunnels left out: " + (done.stderr.strip() or "no figures").splitlines()[-1])
        return
    found = json.loads(path.read_text())
    data["tunnel"] = {name: row for name, row in found.items() if "connections_per_s" in row}
    say("tunnels: socat")
    try:
        row = socat.measure(str(options.build / "tests" / "tunnel" / "tunnel_load"), options.work / "peer.pem",
                            int(rounds), seconds)
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as why:
        say(f"socat left out: {why}")
        return
    if row is not None:
        data["tunnel"]["socat"] = row


def at_most(claim, part, data, what):
    """The bar of at most 1/part of what the best other channel takes; unmeasured is missed."""
    mine = what(data["peers"]["mssl"])
    others = [(what(row), name) for name, row in data["peers"].items() if not name.startswith("mssl")]
    others = [other for other in others if other[0] is not None]
    if not others or mine is None:
        return claim, "not measured", False
    most, whose = min(others)
    return claim, f"{mine:,} against {most:,} ({whose}): 1/{most / mine:.2f}", mine * part <= most


def heap_bar(data):
    claim = f"heap of a session in libmssl at most {HEAP_BAR} bytes"
    found = [row["heap_host"] for row in data["peers"]["mssl"]["growth"]]
    return (claim, f"{max(found):,.0f}", max(found) <= HEAP_BAR) if found else (claim, "not measured", False)


def session_bars(data):
    """What must hold of a session, measured: (claim, figures, holds)."""
    yield at_most(f"handshake at most 1/{HANDSHAKE_BAR} of the instructions of the best other", HANDSHAKE_BAR, data,
                  lambda row: (row["instructions"] or {}).get("handshake"))
    yield at_most(f"bytes of a session at most 1/{BYTES_BAR} of the best other's", BYTES_BAR, data,
                  lambda row: (row["wire"] or {}).get("bytes"))
    yield heap_bar(data)


def bars(data):
    """The same, and of the tunnel's memory; --quick holds fewer connections than that bar is for."""
    yield from session_bars(data)
    claim = f"{HELD:,} idle sessions through `mssl tunnel` in at most {TUNNEL_BAR} MB, both ends"
    tunnel = (data.get("tunnel") or {}).get("mssl", {})
    if tunnel.get("idle_sessions") == HELD:
        yield claim, f"{tunnel['idle_mb']} MB", tunnel["idle_mb"] <= TUNNEL_BAR
    elif not data.get("quick"):
        yield claim, "not measured", False


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "host")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json", metavar="FILE")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench", metavar="FOLDER",
                        help="captures and what the peers need")
    parser.add_argument("--update", action="store_true", help="write the documents' tables and plots")
    parser.add_argument("--quick", action="store_true", help="short times, at most 100 sessions at once")
    parser.add_argument("--from-json", action="store_true", help="no run: tables and plots of the last one")
    options = parser.parse_args()
    options.rounds, options.ms, options.sessions, options.sizes = 5, 200, 200, programs.GROWTH
    if options.quick:
        options.rounds, options.ms, options.sessions, options.sizes = 1, 50, 20, (1, 10, 100)
    options.build, options.work = options.build.resolve(), options.work.resolve()
    return options


def measure(options):
    options.work.mkdir(parents=True, exist_ok=True)
    programs.certificate(options.work)
    peers, missing = programs.find(options.build / "bench" / "peers")
    data = {"machine": machine.kind(), "versions": machine.versions(), "missing": missing, "peers": {},
            "ipsec": None, "tunnel": None, "quick": options.quick}
    if not any(peer.name == "mssl" for peer in peers):
        sys.exit("bench: peer-mssl is not built: run it by `make bench`")
    measure_peers(options, data, peers)
    measure_ipsec(options, data)
    measure_tunnels(options, data)
    data["seconds"] = round(time.monotonic() - BEGIN)
    options.json.write_text(json.dumps(data, indent=1) + "\n")
    return data


def main():
    options = arguments()
    data = json.loads(options.json.read_text()) if options.from_json else measure(options)
    for name in data["missing"]:
        print(f"bench: {name} is not installed here and was left out (make deps-bench)")
    text = tables.write(data)
    print("\n".join(text.values()))
    if options.update:
        tables.update(ROOT / "docs" / "BENCHMARKS.md", text)
        digest.update(ROOT)
        plots.draw(ROOT / "docs" / "bench", data)
    missed = 0
    for claim, figures, holds in bars(data):
        print(f"{'ok    ' if holds else 'MISSED'} {claim}: {figures}")
        missed += not holds
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
