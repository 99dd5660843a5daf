# SPDX-License-Identifier: ISC
"""Hosts at the wrong address, with everything else right: a grant file was stolen."""

from lab import REFUSED, Broken
from table import attack
from talk import LED


def use(lab, blocks, ip, mac, key=None):
    """Tries to switch the LED with a stolen grant from an address. Why it worked, or None."""
    peer = lab.peer_at(ip, mac)
    talk = lab.talk(blocks, key)
    talk.peer = peer
    if not talk.greet():
        peer.close()
        return "the device said something" if peer.data or talk.ns else None
    answer = talk.command(LED, lab.other())
    peer.close()
    return f"served from a wrong address, status {answer and answer[0]}"


def by_address(lab, ip, mac):
    return use(lab, lab.site.file("alice")[0], ip, mac)


@attack(weak="address", quick=True)
def wrong_ip(lab):
    """A stolen grant, bound to an IP, is used by the real program on another PC."""
    lab.site.path("alice.grant")
    done = lab.mssl("exec", "led", lab.other(), who="mallory")
    return None if done.returncode == REFUSED else f"mssl ended with {done.returncode}"


@attack(weak="address")
def neighbouring_ips(lab):
    """The same from addresses that differ from the granted one in a single bit."""
    right = lab.wire.pc["alice"].ip
    for bit in range(32):
        ip = bytearray(right)
        ip[bit // 8] ^= 1 << bit % 8
        got = None if ip[0] == 0 or ip[0] >= 224 else by_address(lab, bytes(ip), lab.wire.pc["mallory"].mac)
        if got:
            return got
    return None


@attack(weak="address", quick=True)
def wrong_mac(lab):
    """A stolen grant, bound to a MAC, is used from another MAC and IP."""
    pc = lab.wire.pc["mallory"]
    return use(lab, lab.site.file("carol")[0], pc.ip, pc.mac)


@attack(weak="address", quick=True)
def right_ip_other_mac(lab):
    """A stolen grant, bound to a MAC, is used from another MAC with the granted host's IP."""
    return use(lab, lab.site.file("carol")[0], lab.wire.pc["alice"].ip, lab.wire.pc["mallory"].mac)


@attack(weak="address")
def right_mac_other_ip(lab):
    """A stolen grant, bound to an IP, is used from the granted host's MAC with another IP."""
    return by_address(lab, lab.wire.pc["mallory"].ip, lab.wire.pc["alice"].mac)


@attack(weak="address")
def neighbouring_macs(lab):
    """A grant bound to a MAC is used from MACs that differ in a single bit."""
    right = lab.wire.pc["alice"].mac
    for bit in range(48):
        mac = bytearray(right)
        mac[bit // 8] ^= 1 << bit % 8
        got = None if mac[0] & 1 else use(lab, lab.site.file("carol")[0], lab.wire.pc["alice"].ip, bytes(mac))
        if got:
            return got
    return None


@attack(weak="mac", says=0)
def session_taken_over_from_another_mac(lab):
    """Segments with the granted host's IP, ports and numbers, but another MAC, go into
    its open session."""
    talk = lab.talk()
    if not talk.greet() or not lab.switch(talk):
        raise Broken("no session")
    pc = lab.wire.pc["mallory"]
    for _ in range(3):
        talk.peer.segment(0x18, b"\x08" + bytes(16), mac=pc.mac)
        talk.peer.segment(0x14, mac=pc.mac)
    alive = lab.switch(talk)
    talk.peer.close()
    return None if alive else "the session was ended from another MAC"
