# SPDX-License-Identifier: ISC
"""Recorded bytes are sent again, at once, later, and after the device was restarted."""

from lab import Broken
from table import attack
from talk import LED, WELCOME_LEN

HELLO_LEN, RECORD_LEN = 45, 17


def again(lab, recorded):
    """Sends a recorded session from its own address. Why it worked, or None."""
    peer = lab.peer()
    if peer.open():
        peer.send(recorded[:HELLO_LEN])
        peer.receive(WELCOME_LEN)
        peer.send(recorded[HELLO_LEN:])
        peer.wait_end(8)
        more = len(lab.wire.bytes_said((peer.ip, peer.port))) - WELCOME_LEN
        peer.close()
        if more > 0:
            return f"the device said {more} bytes to recorded records"
    return lab.ran()


@attack(weak="nonce", says=WELCOME_LEN, quick=True)
def whole_session(lab):
    """A whole session is sent again, byte for byte, from the granted address."""
    recorded = lab.record()
    lab.serve()
    return again(lab, recorded)


@attack(weak="nonce", says=WELCOME_LEN)
def in_one_piece(lab):
    """A whole session is sent again without waiting for WELCOME."""
    recorded = lab.record()
    lab.serve()
    peer = lab.peer()
    peer.open()
    peer.send(recorded)
    peer.wait_end(8)
    peer.close()
    return lab.ran()


@attack(weak="nonce", says=WELCOME_LEN)
def hello(lab):
    """A HELLO is sent again, to be answered by the WELCOME that was."""
    hello_bytes, welcomes = lab.record()[:HELLO_LEN], set()
    for _ in range(5):
        peer = lab.peer()
        peer.open()
        peer.send(hello_bytes)
        welcome = peer.receive(WELCOME_LEN)
        peer.close()
        if welcome in welcomes:
            return "the same WELCOME came twice"
        welcomes.add(welcome)
    return None


def after(lab, how):
    lab.restart(how)
    recorded = lab.record()
    lab.restart(how)
    got = again(lab, recorded)
    if got:
        return got
    lab.restart(how)
    return again(lab, recorded)


@attack(weak="seed", says=WELCOME_LEN, quick=True)
def after_a_reset(lab):
    """The first session after a reset is sent again as the first after the next one."""
    return after(lab, "reset")


@attack(weak="seed", says=WELCOME_LEN)
def after_a_power_cut(lab):
    """The same with the power cut off and on."""
    return after(lab, "power")


@attack(weak="counter", quick=True)
def record_twice(lab):
    """A record is inserted a second time into the session it is of."""
    talk = lab.talk()
    if not talk.greet():
        raise Broken("no session")
    record = talk.seal(bytes([LED]) + lab.other().encode())
    talk.peer.send(record)
    talk.answer()
    lab.switched()
    if not lab.switch(talk):
        raise Broken("no second command")
    talk.peer.send(record)
    said = talk.peer.receive(1, 8)
    talk.peer.close()
    return "a repeated record was answered" if said else lab.ran()


@attack(weak="counter")
def records_swapped(lab):
    """Two records of a session arrive in the other order."""
    talk = lab.talk()
    if not talk.greet():
        raise Broken("no session")
    first, second = (talk.seal(bytes([LED]) + word) for word in (b"off", lab.other().encode()))
    talk.peer.send(second)
    said = talk.peer.receive(1, 8)
    if not talk.peer.ended:
        talk.peer.send(first)
    talk.peer.close()
    return "a record was answered out of order" if said else lab.ran()


@attack(weak="counter")
def record_left_out(lab):
    """A record is held back, and the one after it arrives."""
    talk = lab.talk()
    if not talk.greet():
        raise Broken("no session")
    talk.seal(bytes([LED]) + b"state")
    talk.peer.send(talk.seal(bytes([LED]) + lab.other().encode()))
    said = talk.peer.receive(1, 8)
    talk.peer.close()
    return "the record after a lost one was answered" if said else lab.ran()


@attack(weak="transcript", quick=True)
def record_of_another_session(lab):
    """Two sessions are spliced: a record of one is put into the other, at its own place."""
    first = lab.talk()
    if not first.greet():
        raise Broken("no session")
    record = first.seal(bytes([LED]) + lab.other().encode())
    first.peer.close()
    second = lab.talk()
    if not second.greet():
        raise Broken("no second session")
    second.peer.send(record)
    said = second.peer.receive(1, 8)
    second.peer.close()
    return "a record of another session was answered" if said else lab.ran()


@attack(weak="direction", says=WELCOME_LEN, quick=True)
def reflection(lab):
    """The device's own words are sent back to it: WELCOME's empty record as a close."""
    peer = lab.peer()
    peer.open()
    peer.send(lab.talk().hello_bytes())
    welcome = peer.receive(WELCOME_LEN)
    peer.send(welcome[12:])
    said = peer.receive(1, 8)
    peer.close()
    return "the device took its own record for the host's" if said else lab.ran()


@attack(weak="direction")
def answer_reflected(lab):
    """An answer of the device is sent back to it as the next command."""
    talk = lab.talk()
    if not talk.greet() or talk.command(LED, "state") is None:
        raise Broken("no session")
    talk.peer.send(talk.record)
    said = talk.peer.receive(1, 8)
    talk.peer.close()
    return "the device took its own answer for a command" if said else lab.ran()
