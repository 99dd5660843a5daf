# SPDX-License-Identifier: ISC
"""MSSL/1 in a hundred lines, from docs/PROTOCOL.md: the model that the vectors come from."""
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

DEVICE, HOST = 0, 1
CLOSE_COUNTER = 0xFF00
CLASSES = (8, 16, 32, 64, 128)


# -- 2 Primitives --
def aes(key, block):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(block) + encryptor.finalize()


def f_prf(key, x):
    if len(x) != 32:
        raise ValueError("F takes 32 bytes, not %d" % len(x))
    first = aes(key, x[:16])
    return aes(key, bytes(a ^ b for a, b in zip(first, x[16:])))


def lab(key, label):
    return f_prf(key, bytes([label]) + bytes(31))


def ccm(key, direction, counter, plain):
    nonce = bytes([direction]) + counter.to_bytes(2, "big") + bytes(10)
    return AESCCM(key, tag_length=8).encrypt(nonce, plain, None)


# -- 3 Grant and restriction --
def block32(kind_byte, table, device, slot, generation, tasks, ipv4, mac, prefix, host,
            epoch, param):
    address, kind = (bytes(ipv4), 0) if ipv4 else (bytes(mac), 4) if mac else (b"", 0)
    words = bytearray(4)
    for task in tasks:
        words[task // 8] |= 1 << (task % 8)
    out = bytes([kind_byte, table]) + device.to_bytes(4, "big")
    out += bytes([slot, generation, prefix, kind]) + epoch.to_bytes(2, "big") + bytes(words)
    out += address[:prefix].ljust(6, b"\0") + param + host.encode().ljust(7, b"\0")
    if len(out) != 32:
        raise ValueError("a block has 32 bytes")
    return out


def grant(table, device, slot, generation, tasks=(), ipv4=None, mac=None, prefix=0,
          host="", epoch=0, param=bytes(3)):
    return block32(0x11, table, device, slot, generation, tasks, ipv4, mac, prefix, host,
                   epoch, param)


def restriction(slot, generation, tasks=(), ipv4=None, mac=None, prefix=0, host=""):
    return block32(0x12, 0, 0, slot, generation, tasks, ipv4, mac, prefix, host, 0, bytes(3))


# -- 4 Keys --
def transcript(last_block, nc, ns):
    return b"\x21" + last_block[25:32] + nc + ns


def session_key(last_key, last_block, nc, ns):
    return f_prf(last_key, transcript(last_block, nc, ns))


# -- 5 The device's nonce --
def first_nonce(stepped_seed):
    return lab(stepped_seed, 0x42)[:12]


def next_nonce(n):
    return ((int.from_bytes(n, "big") + 1) % (1 << 96)).to_bytes(12, "big")


# -- 6 Messages --
def hello(blocks, nc):
    return bytes([44 + 32 * (len(blocks) - 1)]) + b"".join(blocks) + nc


def welcome(ks, ns):
    return ns + b"\0" + ccm(ks, DEVICE, 0, b"")


def pad(data):
    size = next(c for c in CLASSES if len(data) <= c)
    return data.ljust(size, b"\0")


def record(ks, direction, counter, plain):
    return bytes([len(plain)]) + ccm(ks, direction, counter, plain)


def close(ks, direction, counter):
    return b"\0" + ccm(ks, direction, counter, b"")


def epoch_step(kd):
    return lab(kd, 0x31)


class Device:
    """Device 1, task table 1, tasks 1 (echo) and 2 (fails), no signature option.
    It accepts every HELLO: the refusals are written down, not computed."""

    id = bytes([0, 0, 0, 1])

    def __init__(self, kd, seed):
        self.kd, self.seed, self.generations = kd, seed, bytearray(16)
        self.n, self.ks, self.tasks = None, None, 0

    def hello(self, data, peer):
        del peer
        blocks = [data[1 + i:33 + i] for i in range(0, len(data) - 13, 32)]
        if self.n is None:
            self.seed = lab(self.seed, 0x41)
            self.n = first_nonce(self.seed)
        self.n = next_nonce(self.n)
        key, self.tasks = self.kd, 0xFFFFFFFF
        for block in blocks:
            key = f_prf(key, block)
            self.tasks &= int.from_bytes(block[12:16], "little")
        self.ks = session_key(key, blocks[-1], data[-12:], self.n)
        return welcome(self.ks, self.n)

    def command(self, data):
        """Status and data for one command, in the order of PROTOCOL 7."""
        task, arguments = data[0], data[1:].rstrip(b"\0")
        if task > 31:
            return b"\x01"
        if task not in (29, 30) and not self.tasks >> task & 1:
            return b"\x02"
        if task == 29:
            return self.describe(arguments)
        if task == 31:
            return self.admin(data[1:].ljust(7, b"\0"))
        answers = {1: b"\0" + arguments, 2: b"\x06"}
        return answers.get(task, b"\x01")

    def describe(self, arguments):
        if arguments[:1] in (b"", b"\0"):
            return b"\0\x01" + self.tasks.to_bytes(4, "little") + b"\0"
        if arguments[0] != 1:
            return b"\x03"
        names = {1: b"echo TEXT", 2: b"fail "}
        t = arguments[1] if len(arguments) > 1 else 0
        return b"\0" + names[t] if t in names else b"\x01"

    def admin(self, arguments):
        if arguments[0] == 0x80:
            self.kd = epoch_step(self.kd)
            return b"\0"
        slot, generation = arguments[0], arguments[1]
        if slot > 15 or generation > 254:
            return b"\x03"
        stored = self.generations[slot]
        if stored != 255 and generation < stored:
            return b"\x03"
        self.generations[slot] = generation
        return b"\0"
