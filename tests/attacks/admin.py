# SPDX-License-Identifier: ISC
"""Grants of yesterday: revoked ones, and those of an older epoch."""

from lab import EE_GENERATIONS, Broken
from power import SLOT, boss
from table import attack
from talk import ADMIN, ARGUMENT, LED, OK, WELCOME_LEN

NOTHING = bytes(7)      # data of an answer that has none, with its padding


def told(lab, arguments):
    """An admin command of a granted admin; its status, or None."""
    talk = boss(lab)
    if not talk.greet():
        return None
    answer = talk.command(ADMIN, arguments)
    talk.peer.wait_end()
    talk.peer.close()
    return answer and answer[0]


def revoke(lab, generation):
    lab.may_write.add(EE_GENERATIONS + SLOT)
    return told(lab, bytes([SLOT, generation]))


def said_to(lab, generation):
    talk = lab.talk([lab.grant(generation=generation)], attacker=True)
    said = talk.hello()
    talk.peer.close()
    return said


@attack(weak="generation", quick=True)
def old_generation(lab):
    """A revoked grant is used, and one that was never given out, also after a reset."""
    if revoke(lab, 3) != OK:
        raise Broken("the revocation was refused")
    for restart in (False, True):
        if restart:
            lab.restart("power")
        for generation in (0, 1, 2, 4, 254, 255):
            if said_to(lab, generation):
                return f"generation {generation} was answered after a revocation to 3"
    return None


@attack(weak="lower")
def generation_lowered(lab):
    """A revoked generation is brought back by a later admin command."""
    if revoke(lab, 3) != OK:
        raise Broken("the revocation was refused")
    for generation in (2, 0, 255):
        if revoke(lab, generation) != ARGUMENT:
            return f"generation 3 could be lowered to {generation}"
    return None


@attack(weak="expire", chip="atmega328p", says=WELCOME_LEN + 9 + 17, quick=True)
def session_of_a_revoked_host(lab):
    """A host that is revoked while its session runs goes on commanding."""
    talk = lab.talk([lab.grant()], attacker=True)
    if not talk.greet() or not lab.switch(talk):
        raise Broken("no session")
    if revoke(lab, 1) != OK:
        raise Broken("the revocation was refused")
    if not talk.peer.ended:
        talk.peer.send(talk.seal(bytes([LED]) + lab.other().encode()), 3)
        talk.peer.wait_end(3)
    talk.peer.close()
    return lab.ran()


@attack(weak="epoch", says=WELCOME_LEN, quick=True)
def old_epoch(lab):
    """After an epoch step a grant of before is used, with its key."""
    lab.may_write.update(range(16))
    blocks, key = lab.site.file("alice")
    if told(lab, b"\x80") != OK:
        raise Broken("the step was refused")
    for restart in (False, True):
        if restart:
            lab.restart("power")
        talk = lab.talk(blocks, key, attacker=True)
        proven = talk.greet()
        talk.peer.close()
        if proven:
            return "a grant of the epoch before opens the device"
    lab.kd = lab.cells()[:16]
    lab.regrant()
    return None
