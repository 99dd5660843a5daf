# SPDX-License-Identifier: ISC
"""What README.md and docs/PAPER.md say of the benchmarks, out of the tables of
docs/BENCHMARKS.md, so that no figure is typed by hand."""

import re

import tables

MSSL, MSSL_PC, IPSEC = "**MSSL/1**", "**MSSL/1**, device's AES by libcrypto", "strongSwan: "
PSK, CERTIFICATE = r"\w+: TLS .*PSK", r"\w+: TLS 1\.3, RSA-2048 certificate"
PEERS = (re.escape(MSSL) + "$", PSK, CERTIFICATE, IPSEC)
BOTH, BYTES, MEMORY, SERVE_128 = ("handshakes", 2), ("sessions", 1), ("heap", 0), ("records", 6)     # table, column


def number(cell):
    return int(cell.replace(",", "")) if re.fullmatch(r"[\d,]+", cell) else None


def read(page):
    """{table: {label: the numbers behind it}} of docs/BENCHMARKS.md."""
    found = {}
    for name in tables.PARTS:
        text = page.split(f"<!-- bench {name}: ", 1)[1].split(f"<!-- end of bench {name} ", 1)[0]
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:2] == "| "]
        found[name] = {row[0]: [number(cell) for cell in row[1:]] for row in rows[1:]}
    return found


def least(found, place, pattern):
    """The least figure of the peers that fit; None: none was measured."""
    name, column = place
    return min((row[column] for label, row in found[name].items()
                if re.match(pattern, label) and row[column] is not None), default=None)


def rounded(value):
    """To three digits."""
    return None if value is None else int(float(f"{value:.2e}"))


def beside(found):
    """README.md's table."""
    rows = [["handshake, instructions of both ends", *(rounded(least(found, BOTH, peer)) for peer in PEERS)],
            ["one session's bytes (command of 6, answer of 2, close)", *(least(found, BYTES, peer) for peer in PEERS)],
            ["memory of a session at the host, bytes", *(least(found, MEMORY, peer) for peer in PEERS)]]
    return tables.table(["", "MSSL/1", "the least of TLS with a pre-shared key", "TLS 1.3, RSA certificate",
                         "IKEv2 and ESP"], [[row[0], *map(tables.number, row[1:])] for row in rows])


def paper(found):
    """docs/PAPER.md's list."""
    say = tables.number
    mine, *others = (least(found, BOTH, peer) for peer in PEERS)
    psk, certificate, ipsec = (f"1/{tables.number(other / mine)}" if mine and other else "–" for other in others)
    sent, sent_psk, _, sent_ipsec = (say(least(found, BYTES, peer)) for peer in PEERS)
    heap, heap_psk, _, heap_ipsec = (say(least(found, MEMORY, peer)) for peer in PEERS)
    tls = least(found, SERVE_128, "OpenSSL: TLS 1.2")
    own, libcrypto = (least(found, SERVE_128, re.escape(name) + "$") for name in (MSSL, MSSL_PC))
    return "\n".join((
        f"- A handshake takes {say(rounded(mine))} instructions, both ends: {psk} of the least of TLS with a pre-shared "
        f"key, {certificate} of TLS 1.3 with an RSA certificate, {ipsec} of IKEv2.",
        f"- A session puts {sent} bytes on the wire; TLS with a pre-shared key {sent_psk} at least, IKEv2 and ESP "
        f"{sent_ipsec}, with the plain TCP inside.",
        f"- A session's memory at the host is {heap} bytes; {heap_psk} at least with TLS and a pre-shared key, "
        f"{heap_ipsec} in strongSwan (resident).",
        f"- Records of 128 bytes, one opened and one sealed at the device's end, take OpenSSL's TLS 1.2 {say(tls)} "
        f"instructions, the core over libcrypto's AES {say(libcrypto)}, the core with its own AES in C {say(own)}."))


PLACES = (("README.md", "beside", beside), ("docs/PAPER.md", "paper", paper))


def update(root):
    found = read((root / "docs" / "BENCHMARKS.md").read_text(encoding="utf-8"))
    for path, name, text in PLACES:
        tables.update(root / path, {name: text(found)})
