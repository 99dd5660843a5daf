# SPDX-License-Identifier: ISC
"""Fields out of range: what they say must not depend on the device's memory, and
lengths must not lead beyond its buffers."""

from lab import Broken
from table import attack
from talk import UNKNOWN, WELCOME_LEN

SLOTS_AT = 20
OTHERS_AT_SLOT = range(16, 32)      # slots whose cell would be one of the seed's


def answered(lab, g, peer=None):
    """What the device says to a grant without a key."""
    talk = lab.talk([g], bytes(16), attacker=True)
    if peer:
        talk.peer = peer
    said = talk.hello()
    talk.peer.close()
    return said


@attack(weak="slot", quick=True)
def slot_as_an_oracle(lab):
    """Slots beyond the table: WELCOME or close would tell the seed byte by byte."""
    for slot in OTHERS_AT_SLOT:
        for guess in (lab.cells()[SLOTS_AT + slot], 0):
            if guess != 255 and answered(lab, lab.grant(slot=slot, generation=guess)):
                return f"slot {slot} tells that a byte of the seed is {guess}"
    return next((f"slot {slot} was answered" for slot in (64, 128, 254, 255)
                 if answered(lab, lab.grant(slot=slot))), None)


@attack(weak="kind")
def kind_as_an_oracle(lab):
    """Kinds of address that don't exist would compare bytes beside the address."""
    for kind in (1, 2, 3, 5, 6, 9, 10, 14, 64, 128, 255):
        g = lab.grant()
        if answered(lab, g[:9] + bytes([kind]) + g[10:]):
            return f"kind {kind} was answered"
        peer = lab.peer()
        near = (peer.ip + peer.mac)[kind:kind + 1]
        if near and answered(lab, g[:8] + bytes([1, kind]) + g[10:16] + near + g[17:], peer):
            return f"kind {kind} tells a byte of memory"
        peer.close()
    return None


@attack(weak="length", quick=True)
def length_as_an_oracle(lab):
    """Addresses longer than their kind would compare bytes behind the address."""
    pc = lab.wire.pc["alice"]
    for kind, right, lengths in ((0, pc.ip + pc.mac[:2], (5, 6, 7, 22, 255)),
                                 (4, pc.mac, (7, 8, 22, 255))):
        for length in lengths:
            g = lab.grant()
            if answered(lab, g[:8] + bytes([length, kind]) + g[10:16] + right + g[22:]):
                return f"an address of {length} bytes of kind {kind} was answered"
    return None


@attack(weak="length")
def length_reaches_the_grant(lab):
    """A MAC of 7 bytes, the last one guessed, would tell what lies behind the address: a
    byte of the device's sequence number, which the attacker can guess right."""
    talk = lab.talk(attacker=True)
    peer = talk.peer
    if not peer.open():
        raise Broken("no connection")
    g = lab.grant(param=bytes([peer.ack >> 24, 0, 0]))
    talk.blocks = [g[:8] + bytes([7, 4]) + g[10:16] + peer.mac + g[22:]]
    peer.send(talk.hello_bytes())
    said = peer.receive(WELCOME_LEN)
    peer.close()
    return "a MAC of 7 bytes was answered" if said else None


@attack(weak="table")
def another_task_table(lab):
    """A grant for another task table, where the numbers mean other tasks."""
    return "answered" if any(answered(lab, lab.grant(table=t)) for t in (0, 2, 255)) else None


@attack(weak="device")
def another_device(lab):
    """A grant for another device of the same authority."""
    for bit in range(0, 32, 5):
        if answered(lab, lab.grant(device=lab.device ^ 1 << bit)):
            return "a grant for another device was answered"
    return None


@attack(weak="hello-size", strict=False)
def giant_hello(lab):
    """HELLOs whose first byte promises more than any buffer holds."""
    for size in (0, 1, 43, 45, 76, 108, 140, 200, 255):
        peer = lab.peer()
        peer.open()
        g = lab.grant()
        peer.send(bytes([size]) + g + bytes(12) + bytes(max(0, size - 44)))
        said = peer.receive(1, 3)
        ended = peer.ended
        peer.close()
        if said:
            return f"a HELLO of length byte {size} was answered"
        if not ended:
            return f"a HELLO of length byte {size} was not refused"
    return None


@attack(weak="record-size", says=WELCOME_LEN, strict=False)
def giant_record(lab):
    """Records whose first byte is no length of the protocol."""
    for n in (1, 7, 9, 24, 48, 96, 129, 136, 192, 255):
        talk = lab.talk([lab.grant()], bytes(16), attacker=True)
        talk.hello()
        talk.peer.send(bytes([n]))
        ended = talk.peer.wait_end(3)
        talk.peer.close()
        if not ended:
            return f"the device waits for a record of {n} bytes"
    return None


@attack(weak="task-range")
def task_numbers_out_of_range(lab):
    """Task numbers above 31 would be looked up beyond the grant's bits."""
    talk = lab.talk()
    if not talk.greet():
        raise Broken("no session")
    got = None
    for task in (32, 33, 40, 64, 128, 161, 255):
        answer = talk.command(task, "on")
        got = got or (None if answer and answer[0] == UNKNOWN else f"task {task}: {answer and answer[0]}")
    talk.peer.close()
    return got or lab.ran()
