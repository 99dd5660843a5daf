# SPDX-License-Identifier: ISC
"""Frames by hand: Ethernet, ARP, IPv4, ICMP, TCP, right ones and wrong ones."""

import struct

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
ICMP, TCP = 1, 6
IP_AT, TCP_AT, PAYLOAD_AT = 14, 34, 54


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip_bytes(text):
    return bytes(int(part) for part in text.split("."))


def mac_bytes(text):
    return bytes.fromhex(text.replace(":", ""))


def ethernet(to, sender, kind, payload):
    return to + sender + struct.pack(">H", kind) + payload


def arp(sender_mac, sender_ip, target_ip, operation=1, to=b"\xff" * 6):
    body = struct.pack(">HHBBH", 1, 0x0800, 6, 4, operation)
    return ethernet(to, sender_mac, 0x0806,
                    body + sender_mac + sender_ip + bytes(6) + target_ip)


def ipv4(source, target, protocol, payload, total=None, first=0x45, fragment=0, wrong_sum=0):
    total = 20 + len(payload) if total is None else total
    head = struct.pack(">BBHHHBBH", first, 0, total, 0, fragment, 64, protocol, 0) + source + target
    value = checksum(head) ^ wrong_sum
    return head[:10] + struct.pack(">H", value) + head[12:] + payload


def icmp_echo(payload, wrong_sum=0):
    head = struct.pack(">BBHHH", 8, 0, 0, 7, 7)
    value = checksum(head + payload) ^ wrong_sum
    return head[:2] + struct.pack(">H", value) + head[4:] + payload


def tcp(source, target, ports, seq, ack, flags, payload=b"", window=8192, options=b"",
        offset=None, wrong_sum=0):
    """A segment; ports is (source, target), options a multiple of 4 bytes."""
    offset = 5 + len(options) // 4 if offset is None else offset
    head = struct.pack(">HHIIBBHHH", *ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, offset << 4,
                       flags, window, 0, 0)
    body = head + options + payload
    pseudo = source + target + struct.pack(">BBH", 0, TCP, len(body))
    value = checksum(pseudo + body) ^ wrong_sum
    return body[:16] + struct.pack(">H", value) + body[18:]


class Segment:
    """A TCP segment inside a frame, or not: see of()."""

    def __init__(self, frame):
        self.to, self.sender = frame[0:6], frame[6:12]
        head = (frame[IP_AT] & 15) * 4
        at = IP_AT + head
        total = struct.unpack(">H", frame[16:18])[0]
        self.source, self.target = frame[26:30], frame[30:34]
        self.ports = struct.unpack(">HH", frame[at:at + 4])
        self.seq, self.ack = struct.unpack(">II", frame[at + 4:at + 12])
        self.flags = frame[at + 13]
        self.window = struct.unpack(">H", frame[at + 14:at + 16])[0]
        self.data_at = at + (frame[at + 12] >> 4) * 4
        self.payload = frame[self.data_at:IP_AT + total]

    @staticmethod
    def of(frame):
        if len(frame) < PAYLOAD_AT or frame[12:14] != b"\x08\0" or frame[23] != TCP:
            return None
        return Segment(frame)


def refill(frame):
    """The frame with its TCP checksum computed: veth leaves that to a card it hasn't got,
    and a man in the middle must mend it."""
    segment = Segment.of(frame)
    if segment is None:
        return frame
    at = IP_AT + (frame[IP_AT] & 15) * 4
    body = frame[at:IP_AT + struct.unpack(">H", frame[16:18])[0]]
    body = body[:16] + b"\0\0" + body[18:]
    pseudo = segment.source + segment.target + struct.pack(">BBH", 0, TCP, len(body))
    return frame[:at] + body[:16] + struct.pack(">H", checksum(pseudo + body)) + body[18:]
