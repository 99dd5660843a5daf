# SPDX-License-Identifier: ISC
"""AES-128 encryption, F and CCM in plain Python, written from FIPS 197, RFC 3610
and docs/PROTOCOL.md alone, so that the known answers have a witness that shares
no line with the code under test. Slow, and not constant in time: for tests."""


def _xtime(b):
    return ((b << 1) ^ (0x11B if b & 0x80 else 0)) & 0xFF


def _gmul(a, b):
    product = 0
    while b:
        if b & 1:
            product ^= a
        a, b = _xtime(a), b >> 1
    return product


def _sbox():
    box = []
    for x in range(256):
        inverse = next((y for y in range(256) if _gmul(x, y) == 1), 0)
        value = 0x63
        for shift in range(5):
            value ^= ((inverse << shift) | (inverse >> (8 - shift))) & 0xFF
        box.append(value)
    return box


_SBOX = _sbox()


def _round_keys(key):
    words = [list(key[i:i + 4]) for i in range(0, 16, 4)]
    rcon = 1
    for i in range(4, 44):
        word = list(words[-1])
        if i % 4 == 0:
            word = [_SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= rcon
            rcon = _xtime(rcon)
        words.append([a ^ b for a, b in zip(words[i - 4], word)])
    return [sum(words[i:i + 4], []) for i in range(0, 44, 4)]


def encrypt(key, block):
    """E_k(block): 16 bytes under 16 bytes. FIPS 197, 5.1."""
    keys = _round_keys(key)
    state = [a ^ b for a, b in zip(block, keys[0])]
    for number in range(1, 11):
        state = [_SBOX[b] for b in state]
        state = [state[(i + 4 * (i % 4)) % 16] for i in range(16)]
        if number < 10:
            mixed = []
            for c in range(0, 16, 4):
                a = state[c:c + 4]
                mixed += [_xtime(a[i]) ^ _xtime(a[(i + 1) % 4]) ^ a[(i + 1) % 4]
                          ^ a[(i + 2) % 4] ^ a[(i + 3) % 4] for i in range(4)]
            state = mixed
        state = [a ^ b for a, b in zip(state, keys[number])]
    return bytes(state)


def _xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def f(key, x):
    """F(k, x[32]). PROTOCOL 2."""
    assert len(x) == 32
    return encrypt(key, _xor(encrypt(key, x[:16]), x[16:]))


def lab(key, code):
    """lab(k, c) = F(k, c ‖ 0^31). PROTOCOL 2."""
    return f(key, bytes([code]) + bytes(31))


def seal(key, direction, counter, plaintext):
    """A whole record: n ‖ ciphertext ‖ tag(8). RFC 3610 with M = 8, L = 2. PROTOCOL 2, 6."""
    nonce = bytes([direction]) + counter.to_bytes(2, "big") + bytes(10)
    mac = encrypt(key, bytes([0x19]) + nonce + len(plaintext).to_bytes(2, "big"))
    ciphertext = b""
    for i in range(0, len(plaintext), 16):
        part = plaintext[i:i + 16]
        mac = encrypt(key, _xor(mac, part.ljust(16, b"\0")))
        stream = encrypt(key, b"\x01" + nonce + (i // 16 + 1).to_bytes(2, "big"))
        ciphertext += _xor(part, stream)
    tag = _xor(mac, encrypt(key, b"\x01" + nonce + bytes(2)))[:8]
    return bytes([len(plaintext)]) + ciphertext + tag
