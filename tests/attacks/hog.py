# SPDX-License-Identifier: ISC
"""Somebody takes the device's connection and keeps it."""

import queue
import threading

from lab import Broken
from peer import AGAIN, Peer
from table import attack
from talk import CLOSE_LEN, WELCOME_LEN

SERVED_WITHIN = 8       # seconds of the real program's patience: it asks again after 1, 3, 7


class Hogger(threading.Thread):
    """Opens a connection, does begin(peer) on it, waits, and opens the next at its end."""

    def __init__(self, make, begin):
        super().__init__(daemon=True)
        self.make, self.begin = make, begin
        self.over = threading.Event()
        self.holding = threading.Event()
        self.start()

    def run(self):
        while not self.over.is_set():
            peer = self.make()
            if self.begin(peer):
                self.holding.set()
                peer.until(lambda: peer.ended or self.over.is_set(), 60, lambda: None)
                self.holding.clear()
            peer.close()

    def stop(self):
        self.over.set()
        self.join(30)


def hogged(lab, make, begin):
    """Is the right host served while somebody hogs? Why not, or None."""
    hogger = Hogger(make, begin)
    got = None
    for _ in range(2):
        holding = hogger.holding.wait(20)
        if holding and not got and not lab.serve(SERVED_WITHIN):
            got = f"the right host was kept out: {lab.refusal}"
    hogger.stop()
    if not holding:
        raise Broken("the harness could not hog")
    return got


@attack(weak="replace", quick=True)
def idle_connection(lab):
    """A stranger connects and says nothing, and connects again when he is thrown out."""
    return hogged(lab, lambda: lab.peer("mallory"), Peer.open)


@attack(weak="replace")
def half_open_connection(lab):
    """A stranger sends a SYN and nothing more."""
    def begin(peer):
        for _ in range(25):
            peer.syn()
            try:
                return peer.queue.get(timeout=AGAIN) is not None
            except queue.Empty:         # somebody else has the place
                pass
        return False
    return hogged(lab, lambda: lab.peer("mallory"), begin)


@attack(weak="replace")
def half_a_hello(lab):
    """A stranger sends all of a HELLO but its last byte."""
    def begin(peer):
        return peer.open() and peer.send(b"\x2c" + lab.grant() + bytes(11))
    return hogged(lab, lambda: lab.peer("mallory"), begin)


@attack(weak="welcomed", says=WELCOME_LEN + CLOSE_LEN, quick=True)
def welcomed_and_silent(lab):
    """An impostor at the granted address takes a WELCOME and proves nothing."""
    def begin(peer):
        return peer.open() and peer.send(b"\x2c" + lab.site.file("alice")[0][0] + bytes(12)) \
            and len(peer.receive(WELCOME_LEN)) == WELCOME_LEN
    return hogged(lab, lab.peer, begin)


def fed(lab, talk, first, bytewise, seconds):
    """Feeds bytes, one a second, after first. True: the device still listens then."""
    talk.peer.send(first)
    for at in range(seconds):
        if talk.peer.ended:
            break
        talk.peer.send(bytewise[at:at + 1], 5)
        lab.skip(1)
        talk.peer.pump(0.2)
    talk.peer.until(lambda: talk.peer.ended, 1)
    ended = talk.peer.ended
    talk.peer.close()
    return not ended


@attack(weak="rearm")
def hello_byte_by_byte(lab):
    """A HELLO comes a byte a second, so that it never is late."""
    talk = lab.talk(attacker=True)
    talk.peer.open()
    hello = talk.hello_bytes()
    return "single bytes gave it more time" if fed(lab, talk, hello[:10], hello[10:], 8) else None


@attack(weak="rearm", says=WELCOME_LEN + CLOSE_LEN)
def proof_byte_by_byte(lab):
    """After WELCOME a record comes a byte a second."""
    talk = lab.talk([lab.grant()], bytes(16), attacker=True)
    talk.hello()
    return "single bytes gave it more time" if fed(lab, talk, b"\x80", bytes(100), 8) else None


@attack(weak="idle-time")
def granted_host_that_died(lab):
    """A granted host opens a session and is never heard of again."""
    talk = lab.talk()
    if not talk.greet() or not lab.switch(talk):
        raise Broken("no session")
    lab.wire.taken.pop((talk.peer.ip, talk.peer.port))
    lab.wire.from_device = lambda frame: None       # the dead say nothing, not even a reset
    lab.skip(62)
    lab.wire.from_device = None
    return None if lab.serve(SERVED_WITHIN) else f"kept out by the dead: {lab.refusal}"


@attack(weak="proven", chip="atmega328p", quick=True)
def strangers_on_four_places(lab):
    """On a device for four sessions three are proven; strangers take what is left, and
    no proven one loses its place."""
    talks = [lab.talk() for _ in range(3)]
    if not all(talk.greet() and lab.switch(talk) for talk in talks):
        raise Broken("no three sessions")
    strangers = [lab.peer("mallory") for _ in range(6)]
    for peer in strangers:
        peer.open(3)
    got = next((f"session {i} ended" for i, talk in enumerate(talks) if not lab.switch(talk)), None)
    for peer in strangers + [talk.peer for talk in talks]:
        peer.close()
    return got or lab.ran()


@attack(weak="welcomed", chip="atmega328p", says=WELCOME_LEN + CLOSE_LEN)
def welcomes_on_four_places(lab):
    """Impostors take WELCOMEs on a device for four sessions: together they hold one place."""
    peers = []
    for _ in range(6):
        peer = lab.peer()
        if peer.open(4):
            peer.send(b"\x2c" + lab.site.file("alice")[0][0] + bytes(12))
            peer.receive(WELCOME_LEN)
        peers.append(peer)
    served = lab.serve(SERVED_WITHIN)
    for peer in peers:
        peer.close()
    return None if served else f"kept out: {lab.refusal}"
