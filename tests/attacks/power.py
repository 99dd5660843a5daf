# SPDX-License-Identifier: ISC
"""Whoever can cut the power, or make the device hang, at the worst moment."""

import mssl_model as model
from lab import EE_GENERATIONS, SEED_LEN, Broken
from table import attack
from talk import ADMIN, LED, OK, WELCOME_LEN

TORN = ("", " 00", " ff")       # what a torn cell holds: by chance, and the extremes
SLOT = 9


def off_and_on(lab, since):
    """After a cut, or where none came in a second of the chip's, the power goes off and on."""
    lab.skip(1)
    if not lab.board.told(since, "power"):
        lab.tell("power off")
    lab.expect(lambda e: e[1:3] == ["power", "off"], "the power stays on", since)
    lab.dark()
    mark = lab.board.mark()
    lab.tell("power on")
    lab.expect(lambda e: e[1] == "reset", "no reset", mark)
    lab.up()


@attack(weak="seed")
def seed_torn(lab):
    """The power is cut at each byte of the seed's write, three ways: no nonce comes
    twice, none before its seed is stored, and the granted host is served."""
    seen = set()
    for k in range(SEED_LEN):
        lab.restart("power")
        for torn in TORN[k % len(TORN)], TORN[(k + 1) % len(TORN)]:
            since = lab.board.mark()
            lab.tell(f"cut {k}{torn}")
            talk = lab.talk()
            early = None
            if talk.peer.open():
                talk.peer.put(talk.hello_bytes())
                lab.skip(0.3)           # all of the seed's write
                talk.peer.until(lambda: len(talk.peer.data) >= WELCOME_LEN, 0.5)
                early = talk.peer.data[:12]
            off_and_on(lab, since)
            again = lab.talk()
            if not again.greet():
                return f"not served after a cut at byte {k}"
            if (early and early in seen) or again.ns in seen or again.ns == early:
                return f"a nonce came twice, around a cut at byte {k}"
            seen |= {again.ns, early} - {None}
            again.peer.close()
            lab.restart("power")
    return None


def boss(lab):
    blocks, _ = lab.site.file("boss")
    return lab.talk(blocks, lab.key(*blocks))


@attack(weak=("erased", "generation"), quick=True)
def generation_torn(lab):
    """The power is cut in a revocation, and the torn generation holds any value: no grant
    of another generation opens the device, none at all where it is erased."""
    for slot, torn in enumerate((255, 254, 128, 2, 1), SLOT):
        cell, since = EE_GENERATIONS + slot, lab.board.mark()
        lab.may_write.add(cell)
        talk = boss(lab)
        if not talk.greet():
            raise Broken("the admin is not served")
        lab.tell(f"cut 0 {torn:x}")
        talk.peer.put(talk.seal(bytes([ADMIN, slot, 1])))
        off_and_on(lab, since)
        if lab.cells()[cell] != torn:
            raise Broken("the cut did not tear the cell")
        for generation in {0, 1, 254, 255} - ({torn} - {255}):
            old = lab.talk([lab.grant(slot=slot, generation=generation)], attacker=True)
            said = old.hello()
            old.peer.close()
            if said:
                return f"generation {generation} was taken where {torn} is stored"
        talk = boss(lab)
        right = torn if torn != 255 else 0      # an erased one is mended by any
        if not talk.greet() or talk.command(ADMIN, bytes([slot, right])) != (OK, bytes(7)):
            return f"a torn generation of {torn} could not be mended"
        talk.peer.wait_end()
        talk.peer.close()
    return None


def candidates(old):
    """Keys that a cut during the epoch step of old can leave. PROTOCOL 9."""
    new = model.epoch_step(old)
    yield new
    for k in range(16):
        for byte in range(256):
            yield new[:k] + bytes([byte]) + old[k + 1:]


@attack(weak="epoch")
def epoch_torn(lab):
    """The power is cut at each byte of an epoch step: the authority finds the key, the
    grants of before are dead, and the granted host is served under a new one."""
    lab.may_write.update(range(16))
    for k in range(16):
        since = lab.board.mark()
        talk, old = boss(lab), lab.kd
        if not talk.greet():
            raise Broken(f"the admin is not served before the cut at byte {k}")
        lab.tell(f"cut {k}{TORN[k % len(TORN)]}")
        talk.peer.put(talk.seal(bytes([ADMIN, 0x80])))
        off_and_on(lab, since)
        torn, wanted = lab.cells()[:16], set(candidates(old))
        if torn not in wanted:
            return f"a cut at byte {k} left a key that can't be found"
        if torn == old:
            return f"a cut at byte {k} left the old key"
        old_talk = lab.talk(key=model.f_prf(old, lab.site.file("alice")[0][0]), attacker=False)
        if old_talk.greet():
            return f"the old grant opens the device after a cut at byte {k}"
        lab.kd = torn                           # what recover finds
        talk = boss(lab)
        if not talk.greet() or talk.command(ADMIN, b"\x80") != (OK, bytes(7)):
            return f"no step from the torn key of byte {k}"
        talk.peer.wait_end()
        talk.peer.close()
        lab.kd = model.epoch_step(torn)
        if lab.cells()[:16] != lab.kd:
            return f"the step from the torn key of byte {k} is not the authority's"
    lab.regrant()
    return None


@attack(needs="hang", weak="no-dog")
def watchdog_reset(lab):
    """A task hangs, and the watchdog restarts the device in the middle of a session: the
    session is over, its records and its whole recording are worth nothing."""
    g = lab.grant("hanger", (LED, 4), slot=SLOT)
    talk = lab.talk([g])
    if not talk.greet() or not lab.switch(talk):
        raise Broken("no session")
    sent = [talk.hello_bytes(), talk.seal(bytes([4])), talk.seal(bytes([LED]) + b"on")]
    since = lab.board.mark()
    talk.peer.send(sent[1], 2)
    lab.skip(3)
    if not lab.board.wait(lambda e: e[1:3] == ["reset", "watchdog"], since, 2):
        return "the device hangs for ever"
    lab.dark()
    lab.up()
    talk.peer.put(sent[2])
    talk.peer.wait_end(5)
    again = lab.peer()
    again.open()
    again.send(sent[0])
    again.receive(WELCOME_LEN)
    again.send(sent[1] + sent[2])
    again.wait_end(8)
    more = len(lab.wire.bytes_said((again.ip, again.port))) - WELCOME_LEN
    again.close()
    lab.attackers.clear()
    return f"{more} bytes for records of before the reset" if more > 0 else lab.ran()


@attack(weak="seed", quick=True)
def reset_in_the_middle(lab):
    """The device is reset at each stage of a session, and what was sent before is sent
    on, and again from the start."""
    for stage in range(4):
        lab.restart()
        talk = lab.talk()
        if not talk.greet():
            raise Broken("no session")
        record = talk.seal(bytes([LED]) + lab.other().encode())
        talk.peer.put(record[:(0, 1, 9, 16)[stage]])
        lab.restart()
        talk.peer.put(record)
        peer = lab.peer(attacker=False)
        peer.open()
        peer.send(talk.hello_bytes())
        peer.receive(WELCOME_LEN)
        peer.send(record)
        said = peer.receive(1, 8)
        peer.close()
        talk.peer.close()
        if said:
            return f"a record of before the reset was answered (stage {stage})"
    return lab.ran()
