# SPDX-License-Identifier: ISC
"""Frames that no honest sender makes: damaged, lying, overlapping, of any size."""

import random

import frames
from lab import Broken
from frames import ACK, PSH, RST
from table import attack
from talk import LED

SEED = 20100101         # the noise is the same each time
LEAST = 14


def beside(lab, disturb):
    """Disturbs a proven session of the granted host. Why it did not survive, or None."""
    talk = lab.talk()
    if not talk.greet() or not lab.switch(talk):
        raise Broken("no session")
    disturb(talk.peer)
    got = None if lab.switch(talk) and lab.switch(talk) else "a proven session broke"
    talk.peer.close()
    return got or lab.ran()


BAD_RECORD = b"\x08" + bytes(16)


@attack(weak="sum", quick=True)
def bad_checksums(lab):
    """Segments for an open session with all numbers right and a wrong checksum."""
    def disturb(peer):
        for error in (1, 0x100, 0xFFFE, 0x5555):
            peer.segment(ACK | PSH, BAD_RECORD, wrong_sum=error)
            peer.segment(RST | ACK, wrong_sum=error)
    return beside(lab, disturb)


@attack(weak="fragment")
def fragments(lab):
    """Segments for an open session in IP fragments."""
    def disturb(peer):
        for fragment in (0x2000, 0x2001, 0x0001, 0x1FFF):
            body = frames.tcp(peer.ip, lab.wire.ip, (peer.port, 6775), peer.seq, peer.ack, ACK | PSH, BAD_RECORD)
            lab.wire.inject(frames.ethernet(lab.wire.mac, peer.mac, 0x0800, frames.ipv4(
                peer.ip, lab.wire.ip, frames.TCP, body, fragment=fragment)))
    return beside(lab, disturb)


@attack(weak="offset")
def lying_offsets(lab):
    """Segments for an open session whose TCP header claims to be longer than they are."""
    def disturb(peer):
        for offset in (0, 1, 4, 6, 9, 15):
            peer.segment(ACK | PSH, bytes(4), offset=offset)
    return beside(lab, disturb)


@attack(weak="overlap")
def overlapping_segments(lab):
    """Segments that overlap what came before, with other bytes there."""
    talk = lab.talk()
    if not talk.greet():
        raise Broken("no session")
    peer = talk.peer
    start = peer.seq
    for k in range(4):
        record = talk.seal(bytes([LED]) + lab.other().encode())
        peer.put(record[:7])
        peer.until(lambda: peer.una == peer.seq or peer.ended, 5)
        # An older and longer segment: other bytes where the device has some, then the rest.
        peer.segment(ACK | PSH, b"\xee" * 7 + record[7:], seq=peer.seq - 7)
        peer.segment(ACK | PSH, b"\xee" * (peer.seq - start), seq=start)
        peer.seq += len(record) - 7
        answer = talk.answer(8)
        if answer is None or answer[0]:
            peer.close()
            return f"overlap {k} broke the session"
        lab.switched()
    peer.close()
    return lab.ran()


@attack(weak="rst", quick=True)
def blind_resets(lab):
    """Resets for an open session with numbers near the right one, and far from it."""
    def disturb(peer):
        for off in (1, 7, 100, 535, 536, 5000, 1 << 16, 1 << 31, -1, -500):
            peer.segment(RST, seq=peer.seq + off)
            peer.segment(RST | ACK, seq=peer.seq + off)
    return beside(lab, disturb)


@attack(weak="future")
def segments_from_the_future(lab):
    """Bytes for an open session with numbers ahead of the next one: a blind injection."""
    def disturb(peer):
        for off in (1, 17, 500, 60000, 1 << 20, 1 << 30):
            peer.segment(ACK | PSH, BAD_RECORD, seq=peer.seq + off)
    return beside(lab, disturb)


@attack(weak="ip-length", quick=True)
def pings_that_lie(lab):
    """Pings whose IP header claims more than the frame holds would be answered with
    memory: what others sent before."""
    pc = lab.wire.pc["mallory"]
    for extra in (1, 8, 18, 64, 600, 1400):
        echo = frames.icmp_echo(bytes(40))
        lab.wire.inject(frames.ethernet(lab.wire.mac, pc.mac, 0x0800, frames.ipv4(
            pc.ip, lab.wire.ip, frames.ICMP, echo, total=20 + len(echo) + extra)))
        for reply in lab.up():
            if reply[12:14] == b"\x08\0" and reply[23] == frames.ICMP:
                return f"a ping of {len(echo)} bytes was answered with a frame of {len(reply)}"
    return None


@attack(weak="ip-length")
def tiny_and_giant_frames(lab):
    """Frames of every kind from 14 to 1514 bytes, cut off or filled up, then the lie of
    the ping again."""
    pc = lab.wire.pc["mallory"]
    samples = [frames.arp(pc.mac, pc.ip, lab.wire.ip),
               frames.ethernet(lab.wire.mac, pc.mac, 0x0800, frames.ipv4(
                   pc.ip, lab.wire.ip, frames.ICMP, frames.icmp_echo(bytes(1472)))),
               frames.ethernet(lab.wire.mac, pc.mac, 0x0800, frames.ipv4(
                   pc.ip, lab.wire.ip, frames.TCP, frames.tcp(pc.ip, lab.wire.ip, (99, 6775), 1, 1, ACK, bytes(1460)))),
               frames.ethernet(lab.wire.mac, pc.mac, 0x86DD, bytes(1500))]
    got = beside(lab, lambda peer: [
        (lab.wire.inject(sample[:size].ljust(size, b"\xaa")), size % 8 or lab.skip(0.003))
        for sample in samples for size in [*range(LEAST, 80), *range(80, 1515, 61), 1513, 1514]])
    lab.up()
    return got or pings_that_lie(lab)


def damaged(rng, frame):
    """A frame with a few bytes changed, or cut, or filled up."""
    frame = bytearray(frame)
    for _ in range(rng.randint(1, 6)):
        frame[rng.randrange(12, len(frame))] = rng.getrandbits(8)
    if rng.random() < 0.3:
        frame = frame[:rng.randint(LEAST, len(frame))]
    if rng.random() < 0.3:
        frame += bytes(rng.getrandbits(8) for _ in range(rng.randint(1, 200)))
    return bytes(frame)


@attack(weak="sum")
def garbage(lab):
    """Two thousand frames of noise: random bytes, and damaged copies of an open session's
    own segments, with a checksum that does not fit."""
    rng = random.Random(SEED)
    pc = lab.wire.pc["mallory"]

    def disturb(peer):
        for i in range(2000):
            body = frames.tcp(peer.ip, lab.wire.ip, (peer.port, 6775), peer.seq, peer.ack, ACK | PSH, BAD_RECORD)
            copy = bytearray(frames.ethernet(lab.wire.mac, peer.mac, 0x0800, frames.ipv4(
                peer.ip, lab.wire.ip, frames.TCP, body)))
            copy[rng.randrange(frames.PAYLOAD_AT, len(copy))] ^= rng.randint(1, 255)
            echo = frames.ethernet(lab.wire.mac, pc.mac, 0x0800, frames.ipv4(
                pc.ip, lab.wire.ip, frames.ICMP, frames.icmp_echo(bytes(40))))
            noise = lab.wire.mac + pc.mac + bytes(rng.getrandbits(8) for _ in range(rng.randint(2, 400)))
            lab.wire.inject((bytes(copy), damaged(rng, echo), noise)[i % 3])
            if i % 16 == 15:
                lab.skip(0.02)
    return beside(lab, disturb)
