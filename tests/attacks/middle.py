# SPDX-License-Identifier: ISC
"""A man in the middle of the granted host and the device: he relays, holds back,
drops, cuts, and answers in the other's place."""

import frames
from lab import DONE, NOT_AUTHENTIC, UNKNOWN_OUTCOME, Broken
from table import attack
from talk import LED, WELCOME_LEN
from frames import ACK, RST


@attack(weak="future")
def relays_twice(lab):
    """Every frame is relayed twice, both ways: nothing runs twice."""
    def twice(frame):
        lab.wire.inject(frame)
        return frame
    lab.wire.to_device = twice
    talk = lab.talk()
    send, talk.peer.put = talk.peer.put, lambda data, *how: (talk.peer.segment(ACK, data), send(data, *how))
    served = talk.greet() and lab.switch(talk) and lab.switch(talk)
    talk.peer.close()
    real = lab.serve()
    lab.wire.to_device = None
    return lab.ran() if served and real else "a session broke under duplicates"


@attack(weak="proof-time")
def holds_the_first_command(lab):
    """The first command is held back until the host has given up, then let go."""
    talk = lab.talk()
    if not talk.greet():
        raise Broken("no session")
    held = talk.seal(bytes([LED]) + lab.other().encode())
    lab.skip(6)
    talk.peer.send(held, 3)
    talk.peer.close()
    return lab.ran()


@attack(weak="idle-time")
def holds_a_later_command(lab):
    """A command of an open session is held back for longer than a session may idle."""
    talk = lab.talk()
    if not talk.greet() or not lab.switch(talk):
        raise Broken("no session")
    held = talk.seal(bytes([LED]) + lab.other().encode())
    lab.skip(62)
    talk.peer.send(held, 3)
    talk.peer.close()
    return lab.ran()


class Cut:
    """Turns what the device says from an offset on into a reset towards the host."""

    def __init__(self, at):
        self.at, self.first, self.hits = at, {}, 0

    def __call__(self, frame):
        s = frames.Segment.of(frame)
        if s is None:
            return frame
        first = self.first.setdefault(s.ports[1], (s.seq + 1) & 0xFFFFFFFF)
        if s.seq - first + len(s.payload) <= self.at:
            return frame
        self.hits += 1
        return frames.ethernet(s.to, s.sender, 0x0800, frames.ipv4(s.source, s.target, frames.TCP, frames.tcp(
            s.source, s.target, s.ports, s.seq, s.ack, RST | ACK)))


@attack(weak="host-cut")
def cuts_before_the_answer(lab):
    """The connection is cut before the answer arrives: the real program says that the
    outcome is unknown, and the command ran once."""
    cut = lab.wire.from_device = Cut(WELCOME_LEN)
    done = lab.mssl("exec", "led", lab.other())
    lab.wire.from_device = None
    lab.switched()
    if not cut.hits or done.returncode != UNKNOWN_OUTCOME:
        return f"mssl ended with {done.returncode} after {cut.hits} cuts"
    return lab.ran()


class Instead:
    """Puts recorded words of the device in place of what it says now."""

    def __init__(self, words):
        self.words, self.first = words, {}

    def __call__(self, frame):
        s = frames.Segment.of(frame)
        if s is None:
            return frame
        at = s.seq - self.first.setdefault(s.ports[1], (s.seq + 1) & 0xFFFFFFFF)
        if at < 0 or not s.payload:
            return frame
        new = self.words[at:at + len(s.payload)].ljust(len(s.payload), b"\0")
        return frames.refill(frame[:s.data_at] + new + frame[s.data_at + len(new):])


@attack(weak="host-tag", quick=True)
def plays_the_device(lab):
    """Recorded words of the device are given to the real program in the device's place."""
    before = set(lab.wire.said)
    if lab.mssl("exec", "led", "state").returncode != DONE:
        raise Broken("no session")
    words = max((lab.wire.bytes_said(key) for key in set(lab.wire.said) - before), key=len)
    lab.wire.from_device = Instead(words)
    done = lab.mssl("exec", "led", lab.other())
    lab.wire.from_device = None
    return lab.ran() if done.returncode == NOT_AUTHENTIC else f"mssl ended with {done.returncode}"
