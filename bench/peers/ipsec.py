#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""ipsec.py FOLDER PLAIN: strongSwan beside the others: IKEv2 with a pre-shared key,
and ESP by kernel-libipsec, charon's own ESP over a TUN device, since a kernel without
xfrm has none. PLAIN is the driver of the bare job, which runs through the tunnel.

      charon, 10.8.0.1 behind 192.0.2.1 -- veth -- 192.0.2.2 before 10.8.0.2, charon

Prints JSON; what failed is missing there and said in "notes". To be run by
wire.enter()."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import wire
from vici import Vici

CHARON = "/usr/sbin/charon-systemd"
INNER = {"host": "10.8.0.1", "device": "10.8.0.2"}
OUTER = {"host": wire.HOST, "device": wire.DEVICE}
OTHER = {"host": "device", "device": "host"}
RATE_SESSIONS, COUNTED, DATAGRAMS = 40, 8, 50
GROWTH = (1, 10, 100, 1000)
TIMEOUT_MS = 60000
PROBE = ["ip", "xfrm", "state", "add", "src", wire.HOST, "dst", wire.DEVICE, "proto", "esp", "spi", "1", "mode",
         "tunnel", "enc", "cbc(aes)", "0x" + 16 * "01", "auth", "hmac(sha256)", "0x" + 32 * "02"]
CONFIG = """charon-systemd {{
  load = random nonce aes sha1 sha2 hmac kdf drbg gmp curve25519 ctr ccm socket-default \
kernel-libipsec kernel-netlink vici
  reuse_ikesa = no
  filelog {{
    file {{
      path = {folder}/log
      flush_line = yes
      default = 0
    }}
  }}
  plugins {{
    vici {{
      socket = unix://{folder}/vici
    }}
    kernel-libipsec {{
      load = yes
      allow_peer_ts = yes
    }}
  }}
}}
"""


def connection(end):
    """The same proposals as MSSL's cipher has: AES-128-CCM with a tag of 8 bytes for ESP."""
    other = OTHER[end]
    return {"bench": {
        "version": 2, "local_addrs": [OUTER[end]], "remote_addrs": [OUTER[other]], "encap": "yes",
        "mobike": "no", "unique": "never", "proposals": ["aes128-sha256-curve25519"],
        "local-1": {"auth": "psk", "id": end}, "remote-1": {"auth": "psk", "id": other},
        "children": {"net": {"local_ts": [INNER[end] + "/32"], "remote_ts": [INNER[other] + "/32"],
                             "esp_proposals": ["aes128ccm8"]}}}}


class Charon:
    """The daemon of one end; with valgrind=True under callgrind."""

    def __init__(self, folder, end, valgrind=False):
        self.folder, self.end = folder / end, end
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        config = self.folder / "strongswan.conf"
        config.write_text(CONFIG.format(folder=self.folder))
        command = [CHARON]
        if valgrind:
            command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self.folder}/out", CHARON]
        if end == "device":
            command = wire.at_device(command)
        self.process = subprocess.Popen(command, env=dict(os.environ, STRONGSWAN_CONF=str(config)),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.vici = self.control()
        self.vici.ask("load-conn", connection(end))
        self.vici.ask("load-shared", {"type": "IKE", "data": "0123456789abcdef", "owners": ["host", "device"]})

    def control(self):
        for _ in range(600):
            try:
                return Vici(str(self.folder / "vici"))
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError("charon ended at once") from None
                time.sleep(0.1)
        raise RuntimeError("charon did not open its control socket")

    def initiate(self):
        self.vici.ask("initiate", {"child": "net", "ike": "bench", "timeout": TIMEOUT_MS})

    def terminate(self):
        self.vici.ask("terminate", {"ike": "bench", "timeout": TIMEOUT_MS})

    def resident(self):
        """Bytes of memory that are this process's own."""
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return 1024 * sum(int(line.split()[1]) for line in text.splitlines()
                          if line.startswith(("Private_Dirty:", "Private_Clean:")))

    def dump(self, name):
        """Instructions since the last dump (callgrind)."""
        before = set(self.folder.glob("out.*"))
        subprocess.run(["callgrind_control", f"--dump={name}", str(self.process.pid)], check=True,
                       capture_output=True)
        new = set(self.folder.glob("out.*")) - before
        return sum(int(line.split()[1]) for path in new for line in path.read_text().splitlines()
                   if line.startswith("totals:"))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def captured(folder, name, what):
    capture = wire.Capture(folder / f"ipsec-{name}.pcap")
    what()
    return capture.take()


def job(plain):
    """Connect, command, answer, close by plain TCP from one inner address to the other."""
    serve = wire.at_device([plain, "plain", "serve", "1", INNER["device"], str(wire.PORT)])
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:
        server.stdout.readline()
        try:
            subprocess.run([plain, "plain", "connect", "1", INNER["device"], str(wire.PORT)], check=True,
                           capture_output=True, timeout=20)
        except subprocess.SubprocessError:
            server.kill()
            raise


def wire_figures(folder, plain, host):
    steps = {"handshake": captured(folder, "handshake", host.initiate),
             "job": min((captured(folder, "job", lambda: job(plain)) for _ in range(wire.TRIES)),
                        key=lambda one: one["ip_bytes"]),
             "close": captured(folder, "close", host.terminate)}
    steps["session"] = {key: sum(step[key] for step in steps.values()) for key in steps["job"]}
    return steps


def rate(host):
    begin = time.monotonic()
    for _ in range(RATE_SESSIONS):
        host.initiate()
        host.terminate()
    return RATE_SESSIONS / (time.monotonic() - begin)


def growth(host, device):
    """Resident memory above that of one closed session, and the time of the last ones opened."""
    base = {end.end: end.resident() for end in (host, device)}
    rows, held = [], 0
    for size in GROWTH:
        begin, more = time.monotonic(), size - held
        for _ in range(more):
            host.initiate()
        rows.append({"sessions": size, "open_us": (time.monotonic() - begin) * 1e6 / more,
                     "resident_host": (host.resident() - base["host"]) / size,
                     "resident_device": (device.resident() - base["device"]) / size})
        held = size
    return rows


RECEIVE = """import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("%s", 7001))
s.settimeout(30)
print("ready", flush=True)
for _ in range(%d):
    s.recv(2000)
"""


def datagrams(n):
    """DATAGRAMS packets with n bytes of data through the tunnel."""
    receive = [sys.executable, "-c", RECEIVE % (INNER["device"], DATAGRAMS)]
    with subprocess.Popen(wire.at_device(receive), stdout=subprocess.PIPE) as server, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        server.stdout.readline()
        sender.connect((INNER["device"], 7001))
        for _ in range(DATAGRAMS):
            sender.send(bytes(n))
            time.sleep(0.01)
        server.wait(60)


def instructions(host, device):
    for _ in range(2):                  # what is done once is done
        host.initiate()
    ends, found = (host, device), {}
    for end in ends:
        end.dump("warm")
    for _ in range(COUNTED):
        host.initiate()
    for end in ends:
        found[f"{end.end}.handshake"] = round(end.dump("handshake") / COUNTED)
    for n in (16, 128):
        datagrams(n)
        for end, step in ((host, "seal"), (device, "open")):
            found[f"{end.end}.{step}{n}"] = round(end.dump(f"{step}{n}") / DATAGRAMS)
    found["handshake"] = found["host.handshake"] + found["device.handshake"]
    return found


def attempt(found, name, what):
    try:
        found[name] = what()
    except (OSError, RuntimeError, ValueError, ConnectionError, subprocess.SubprocessError) as why:
        found["notes"].append(f"{name} could not be measured: {why}")


def main(folder, plain):
    found = {"notes": []}
    if subprocess.run(PROBE, capture_output=True, check=False).returncode != 0:
        found["notes"].append("this kernel has no ESP (`ip xfrm state add` with AES-CBC and HMAC-SHA-256 is "
                              "refused), so ESP ran in charon: kernel-libipsec over TUN")
    wire.network()
    wire.ip("address", "add", INNER["host"] + "/32", "dev", "lo")
    wire.ip("-n", "device", "address", "add", INNER["device"] + "/32", "dev", "lo")
    for valgrind in (False, True):
        ends = []
        try:
            ends = [Charon(folder, end, valgrind) for end in ("host", "device")]
            if valgrind:
                attempt(found, "instructions", lambda: instructions(*ends))
                continue
            attempt(found, "wire", lambda: wire_figures(folder, plain, ends[0]))
            attempt(found, "rate", lambda: rate(ends[0]))
            attempt(found, "growth", lambda: growth(*ends))
        except (OSError, RuntimeError) as why:
            found["notes"].append(f"charon{' under callgrind' if valgrind else ''}: {why}")
        finally:
            for end in ends:
                end.stop()
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2])
