# SPDX-License-Identifier: ISC
"""The signature option: who holds the device secret, and not the authority's RSA key,
wants a grant of his own; and what becomes of a check that is not ended. PROTOCOL 10."""

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from lab import ENROLMENT_LEN, EE_ENROLMENTS, Broken
from table import attack
from talk import ARGUMENT, LED, OK, WELCOME_LEN

ENROL, MORE, FORGED, SIGNATURE = 30, 0, 6, 4
CHUNK = 100                     # bytes of a signature in one record
ANSWER_LEN, CLOSE_LEN = 17, 9
FEW = WELCOME_LEN + 6 * ANSWER_LEN + CLOSE_LEN


def shape(lab, signature):
    """A signature as the chip wants it, M-10.3: s R mod N, as long as N."""
    n = lab.site.signer().public_key().public_numbers().n
    size = (n.bit_length() + 7) // 8
    return (int.from_bytes(signature, "big") * pow(2, 8 * (size + 1), n) % n).to_bytes(size, "big")


def signed(lab, g, signer=None):
    """The signature over a grant by the authority, or by somebody."""
    return shape(lab, (signer or lab.site.signer()).sign(g, PKCS1v15(), SHA256()))


def chunk(talk, u, at, n=CHUNK):
    """Sends n bytes of u that belong at AT; the answer's status and first byte, or None."""
    piece = u[at:at + n]
    answer = talk.command(ENROL, at.to_bytes(2, "big") + bytes([len(piece)]) + piece)
    return answer and (answer[0], answer[1][0])


def enrol(talk, u):
    """Sends a whole signature; the last answer."""
    for at in range(0, len(u), CHUNK):
        answer = chunk(talk, u, at)
        if answer is None or answer[0] != OK:
            break
    return answer


def greeted(lab, blocks):
    talk = lab.talk(blocks, attacker=True)
    if not talk.greet():
        raise Broken("a grant under the device's own secret is refused")
    return talk


def commands(lab, blocks):
    """A new session commands the LED. Why it may, or None."""
    talk = greeted(lab, blocks)
    answer = talk.command(LED, lab.other())
    talk.peer.close()
    return lab.ran() or (None if answer and answer[0] == SIGNATURE else
                         f"a grant that no authority signed had status {answer and answer[0]}")


@attack(weak="sign-wanted", says=WELCOME_LEN + ANSWER_LEN, signed=True)
def grant_without_a_signature(lab):
    """A thief of the ledger makes a grant of his own, and uses it at once."""
    return commands(lab, [lab.grant()])


@attack(weak="sign-check", says=FEW, signed=True)
def forged_signature(lab):
    """A thief of the ledger enrols his own grant: signed by a key of his own, with a signature of another grant, with
    the smallest numbers, with one bit of a right one turned."""
    g = lab.grant()
    mine = rsa.generate_private_key(65537, 2048)
    right = signed(lab, g)
    tries = {"his own key's": signed(lab, g, mine), "another grant's": signed(lab, lab.site.file("alice")[0][0]),
             "zero": bytes(256), "one": shape(lab, b"\x01"), "a turned bit's": right[:9] + bytes([right[9] ^ 4]) + right[10:]}
    for what, u in tries.items():
        talk = greeted(lab, [g])
        answer = enrol(talk, u)
        talk.peer.close()
        if answer is None or answer[0] != FORGED:
            return commands(lab, [g]) or f"{what} signature had status {answer and answer[0]}"
    return commands(lab, [g])


@attack(weak="sign-grant", says=WELCOME_LEN + ANSWER_LEN, signed=True)
def grant_in_an_enrolled_slot(lab):
    """A thief of the ledger makes a grant of his own for the slot of a host that is enrolled."""
    if not lab.serve(30):
        raise Broken(f"the granted host is not served: {lab.refusal}")
    return commands(lab, [lab.grant(slot=lab.site.file("alice")[0][0][6])])


@attack(weak="sign-offset", says=FEW, signed=True)
def signature_with_a_hole(lab):
    """A signature is sent with a chunk twice, with a gap, from its end on: its number of bytes is right, and some were
    never sent, so that what lay there before would count."""
    blocks, _ = lab.site.file("bob")
    u = signed(lab, blocks[0])
    orders = {"a chunk twice": ((0, 100), (100, 56), (100, 56), (156, 44)),
              "a gap": ((0, 100), (156, 100), (156, 56)), "the end first": ((156, 100), (56, 100), (56, 56))}
    for what, order in orders.items():
        talk = greeted(lab, blocks)
        statuses = []
        for at, n in order:
            statuses.append((chunk(talk, u, at, n) or (None,))[0])
        talk.peer.close()
        if ARGUMENT not in statuses:
            return f"{what}: the statuses were {statuses}"
    return None


@attack(weak="sign-discard", says=FEW, signed=True)
def enrolment_cut_in_the_middle(lab):
    """An enrolment is cut by a reset, by silence and by a close, and another session sends the rest of the signature."""
    blocks, _ = lab.site.file("bob")
    u = signed(lab, blocks[0])
    for how in ("reset", "silence", "close"):
        talk = greeted(lab, blocks)
        if chunk(talk, u, 0) != (OK, MORE):
            raise Broken("the first chunk is refused")
        if how == "silence":
            lab.skip(70)
        elif how == "close" and not talk.close():
            raise Broken("the close is not answered")
        talk.peer.close()
        talk = greeted(lab, blocks)
        got = [chunk(talk, u, at) for at in (100, 200)]
        talk.peer.close()
        cells = lab.cells()[EE_ENROLMENTS + ENROLMENT_LEN * blocks[0][6]:][:ENROLMENT_LEN]
        if cells != bytes([0xFF]) * ENROLMENT_LEN or got[0] is None or got[0][0] != ARGUMENT:
            return f"after a {how} the rest of a signature had {got}"
    return None
