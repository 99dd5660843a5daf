#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""wire.py FOLDER PROGRAM:PEER...: one session of each over a veth, captured.

      this process, the host                    namespace `device`
      va 192.0.2.1  -------- veth ----------    vb 192.0.2.2

Prints JSON: packets, IP bytes and the bytes that the transport carries, both
directions together. FOLDER gets a capture of each. To be run by enter(), in
namespaces of its own, which vanish with it."""

import json
import os
import select
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

HOST, DEVICE, PORT = "192.0.2.1", "192.0.2.2", 6775
TRIES = 5                       # the one with the fewest acknowledgements of their own counts
QUIET_S = 0.3                   # after a session, until its last packet counts as seen
ETH_P_ALL, ETH_P_IP, TCP, UDP = 3, 0x0800, 6, 17


def enter(script, *args):
    """The command that runs a script of this folder with its own network, and its own /run."""
    mapped = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *mapped, "--net", "--mount", "--fork", "--kill-child", sys.executable, "-B",
            str(Path(__file__).parent / script), *map(str, args)]


def ip(*args):
    subprocess.run(["ip", *args], check=True)


def network():
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    ip("netns", "add", "device")
    ip("link", "add", "va", "type", "veth", "peer", "name", "vb", "netns", "device")
    for inside, link, address in ((), "va", HOST), (("-n", "device"), "vb", DEVICE):
        ip(*inside, "link", "set", "lo", "up")
        ip(*inside, "address", "add", f"{address}/24", "dev", link)
        ip(*inside, "link", "set", link, "up")


def at_device(command):
    return ["ip", "netns", "exec", "device", *command]


class Capture:
    """Every frame on va from now on, also written as a pcap."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.bind(("va", 0))
        self.path, self.frames = path, []

    def take(self):
        """Waits until nothing comes any more."""
        while select.select([self.socket], [], [], QUIET_S)[0]:
            self.frames.append(self.socket.recv(65535))
        self.socket.close()
        with open(self.path, "wb") as out:
            out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
            for frame in self.frames:
                out.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)
        return count(self.frames)


def count(frames):
    """Packets, IP bytes and transport's data of the IPv4 frames with TCP or UDP."""
    total = {"packets": 0, "ip_bytes": 0, "bytes": 0}
    for frame in frames:
        packet = frame[14:]
        if struct.unpack(">H", frame[12:14])[0] != ETH_P_IP or packet[9] not in (TCP, UDP):
            continue
        head, length = 4 * (packet[0] & 15), struct.unpack(">H", packet[2:4])[0]
        inner = 4 * (packet[head + 12] >> 4) if packet[9] == TCP else 8
        if length > 1500:
            raise ValueError("a packet longer than any wire's: offloading is on")
        total["packets"] += 1
        total["ip_bytes"] += length
        total["bytes"] += length - head - inner
    return total


def session(folder, program, peer):
    capture = Capture(folder / f"{peer}.pcap")
    serve = at_device([program, peer, "serve", "1", DEVICE, str(PORT)])
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:
        server.stdout.readline()
        time.sleep(0.2)
        try:
            subprocess.run([program, peer, "connect", "1", DEVICE, str(PORT)], capture_output=True, check=True,
                           timeout=30)
            server.wait(30)         # its last packets too
        except subprocess.SubprocessError:
            server.kill()
            return None
        finally:
            found = capture.take()
    return found


def main(folder, pairs):
    network()
    found = {}
    for pair in pairs:
        program, _, peer = pair.rpartition(":")
        tries = [session(Path(folder), program, peer) for _ in range(TRIES)]
        if None not in tries:
            found[peer] = min(tries, key=lambda one: one["ip_bytes"])
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
