# SPDX-License-Identifier: ISC
"""Granted hosts and helpers that want more than they were given."""

from lab import Broken
from table import attack
from talk import DENIED, LED, UPTIME, WELCOME_LEN
import mssl_model as model

ONE_ANSWER = WELCOME_LEN + 17


def switches(lab, blocks, key, who="alice"):
    """Uses blocks with a key to switch the LED. Why it worked, or None."""
    talk = lab.talk(blocks, key, who, attacker=True)
    if not talk.greet():
        talk.peer.close()
        return None
    answer = talk.command(LED, lab.other())
    talk.peer.close()
    return lab.ran() or (None if answer is None or answer[0] == DENIED else
                         f"the session was proven, status {answer[0]}")


@attack(weak="gate", says=ONE_ANSWER, quick=True)
def ungranted_task(lab):
    """A host with a grant for uptime asks for the LED."""
    blocks, _ = lab.site.file("bob")
    return switches(lab, blocks, lab.key(*blocks))


@attack(weak="gate", says=ONE_ANSWER)
def admin_without_its_bit(lab):
    """A host without the admin bit revokes another and steps the epoch."""
    blocks, _ = lab.site.file("bob")
    for arguments in (b"\x00\x09", b"\x80"):
        talk = lab.talk(blocks, lab.key(*blocks), attacker=True)
        if not talk.greet():
            raise Broken("the host's own grant is refused")
        answer = talk.command(31, arguments)
        talk.peer.close()
        if answer is None or answer[0] != DENIED:
            return f"the admin command had status {answer and answer[0]}"
    return None


def altered(lab, change):
    """A grant with a change that its holder made; his key is that of the right one."""
    g = lab.site.file("bob")[0][0]
    got = None
    for at, value in change:
        new = g[:at] + bytes([value]) + g[at + 1:]
        talk = lab.talk([new], lab.key(g), attacker=True)
        proven = talk.greet() and talk.command(UPTIME) is not None
        talk.peer.close()
        got = got or (f"byte {at} of the grant could be changed" if proven else None)
    return got


@attack(weak="unbound", says=WELCOME_LEN, quick=True)
def widened_grant(lab):
    """A host sets more task bits in its own grant."""
    return altered(lab, ((12, 0x0A), (12, 0xFF), (15, 0x80)))


@attack(weak="unbound", says=WELCOME_LEN)
def lifted_parameters(lab):
    """A host raises the limits in its own grant: parameters, epoch, host id."""
    return altered(lab, ((22, 0xFF), (23, 0xFF), (24, 0xFF), (10, 0xFF), (11, 0xFF), (25, 0x7A), (31, 0x7A)))


@attack(weak="unbound", says=WELCOME_LEN)
def unbound_from_its_address(lab):
    """A host frees its own grant from its address."""
    return altered(lab, ((8, 0), (8, 1), (8, 3)))


@attack(weak="unbound", says=WELCOME_LEN)
def moved_to_another_slot(lab):
    """A host moves its own grant to a slot that is not revoked."""
    return altered(lab, ((6, 12), (6, 15)))


def chain(lab, tasks=(UPTIME,), where=None):
    """Alice's unbound grant, and what she gave a helper of it."""
    g = lab.grant("alice", (LED, UPTIME), where, slot=9)
    r = model.restriction(9, 0, tasks, lab.wire.pc["alice"].ip, None, 4, "helper")
    return g, r, lab.key(g, r)


@attack(weak="type", base="r3", weak_base="c-r3", quick=True)
def restriction_as_grant(lab):
    """A stolen restriction is shown in the place of a grant."""
    _, r, key = chain(lab)
    shown = r[:1] + bytes([1]) + lab.device.to_bytes(4, "big") + r[6:]
    for block in (r, shown):
        talk = lab.talk([block], key, attacker=True)
        if talk.hello():
            return "the device answered a restriction in the place of a grant"
        talk.peer.close()
    return None


@attack(weak="type", base="r3", weak_base="c-r3")
def grant_as_restriction(lab):
    """A grant is shown in the place of a restriction."""
    g, r, key = chain(lab)
    talk = lab.talk([g, b"\x11" + r[1:]], key, attacker=True)
    said = talk.hello()
    talk.peer.close()
    return "the device answered a grant in the place of a restriction" if said else None


@attack(weak="chain", base="r3", weak_base="c-r3", says=WELCOME_LEN)
def restriction_dropped(lab):
    """A helper shows the grant without the restriction, with the restriction's key."""
    g, _, key = chain(lab)
    return switches(lab, [g], key)


@attack(weak="chain", base="r3", weak_base="c-r3", says=WELCOME_LEN)
def restriction_made_a_grant(lab):
    """A helper makes a grant of his restriction, with the restriction's key."""
    _, r, key = chain(lab, (LED,))
    got = switches(lab, [b"\x11\x01" + lab.device.to_bytes(4, "big") + r[6:]], key)
    g, r, key = chain(lab)
    return got or switches(lab, [g, r[:12] + b"\x0a" + r[13:]], key)


@attack(weak="narrow", base="r3", weak_base="c-r3", says=ONE_ANSWER)
def more_than_the_restriction(lab):
    """A helper asks for a task that the grant has and his restriction has not."""
    g, r, key = chain(lab)
    return switches(lab, [g, r], key)


@attack(weak="narrow", base="r3", weak_base="c-r3", says=ONE_ANSWER)
def more_than_the_grant(lab):
    """A helper's restriction names a task that the grant has not."""
    g = lab.grant("alice", (UPTIME,), slot=9)
    r = model.restriction(9, 0, (LED, UPTIME), host="helper")
    got = switches(lab, [g, r], lab.key(g, r))
    g, r, key = chain(lab)
    return got or switches(lab, [g, r], key)


@attack(weak="each", base="r3", weak_base="c-r3")
def restriction_from_elsewhere(lab):
    """A helper at another address uses a restriction of a grant that is bound."""
    g = lab.grant("alice", (LED,), lab.wire.pc["alice"].ip, slot=9)
    r = model.restriction(9, 0, (LED,), host="helper")
    return switches(lab, [g, r], lab.key(g, r), "mallory")
