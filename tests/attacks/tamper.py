# SPDX-License-Identifier: ISC
"""Each byte of each message is flipped, and each message is cut short at each byte."""

import threading

import frames
from lab import DONE, NOT_AUTHENTIC, PATIENCE, UNKNOWN_OUTCOME, Broken
from peer import AGAIN
from table import attack
from talk import CLOSE_LEN, LED, WELCOME_LEN
from frames import ACK, FIN

HELLO_LEN, RECORD_LEN = 45, 17
FLIP = 0x01


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ FLIP]) + data[at + 1:]


@attack(weak="unbound")
def hello_flipped(lab):
    """Each byte of a HELLO is flipped on its way; the host must notice, or be refused."""
    for at in range(HELLO_LEN):
        talk = lab.talk()
        talk.peer.open()
        talk.peer.send(flipped(talk.hello_bytes(), at))
        welcome = talk.peer.receive(WELCOME_LEN)
        talk.peer.close()
        if len(welcome) == WELCOME_LEN and talk.knows(welcome):
            return f"byte {at} of HELLO changed and nobody noticed"
    return None


@attack(weak="tag", quick=True)
def record_flipped(lab):
    """Each byte of a command is flipped on its way."""
    for at in range(RECORD_LEN):
        talk = lab.talk()
        if not talk.greet():
            raise Broken("no session")
        talk.peer.send(flipped(talk.seal(bytes([LED]) + lab.other().encode()), at))
        said = talk.peer.receive(1, 8)
        talk.peer.close()
        if said:
            return f"a command with byte {at} flipped was answered"
    return lab.ran()


@attack(weak="tag")
def command_turned(lab):
    """A command is turned into another by flipping bits of its known text."""
    talk = lab.talk()
    if not talk.greet():
        raise Broken("no session")
    sent, wanted = (word.encode().ljust(3, b"\0") for word in
                    (("off", "on") if lab.other() == "on" else ("on", "off")))
    record = bytearray(talk.seal(bytes([LED]) + sent))
    for i in range(3):
        record[2 + i] ^= sent[i] ^ wanted[i]
    talk.peer.send(bytes(record))
    talk.peer.receive(1, 8)
    talk.peer.close()
    return lab.ran()


@attack(weak="tag")
def close_flipped(lab):
    """Each byte of the host's close is flipped on its way."""
    for at in range(CLOSE_LEN):
        talk = lab.talk()
        if not talk.greet() or talk.command(LED, "state") is None:
            raise Broken("no session")
        talk.peer.send(flipped(talk.seal(b""), at))
        said = talk.peer.receive(1, 8)
        talk.peer.close()
        if said:
            return f"a close with byte {at} flipped was answered"
    return None


class FromDevice:
    """Flips the byte at an offset of what the device says on each connection."""

    def __init__(self, at):
        self.at, self.first, self.hits, self.hit = at, {}, 0, threading.Event()

    def __call__(self, frame):
        s = frames.Segment.of(frame)
        if s is None:
            return frame
        first = self.first.setdefault(s.ports[1], (s.seq + 1) & 0xFFFFFFFF)     # of SYN+ACK
        at = self.at - (s.seq - first)
        if not 0 <= at < len(s.payload):
            return frame
        self.hits += 1
        self.hit.set()
        at += s.data_at
        return frames.refill(flipped(frame, at))


def to_the_host(lab, offsets, right):
    """Flips each of offsets of what the device says to the real mssl exec led state."""
    for at in offsets:
        flip = lab.wire.from_device = FromDevice(at)
        done = lab.mssl("exec", "led", "state")
        flip.hit.wait(PATIENCE)         # mssl waits 2 s for the close, a slow device sends it later
        lab.wire.from_device = None
        if not flip.hits or done.returncode not in right:
            return f"mssl ended with {done.returncode}, byte {at} of the device's words flipped {flip.hits} times"
    return None


@attack(weak="host-tag")
def welcome_flipped(lab):
    """Each byte of WELCOME is flipped on its way to the real program."""
    return to_the_host(lab, range(WELCOME_LEN), (NOT_AUTHENTIC,))


@attack(weak="host-tag")
def answer_flipped(lab):
    """Each byte of an answer, and of the close behind it, is flipped on its way to the
    real program: no such answer counts, and the close changes nothing."""
    end = WELCOME_LEN + RECORD_LEN
    return to_the_host(lab, range(WELCOME_LEN, end), (UNKNOWN_OUTCOME,)) \
        or to_the_host(lab, range(end, end + CLOSE_LEN), (DONE,))


def cut_at(lab, n, end):
    """A session of n bytes that ends so. Why that was no clean loss, or None."""
    talk = lab.talk()
    if not talk.peer.open(8):
        return f"no connection after a session was cut at byte {n + 1}"
    talk.peer.send(talk.hello_bytes()[:n])
    complete = n >= HELLO_LEN + RECORD_LEN
    if n >= HELLO_LEN:
        if not talk.knows(talk.peer.receive(WELCOME_LEN)):
            raise Broken("no WELCOME")
        rest = talk.seal(bytes([LED]) + lab.other().encode()) + talk.seal(b"")
        talk.peer.send(rest[:min(n - HELLO_LEN, RECORD_LEN)])
        if complete:
            if talk.answer() is None:
                return "a whole record was not answered"
            lab.switched()
            talk.peer.send(rest[RECORD_LEN:n - HELLO_LEN])
    if end == "rst":
        talk.peer.reset()
    else:
        talk.peer.fin()
        again = lambda: talk.peer.segment(FIN | ACK, seq=(talk.peer.seq - 1) % (1 << 32))  # noqa: E731
        if not talk.peer.until(lambda: talk.peer.ended, 8, again):
            return f"the place of a host that ended at byte {n} is kept"
        said = talk.peer.receive(1, AGAIN if n < HELLO_LEN + RECORD_LEN + CLOSE_LEN else 0)
        if said and not complete:
            return f"the device answered a record that was cut at byte {n}"
    talk.peer.close()
    return None


def cut_everywhere(lab, end):
    for n in reversed(range(HELLO_LEN + RECORD_LEN + CLOSE_LEN + 1)):
        got = cut_at(lab, n, end)
        if got:
            return got
    return lab.ran()


@attack(weak=("half", "fin"))
def cut_by_fin(lab):
    """HELLO, record and close are cut at each byte by a FIN."""
    return cut_everywhere(lab, "fin")


@attack(weak="half")
def cut_by_rst(lab):
    """HELLO, record and close are cut at each byte by a reset."""
    return cut_everywhere(lab, "rst")
