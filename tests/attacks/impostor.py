# SPDX-License-Identifier: ISC
"""Full impostors: IP and MAC of the granted host and its grant, read off the wire, but
not its key. The paper's scheme falls here."""

import os

import mssl_model as model
from lab import Broken
from table import attack
from talk import CLOSE_LEN, LED, WELCOME_LEN


def grant(lab):
    """Alice's grant, which passes the wire in the clear."""
    return lab.site.file("alice")[0][0]


def guesses(g):
    """Keys that one can have without any secret."""
    yield model.f_prf(bytes(16), g)
    yield bytes(16)
    yield b"\xff" * 16
    yield g[:16]
    yield model.f_prf(g[:16], g)


@attack(weak="secret", says=WELCOME_LEN, quick=True)
def without_the_key(lab):
    """Everything that can be seen of the granted host is copied, and keys are guessed."""
    g = grant(lab)
    for key in guesses(g):
        talk = lab.talk([g], key, attacker=True)
        talk.greet()
        if talk.ks:
            talk.peer.send(talk.seal(bytes([LED]) + lab.other().encode()))
            talk.peer.wait_end(5)
        talk.peer.close()
        moved = lab.ran()
        if moved:
            return f"served without a key: {moved}"
    return None


@attack(weak="tag", says=WELCOME_LEN, quick=True)
def guessed_records(lab):
    """After WELCOME records are sent whose tags are guessed."""
    g = grant(lab)
    for n in (0, 8, 16, 32, 64, 128):
        talk = lab.talk([g], bytes(16), attacker=True)
        if len(talk.hello()) != WELCOME_LEN:
            raise Broken("no WELCOME at the granted address")
        talk.peer.send(bytes([n]) + os.urandom(n + 8))
        said = talk.peer.receive(CLOSE_LEN)
        talk.peer.close()
        if said:
            return f"a forged record of {n} bytes was answered"
    return None


@attack(weak="nonce", says=WELCOME_LEN)
def many_welcomes(lab):
    """WELCOMEs are collected by the hundred, to see one nonce twice."""
    g, seen = grant(lab), set()
    for _ in range(100):
        talk = lab.talk([g], bytes(16), attacker=True)
        welcome = talk.hello()
        talk.peer.close()
        if welcome[:12] in seen:
            return "a nonce came twice"
        seen.add(welcome[:12])
    return None if len(seen) == 100 else f"{len(seen)} nonces of 100"
