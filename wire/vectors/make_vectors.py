#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Makes the text vectors of MSSL/1 from docs/PROTOCOL.md alone.

    make_vectors.py DIRECTORY     writes the *.txt files into DIRECTORY

It shares no code with the device, the host or the authority: Debian's
python3-cryptography gives AES and CCM, everything else is written out here.
Deterministic: the same files every time, and a test compares.
"""
import os
import sys

from mssl_model import (CLOSE_COUNTER, DEVICE, HOST, Device, ccm, close, epoch_step,
                        f_prf, first_nonce, grant, hello, lab, pad, record, restriction,
                        session_key, transcript, next_nonce, welcome)

FORMAT = """\
#
# Format: a case is a run of `name = value` lines, an empty line ends it, and `#`
# starts a comment line. The first line of a case is `case = NAME`, a word.
# Values are hexadecimal, two digits a byte, but for `case` and `reason`, which
# are words; an empty value is no bytes. Numbers are big-endian.
# Made by make_vectors.py from docs/PROTOCOL.md: don't edit, make again.
"""

KD = bytes(range(16))
SEED = b"\x55" * 16
NC = bytes(range(0x40, 0x4C))
PEER = bytes([10, 0, 2, 2]) + bytes.fromhex("525500000202")
G = grant(1, 1, 0, 0, tasks=[1], ipv4=(10, 0, 2, 2), prefix=4, host="alice")
LETTERS = bytes(0x21 + i % 94 for i in range(128))

# PROTOCOL 12, copied by hand: what this script computes must equal it.
KNOWN = {
    "kd": "000102030405060708090a0b0c0d0e0f",
    "grant": "110100000001000004000000020000000a0002020000000000616c6963650000",
    "k0": "bd541439a7b0a65dad2b4b4893382c9d",
    "seed_after": "ef500703c46eab01611eac0d174d856a",
    "hello": "2c110100000001000004000000020000000a0002020000000000616c6963650000"
             "404142434445464748494a4b",
    "welcome": "cf7026fe6dab3ac6759b874700815bea9cf0979b57",
    "ks": "0dec19f6ab9dee08ba05f7d050c8009f",
    "command": "08e81d0d9b28cbfde021834531b354ad6d",
    "answer": "08c3a7012cf6fda9d42f5ee7d096fbdd93",
    "close": "00d2e0326a28e42e50",
    "kd_after_step": "b5eddff6bfabd5f35f1a873f1e2a0c7e",
}


class Writer:
    """Collects the cases of one file."""

    def __init__(self, purpose, fields):
        lines = ["# SPDX-License-Identifier: ISC"]
        lines += ["# " + line for line in purpose.split("\n")]
        text = "\n".join(lines) + "\n" + FORMAT + "#\n"
        self.text = text + "".join("# %-14s %s\n" % pair for pair in fields)

    def case(self, name, **values):
        self.text += "\ncase = %s\n" % name
        for key, value in values.items():
            shown = value if isinstance(value, str) else value.hex()
            self.text += ("%s = %s" % (key, shown)).rstrip() + "\n"

    def save(self, directory, name):
        with open(os.path.join(directory, name), "w", encoding="ascii") as out:
            out.write(self.text)


def known_answers():
    w = Writer("The known answers of PROTOCOL 12, literally.",
               [("seed", "16 bytes 0x55, device 1, task table 1, first boot"),
                ("command", "the host's first record: task 1, \"on\""),
                ("answer", "the device's: status 0, \"on\""),
                ("close", "by the host, after it")])
    seed_after = lab(SEED, 0x41)
    ns = next_nonce(first_nonce(seed_after))
    k0 = f_prf(KD, G)
    ks = session_key(k0, G, NC, ns)
    computed = {
        "kd": KD, "grant": G, "k0": k0, "seed_after": seed_after,
        "hello": hello([G], NC), "welcome": welcome(ks, ns), "ks": ks,
        "command": record(ks, HOST, 0, pad(b"\x01on")),
        "answer": record(ks, DEVICE, 1, pad(b"\x00on")),
        "close": close(ks, HOST, 1), "kd_after_step": epoch_step(KD),
    }
    for name, value in computed.items():
        if value.hex() != KNOWN[name]:
            raise SystemExit("make_vectors.py: %s differs from PROTOCOL 12" % name)
    w.case("known_answers", seed=SEED, peer=PEER, nc=NC, ns=ns, **KNOWN)
    return w


def keys():
    w = Writer("Key derivation. PROTOCOL 2, 4, 9.",
               [("k, x, out", "out = F(k, x)"),
                ("label", "out = lab(k, label)"),
                ("kd", "the device's secret"),
                ("grant", "G; restriction1..3: R_1..R_3"),
                ("k0..k3", "the key after each block"),
                ("nc, ns", "the nonces"), ("transcript", "T"), ("ks", "session key K_s")])
    w.case("f_zero", k=bytes(16), x=bytes(32), out=f_prf(bytes(16), bytes(32)))
    w.case("f_ones", k=b"\xff" * 16, x=b"\xff" * 32, out=f_prf(b"\xff" * 16, b"\xff" * 32))
    for i in range(8):
        k, x = lab(KD, 0x80 + i), lab(KD, 0x90 + i) + lab(KD, 0xA0 + i)
        w.case("f_%d" % i, k=k, x=x, out=f_prf(k, x))
    for label in (0x31, 0x41, 0x42):
        w.case("lab_%02x" % label, k=KD, label=bytes([label]), out=lab(KD, label))
    kd = KD
    for step in range(1, 4):
        after = epoch_step(kd)
        w.case("epoch_step_%d" % step, k=kd, label=b"\x31", out=after)
        kd = after
    for chain in range(4):
        blocks = chain_of(chain)
        ns = lab(SEED, 0xB0 + chain)[:12]
        nc = lab(SEED, 0xC0 + chain)[:12]
        key, ladder = KD, {}
        for i, block in enumerate(blocks):
            key = f_prf(key, block)
            ladder["k%d" % i] = key
        named = {"grant": G}
        named.update(("restriction%d" % i, blocks[i]) for i in range(1, chain + 1))
        w.case("chain_%d" % chain, kd=KD, **named, **ladder, nc=nc, ns=ns,
               transcript=transcript(blocks[-1], nc, ns),
               ks=session_key(key, blocks[-1], nc, ns))
    return w


def chain_of(length):
    """G and so many restrictions, each with another host id."""
    made = [G,
            restriction(0, 0, tasks=[1, 2], ipv4=(10, 0, 2, 2), prefix=3, host="helper"),
            restriction(0, 0, tasks=[1], host="h-2"),
            restriction(0, 0, tasks=[1], mac=PEER[4:], prefix=6, host="abc._-9")]
    return made[:length + 1]


def boots():
    w = Writer("The seed's steps from boot to boot, and the nonces. PROTOCOL 5.",
               [("seed", "before the boot"), ("seed_after", "stored at its first HELLO"),
                ("n", "first 12 bytes of lab(seed_after, 0x42)"),
                ("ns1..ns3", "the nonces of the first three HELLOs")])
    seed = SEED
    for boot in range(6):
        after = lab(seed, 0x41)
        n = first_nonce(after)
        ns = [next_nonce(n)]
        ns += [next_nonce(ns[0])]
        ns += [next_nonce(ns[1])]
        w.case("boot_%d" % boot, seed=seed, seed_after=after, n=n,
               ns1=ns[0], ns2=ns[1], ns3=ns[2])
        seed = after
    for i, n in enumerate(("ff" * 12, "00" * 11 + "ff", "00ff" + "ff" * 10, "12" * 11 + "fe")):
        n = bytes.fromhex(n)
        w.case("carry_%d" % i, n=n, ns1=next_nonce(n), ns2=next_nonce(next_nonce(n)),
               ns3=next_nonce(next_nonce(next_nonce(n))))
    return w


def grants():
    w = Writer("Encodings of grants and restrictions. PROTOCOL 3.",
               [("table..param", "the fields as they are to be encoded"),
                ("kind, length", "of the address; address: its bytes before padding"),
                ("tasks", "the numbers of the tasks, a byte each"),
                ("host", "the host id's characters"), ("block", "the 32 bytes")])
    mac = bytes.fromhex("0200deadbeef")
    rows = [("any_address", dict(), b"", 0), ("all_tasks", dict(tasks=range(32)), b"", 0),
            ("task_8", dict(tasks=[8]), b"", 0), ("task_31", dict(tasks=[31]), b"", 0),
            ("tasks_0_7_15_16_28", dict(tasks=[0, 7, 15, 16, 28]), b"", 0)]
    for n in range(1, 5):
        rows.append(("ipv4_%d" % (8 * n), dict(ipv4=(192, 168, 7, 9), prefix=n),
                     bytes((192, 168, 7, 9))[:n], 0))
    for n in range(1, 7):
        rows.append(("mac_%d" % n, dict(mac=mac, prefix=n), mac[:n], 4))
    rows.append(("mac_any", dict(mac=mac, prefix=0), b"", 4))
    rows.append(("limits", dict(param=b"\x01\x02\xff", epoch=0xABCD), b"", 0))
    for i, (name, more, address, kind) in enumerate(rows):
        tasks = bytes(more.pop("tasks", [1]))
        host = ("a", "seven-7", "h.o_s-t")[i % 3]
        param, epoch = more.pop("param", bytes(3)), more.pop("epoch", 0)
        device, slot, generation = 0x01020304 * (i + 1) & 0xFFFFFFFF, i % 16, (37 * i) % 255
        w.case("grant_" + name, table=bytes([i]), device=device.to_bytes(4, "big"),
               slot=bytes([slot]), generation=bytes([generation]), kind=bytes([kind]),
               length=bytes([len(address)]), address=address, epoch=epoch.to_bytes(2, "big"),
               tasks=tasks, param=param, host=host.encode(),
               block=grant(i, device, slot, generation, tasks=tasks, epoch=epoch,
                           param=param, host=host, **more))
        w.case("restriction_" + name, slot=bytes([slot]), generation=bytes([generation]),
               kind=bytes([kind]), length=bytes([len(address)]), address=address,
               tasks=tasks, host=host.encode(),
               block=restriction(slot, generation, tasks=tasks, host=host, **more))
    return w


def records():
    w = Writer("Records and closes by direction and counter. PROTOCOL 2, 6.",
               [("key", "K_s"), ("dir", "0 device to host, 1 host to device"),
                ("counter", "2 bytes"), ("plain", "padded; empty: a close"),
                ("wire", "the bytes of the record")])
    key = session_key(f_prf(KD, G), G, NC, bytes(12))
    for direction in (DEVICE, HOST):
        for size in (8, 16, 32, 64, 128):
            for counter in (0, 1, 0xFF, 0x100, 0xFEFF):
                plain = LETTERS[:size - 1] + b"\0"
                w.case("dir%d_%d_%04x" % (direction, size, counter), key=key,
                       dir=bytes([direction]), counter=counter.to_bytes(2, "big"),
                       plain=plain, wire=record(key, direction, counter, plain))
        for counter in (0, 1, 0xFEFE, 0xFEFF, CLOSE_COUNTER):
            w.case("close_dir%d_%04x" % (direction, counter), key=key,
                   dir=bytes([direction]), counter=counter.to_bytes(2, "big"),
                   plain=b"", wire=close(key, direction, counter))
    return w


def padding():
    w = Writer("Padding with zeros to 8, 16, 32, 64 or 128. PROTOCOL 7.",
               [("data", "before"), ("plain", "after")])
    for n in (1, 7, 8, 9, 15, 16, 17, 32, 33, 64, 65, 127, 128):
        w.case("pad_%d" % n, data=LETTERS[:n], plain=pad(LETTERS[:n]))
    return w


def handshakes():
    w = Writer("Handshakes on a device at its first boot. PROTOCOL 4, 5, 6.",
               [("kd .. peer", "the device; peer is IPv4(4), MAC(6)"),
                ("grant", "G; restriction1..3"), ("hello", "the host's bytes"),
                ("welcome", "the device's answer"), ("seed_after", "then in EEPROM"),
                ("ks", "session key")])
    cases = [("chain_%d" % n, chain_of(n)) for n in range(4)]
    cases += [("mac_6", [grant(1, 1, 15, 254, tasks=[0, 28], mac=PEER[4:], prefix=6,
                               host="seven-7", param=b"\x01\x02\x03")]),
              ("any", [grant(1, 1, 7, 9, tasks=range(32), host="z")]),
              ("no_task", [grant(1, 1, 7, 9, tasks=[], host="z", epoch=0xFFFF)])]
    for name, blocks in cases:
        device = Device(KD, SEED)
        device.generations[blocks[0][6]] = blocks[0][7]
        before = bytes(device.generations)
        greeting = hello(blocks, NC)
        answer = device.hello(greeting, PEER)
        named = {"grant": blocks[0]}
        named.update(("restriction%d" % i, b) for i, b in enumerate(blocks) if i)
        w.case(name, kd=KD, seed=SEED, device=device.id, generations=before, peer=PEER,
               **named, nc=NC, hello=greeting, welcome=answer,
               seed_after=device.seed, ks=device.ks)
    return w


def sessions():
    w = Writer("Whole sessions on a device at its first boot, whose task 1 answers its\n"
               "arguments with status 0 and whose only other task, 2, answers status 6.\n"
               "PROTOCOL 6, 7, 8, 9.",
               [("kd .. peer", "the device; generations before"), ("inN", "host to device"),
                ("outN", "its answer"), ("kd_after", "and generations_after: then in EEPROM")])
    everything = grant(1, 1, 3, 5, tasks=range(32), host="root")
    some = grant(1, 1, 3, 5, tasks=[1, 2], host="some")
    table = [
        ("echo", everything, [b"\x01on", b"\x01" + LETTERS[:127], b"\x02", b"close"]),
        ("statuses", some, [b"\x20", b"\xff", b"\x00", b"\x1f\x80", b"\x01", b"\x02", b"\x1d\x02"]),
        ("no_such_task", everything, [b"\x00", b"\x03", b"\x1c", b"close"]),
        ("describe", some, [b"\x1d", b"\x1d\x01\x01", b"\x1d\x01\x1d", b"\x1d\x01\x00", b"close"]),
        ("enrol_without_option", everything, [b"\x1e\0\0\x01\x55", b"close"]),
        ("close_first", everything, [b"close"]),
        ("revoke_lower", everything, [b"\x1f\x03\x04"]),
        ("revoke_equal", everything, [b"\x1f\x03\x05"]),
        ("revoke_higher", everything, [b"\x1f\x03\x06"]),
        ("revoke_slot_16", everything, [b"\x1f\x10\x06"]),
        ("revoke_generation_255", everything, [b"\x1f\x00\xff"]),
        ("epoch", everything, [b"\x1f\x80"]),
    ]
    for name, block, commands in table:
        device = Device(KD, SEED)
        device.generations[3] = 5
        before = bytes(device.generations)
        greeting = hello([block], NC)
        lines = {"in0": greeting, "out0": device.hello(greeting, PEER)}
        for i, command in enumerate(commands, 1):
            if command == b"close":
                sent, got = close(device.ks, HOST, i - 1), close(device.ks, DEVICE, i)
            else:
                sent = record(device.ks, HOST, i - 1, pad(command))
                got = record(device.ks, DEVICE, i, pad(device.command(command)))
            lines["in%d" % i], lines["out%d" % i] = sent, got
        w.case(name, kd=KD, seed=SEED, device=device.id, generations=before, peer=PEER,
               **lines, kd_after=device.kd, generations_after=bytes(device.generations))
    return w


def refusals():
    w = Writer("HELLOs that a device must refuse without a byte or an EEPROM write; each has\n"
               "one fault only, and its keys are right. PROTOCOL 6, 8, 11.",
               [("kd .. peer", "the device; its longest chain is 3"),
                ("hello", "refused"), ("reason", "which rule")])

    def add(name, reason, data, peer=PEER, generations=None, kd=KD, seed=SEED):
        w.case(name, kd=kd, seed=seed, device=Device(kd, seed).id,
               generations=bytes(generations or bytes(16)), peer=peer, hello=data,
               reason=reason)

    def changed(offset, value, block=G):
        return hello([block[:offset] + bytes([value]) + block[offset + 1:]], NC)

    good = hello([G], NC)
    for n in (0, 1, 43, 45, 75, 77, 107, 109, 139, 141, 172, 255):
        add("length_%d" % n, "length", bytes([n]) + good[1:] + bytes(max(0, n - 44)))
    for value in (0x00, 0x10, 0x12, 0x21, 0x31, 0x91, 0xFF):
        add("type_%02x" % value, "type", changed(0, value))
    for value in (16, 17, 128, 255):
        add("slot_%d" % value, "slot", changed(6, value), generations=bytes(16))
    for kind in (1, 2, 3, 5, 6, 8, 128, 255):
        add("kind_%d" % kind, "kind", changed(9, kind))
        add("kind_%d_length_0" % kind, "kind", changed(9, kind, G[:8] + b"\0" + G[9:]))
    for n in (5, 6, 7, 10, 128, 255):
        add("ipv4_length_%d" % n, "length_by_kind", changed(8, n))
    mac = grant(1, 1, 0, 0, tasks=[1], mac=PEER[4:], prefix=6, host="alice")
    for n in (7, 8, 10, 128, 255):
        add("mac_length_%d" % n, "length_by_kind", changed(8, n, mac))
    for value in (0, 2, 255):
        add("table_%d" % value, "table", changed(1, value))
    for i in range(4):
        add("device_byte_%d" % i, "device", changed(2 + i, G[2 + i] ^ 0x80))
    add("generation_above", "generation", changed(7, 1))
    add("generation_below", "generation", changed(7, 0), generations=[1] + [0] * 15)
    add("generation_255_stored", "generation", changed(7, 255), generations=[255] * 16)
    for n in range(1, 5):
        block = grant(1, 1, 0, 0, tasks=[1], ipv4=tuple(PEER[:4]), prefix=n, host="alice")
        for i in range(n):
            other = PEER[:i] + bytes([PEER[i] ^ 1]) + PEER[i + 1:]
            add("ipv4_%d_byte_%d" % (n, i), "address", hello([block], NC), peer=other)
    for n in range(1, 7):
        block = grant(1, 1, 0, 0, tasks=[1], mac=PEER[4:], prefix=n, host="alice")
        for i in range(n):
            other = PEER[:4 + i] + bytes([PEER[4 + i] ^ 0x80]) + PEER[5 + i:]
            add("mac_%d_byte_%d" % (n, i), "address", hello([block], NC), peer=other)
    bad_chain(add)
    for fill in (0x00, 0xFF):
        add("kd_all_%02x" % fill, "unprovisioned", good, kd=bytes([fill]) * 16)
        add("seed_all_%02x" % fill, "unprovisioned", good, seed=bytes([fill]) * 16)
    mixed = bytes([0, 255] * 8)
    add("kd_of_00_and_ff", "unprovisioned", good, kd=mixed)
    add("seed_of_00_and_ff", "unprovisioned", good, seed=mixed)
    return w


def bad_chain(add):
    """Faults in one block of a chain of four."""
    for place in range(1, 4):
        faults = [("type_grant", "type", 0, 0x11), ("type_ff", "type", 0, 0xFF),
                  ("slot_16", "slot", 6, 16), ("slot_255", "slot", 6, 255),
                  ("kind_1", "kind", 9, 1), ("generation", "generation", 7, 1),
                  ("slot_other", "generation", 6, 1)]
        for name, reason, offset, value in faults:
            blocks = chain_of(3)
            block = blocks[place]
            blocks[place] = block[:offset] + bytes([value]) + block[offset + 1:]
            generations = bytes(16) if name != "slot_other" else bytes([0, 9]) + bytes(14)
            add("restriction%d_%s" % (place, name), reason, hello(blocks, NC),
                generations=generations)
        blocks = chain_of(3)
        blocks[place] = restriction(0, 0, tasks=[1], ipv4=(10, 0, 2, 3), prefix=4, host="x")
        add("restriction%d_address" % place, "address", hello(blocks, NC))
    blocks = chain_of(1)
    blocks[0] = b"\x12" + G[1:]
    add("chain_of_restrictions_only", "type", hello(blocks, NC))


def main():
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        raise SystemExit("usage: make_vectors.py DIRECTORY")
    files = {"known_answers.txt": known_answers, "keys.txt": keys, "boots.txt": boots,
             "grants.txt": grants, "records.txt": records, "padding.txt": padding,
             "handshakes.txt": handshakes, "sessions.txt": sessions, "refusals.txt": refusals}
    for name, make in files.items():
        make().save(sys.argv[1], name)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
