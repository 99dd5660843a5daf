# SPDX-License-Identifier: ISC
"""The byte streams of a small capture: classic pcap, Ethernet, IPv4, TCP port 6775,
no loss. Enough for captures that make.py has just made itself."""

import struct

PORT, IPV4, TCP = 6775, 0x0800, 6


def frames(path):
    data = path.read_bytes()
    at = 24
    while at + 16 <= len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 16:at + 16 + length]
        at += 16 + length


def segments(path):
    """(host's end, from the host?, flags, sequence number, payload) of MSSL's segments."""
    for frame in frames(path):
        if len(frame) < 54 or frame[12:14] != IPV4.to_bytes(2, "big") or frame[23] != TCP:
            continue
        ip = frame[14:14 + int.from_bytes(frame[16:18], "big")]
        tcp = ip[(ip[0] & 15) * 4:]
        source, to, number = struct.unpack_from(">HHI", tcp)
        if to == PORT:
            yield (ip[12:16], source), True, tcp[13], number, tcp[(tcp[12] >> 4) * 4:]
        elif source == PORT:
            yield (ip[16:20], to), False, tcp[13], number, tcp[(tcp[12] >> 4) * 4:]


def streams(path):
    """(the host's bytes, the device's) of each connection, in the order of their SYNs."""
    done, live = [], {}
    for end, from_host, flags, number, payload in segments(path):
        if flags & 2 and from_host:
            live[end] = [{}, {}]
            done.append(live[end])
        if end in live and payload:
            live[end][0 if from_host else 1].setdefault(number, payload)
    return [tuple(b"".join(side[n] for n in sorted(side)) for side in pair) for pair in done]
