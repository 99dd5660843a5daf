# SPDX-License-Identifier: ISC
"""The network of the campaign, in namespaces of its own, and the attacker's hands on it.

    +-- namespace alice ---+          +-------- namespace of the harness ----------+
    | kernel's TCP, mssl   |          |                                            |
    | alice0 10.6.0.2      |---veth---| alice1 --+                                 |
    |   02:00:00:00:00:02  |          |          |                                 |
    +----------------------+          |        Wire ---- board0 --veth-- board1    |
    +-- namespace mallory -+          |          |                         |       |
    | kernel's TCP, mssl   |          |          |                     mssl-board  |
    | mall0  10.6.0.3      |---veth---| mall1 ---+                     10.6.0.15   |
    |   02:00:00:00:00:03  |          |          |                         |       |
    +----------------------+          |   the harness's own frames      pcap       |
                                      +--------------------------------------------+

Alice is the granted host, Mallory another PC. The Wire carries frames between
them and the board through AF_PACKET. It sees all, may drop or change what passes,
and takes frames with any address from the harness. All is gone with the process."""

import ctypes
import os
import queue
import select
import socket
import subprocess
import threading

import frames

DEVICE_IP = "10.6.0.15"
DEVICE_MAC = "02:00:00:00:00:0f"
PCS = {"alice": ("10.6.0.2", "02:00:00:00:00:02"), "mallory": ("10.6.0.3", "02:00:00:00:00:03")}
PORT = 6775
INSIDE = "MSSL_ATTACKS_INSIDE"      # set in the process that already has its namespaces
ETH_P_ALL = 3
SOL_PACKET, IGNORE_OUTGOING = 263, 23
PR_SET_PDEATHSIG, SIGKILL = 1, 9
FRAME_MAX = 4096


def enter(argv):
    """Runs this program again as root of its own namespaces; returns if it is there,
    or a reason why that can't be."""
    if INSIDE in os.environ:
        return None
    try:
        probe = subprocess.run(["unshare", "-Urnm", "true"], capture_output=True, text=True, timeout=20)
    except FileNotFoundError as missing:
        return f"{missing.filename} is not installed"
    if probe.returncode:
        return (probe.stderr.strip().splitlines() or ["unshare failed"])[0]
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "-Urnm", *argv])


def run(*words):
    subprocess.run(words, check=True, capture_output=True, timeout=20)


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL)


def packet_socket(name):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)     # 0: hears nothing until it is bound
    s.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)
    s.bind((name, ETH_P_ALL))
    return s


class Pc:
    """A namespace with an address, where mssl runs."""

    def __init__(self, name):
        ip, mac = PCS[name]
        self.ip, self.mac = frames.ip_bytes(ip), frames.mac_bytes(mac)
        inner, self.outer = name[:5] + "0", name[:5] + "1"
        self.keeper = subprocess.Popen(["unshare", "-n", "sh", "-c", "echo up; exec cat"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       preexec_fn=die_with_parent)
        self.keeper.stdout.readline()
        run("ip", "link", "add", inner, "type", "veth", "peer", "name", self.outer)
        run("ip", "link", "set", inner, "netns", str(self.keeper.pid))
        run("ip", "link", "set", self.outer, "up")
        for words in (["address", mac], ["up"]):
            run(*self.inside("ip", "link", "set", inner, *words))
        run(*self.inside("ip", "addr", "add", ip + "/24", "dev", inner))
        self.socket = packet_socket(self.outer)

    def inside(self, *words):
        return ["nsenter", "-t", str(self.keeper.pid), "-n", *words]


class Wire(threading.Thread):
    """Carries frames. Hooks (frame -> frame, or None to drop): to_device, from_device."""

    def __init__(self):
        super().__init__(daemon=True)
        self.ip, self.mac = frames.ip_bytes(DEVICE_IP), frames.mac_bytes(DEVICE_MAC)
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "board0", "type", "veth", "peer", "name", "board1")
        run("ip", "link", "set", "board0", "up")
        run("ip", "link", "set", "board1", "up")
        self.pc = {name: Pc(name) for name in PCS}
        self.board = packet_socket("board0")
        self.taken = {}             # (ip, port) -> queue: connections of the harness
        self.to_device = self.from_device = None
        self.said = {}              # (ip, port) -> bytes that the device said there
        self.other = queue.Queue()  # what the device sent that is not TCP
        self.start()

    def forget(self):
        """A new attack begins."""
        self.to_device = self.from_device = None
        self.said.clear()
        self.taken.clear()
        self.other = queue.Queue()

    def take(self, ip, port):
        """Frames of the device to ip:port go to the harness from now on."""
        self.taken[ip, port] = queue.Queue()
        return self.taken[ip, port]

    def inject(self, frame):
        self.send(self.board, frame)

    def send(self, to, frame):
        try:
            to.send(frame)
        except OSError:
            pass                    # a full queue loses a frame, as a wire does

    def deliver(self, frame):
        """A frame of the device's to its PC."""
        for pc in self.pc.values():
            if frame[0:6] == pc.mac or frame[0] & 1:
                self.send(pc.socket, frame)

    def passed(self, hook, frame):
        """What becomes of a frame; the hook is looked at once, since others take it away."""
        return hook(frame) if hook else frame

    def run(self):
        ways = {pc.socket.fileno(): pc.socket for pc in self.pc.values()}
        ways[self.board.fileno()] = self.board
        poll = select.poll()
        for fd in ways:
            poll.register(fd, select.POLLIN)
        while True:
            for fd, _ in poll.poll():
                try:
                    frame = ways[fd].recv(FRAME_MAX)
                except OSError:
                    continue
                if frame[12:14] not in (b"\x08\0", b"\x08\x06"):
                    continue
                if ways[fd] is self.board:
                    self.heard(frame)
                else:
                    frame = self.passed(self.to_device, frames.refill(frame))
                    if frame:
                        self.inject(frame)

    def heard(self, frame):
        segment = frames.Segment.of(frame)
        if segment is None:
            self.other.put(frame)
        else:
            key = segment.target, segment.ports[1]
            said = self.said.setdefault(key, {})
            said[segment.seq] = max(segment.payload, said.get(segment.seq, b""), key=len)
            taken = self.taken.get(key)     # looked at once: its owner may leave
            if taken:
                taken.put(segment)
                return
        frame = self.passed(self.from_device, frame)
        if frame:
            self.deliver(frame)

    def bytes_said(self, key):
        """What the device said to (ip, port), repetitions taken out."""
        out, end = b"", None
        for seq, payload in sorted(self.said.get(key, {}).items()):
            if payload:
                new = payload if end is None else payload[max(0, end - seq):]
                out += new
                end = max(end or 0, seq + len(payload))
        return out
