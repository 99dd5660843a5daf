#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl and the device core with the signature option, over TCP. PROTOCOL 10.

The modulus is laid down here from docs/FORMATS.md, not by mssl-authority, but for the
test that takes everything from there."""

import os
import subprocess
import unittest

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from mssl_fixture import (ADC, ADMIN, DENIED, DONE, FORGED, LED, PUBLIC_NUMBERS, REFUSED, UPTIME, MsslTest,
                          grant_block, grant_text)

SIGNING_DEVICE = os.environ["MSSL_SIGNING_DEVICE"]
AUTHORITY = os.environ["MSSL_AUTHORITY_PROGRAM"]
ENROLLED = "enrolled after"


def hex_lines(address, data):
    for at in range(0, len(data), 16):
        part = data[at:at + 16]
        record = bytes([len(part)]) + (address + at).to_bytes(2, "big") + b"\0" + part
        yield ":" + record.hex().upper() + f"{-sum(record) & 255:02X}\n"
    yield ":00000001FF\n"


def section(numbers):
    n = numbers.n
    head = [n.bit_length() // 256, {3: 1, 65537: 16}[numbers.e], -pow(n, -1, 256) % 256]
    return bytes(head) + n.to_bytes(n.bit_length() // 8, "little") + b"\0"


class Signing(MsslTest):
    def device_of(self, numbers=PUBLIC_NUMBERS, *options):
        modulus = self.write("modulus.hex", "".join(hex_lines(0x3EFC, section(numbers))))
        return self.device("--modulus", modulus, *options, program=SIGNING_DEVICE)

    def enrols(self, code, *words, **options):
        """Runs mssl --verbose; did the chip enrol the grant?"""
        done = self.expect(code, words[0], "--verbose", *words[1:], **options)
        return ENROLLED in done.stderr.decode()

    def forged(self, name, block):
        """A grant with the right key, signed by somebody else, who is pinned here."""
        key = rsa.generate_private_key(65537, 2048)
        self.write("thief.pub", key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
        signature = key.sign(block, padding.PKCS1v15(), hashes.SHA256())
        return self.write(name, grant_text(block, signature=signature))

    def test_the_first_session_enrols_and_the_second_does_not(self):
        device, grant = self.device_of(), self.grant()
        self.assertTrue(self.enrols(DONE, "exec", grant, device, "led", "on", out="on\n"))
        self.assertFalse(self.enrols(DONE, "exec", grant, device, "led", "state", out="on\n"))

    def test_e_3_serves_too(self):
        key = rsa.generate_private_key(3, 2048)
        block = grant_block()
        grant = self.write("alice.grant", grant_text(block, signature=key.sign(
            block, padding.PKCS1v15(), hashes.SHA256())))
        pinned = self.write("three.pub", key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
        device = self.device_of(key.public_key().public_numbers())
        self.assertTrue(self.enrols(DONE, "exec", "--authority", pinned, grant, device, "led", "on", out="on\n"))

    def test_what_mssl_authority_makes_fits_the_chip(self):
        for exponent in ("65537", "3"):
            folder = self.path("authority" + exponent)

            def authority(*words, folder=folder):
                subprocess.run([AUTHORITY, "--dir", folder, *words], check=True, capture_output=True,
                               cwd=self.folder, timeout=60, env=self.environment())
            image, modulus, grant = (self.path(name + exponent) for name in ("image", "modulus", "grant"))
            authority("init", "--no-passphrase", "--exponent", exponent)
            authority("device", "add", "porch")
            authority("device", "image", "porch", "-o", image, "--modulus", modulus)
            authority("grant", "alice", "--device", "porch", "--tasks", "led", "-o", grant)
            device = self.device("--image", image, "--modulus", modulus, program=SIGNING_DEVICE)
            self.assertTrue(self.enrols(DONE, "exec", "--authority", folder + "/authority.pub", grant, device,
                                        "led", "on", out="on\n"))

    def test_connect_and_info(self):
        device, grant = self.device_of(), self.grant(tasks=LED | UPTIME)
        self.assertIn(b"wants this grant's signature", self.expect(DONE, "info", grant, device).stdout)
        self.assertTrue(self.enrols(DONE, "connect", grant, device, stdin="led on\nuptime\n", out="on\n42 s\n"))
        self.assertNotIn(b"signature", self.expect(DONE, "info", grant, device).stdout)

    def test_a_signature_of_somebody_else_is_refused_by_the_chip_though_the_key_is_right(self):
        device, block = self.device_of(), grant_block()
        forged = self.forged("forged.grant", block)
        for words in (("exec", "--authority", self.path("thief.pub"), forged, device, "led", "on"),
                      ("connect", "--authority", self.path("thief.pub"), forged, device)):
            self.expect(FORGED, *words, stdin="led on\n", says="signature bad", out="")
        genuine = self.write("alice.grant", grant_text(block))
        self.assertTrue(self.enrols(DONE, "exec", genuine, device, "led", "state", out="off\n"))
        # Once enrolled, G is enrolled: who shows it under whose signature no longer matters.
        self.expect(DONE, "exec", "--authority", self.path("thief.pub"), forged, device, "led", "on", out="on\n")

    def test_a_chip_without_a_modulus_enrols_nobody(self):
        self.expect(FORGED, "exec", self.grant(), self.device(program=SIGNING_DEVICE), "led", "on",
                    says="signature bad", out="")

    def test_each_grant_is_enrolled_by_itself(self):
        device = self.device_of()
        alice, bob = self.grant(), self.grant("bob.grant", slot=1, host="bob")
        for grant in (alice, bob):
            self.assertTrue(self.enrols(DONE, "exec", grant, device, "led", "on"))
        for grant in (alice, bob):
            self.assertFalse(self.enrols(DONE, "exec", grant, device, "led", "on"))

    def test_a_helper_enrols_the_grant_for_all_who_descend_from_it(self):
        device, grant, helper = self.device_of(), self.grant(), self.path("carol.grant")
        self.expect(DONE, "restrict", grant, "-o", helper, "--host", "carol", "--tasks", "led")
        self.assertTrue(self.enrols(DONE, "exec", helper, device, "led", "on", out="on\n"))
        self.assertFalse(self.enrols(DONE, "exec", grant, device, "uptime", out="42 s\n"))
        self.expect(DENIED, "exec", helper, device, "uptime")

    def test_admin_enrols_and_a_risen_generation_must_enrol_again(self):
        device = self.device_of()
        admin = self.grant("admin.grant", tasks=ADMIN, slot=1, host="root")
        alice = self.grant(tasks=LED | ADC)
        self.assertTrue(self.enrols(DONE, "exec", alice, device, "led", "on"))
        self.assertTrue(self.enrols(DONE, "admin", admin, device, "revoke", "0", "1",
                                    out="confirm porch revoke 0 1 ok\n"))
        self.expect(REFUSED, "exec", alice, device, "led", "on")
        again = self.grant("again.grant", tasks=LED | ADC, generation=1)
        self.assertTrue(self.enrols(DONE, "exec", again, device, "led", "off", out="off\n"))

    def test_an_ungranted_task_needs_no_signature_to_be_refused(self):
        done = self.expect(DENIED, "exec", "--verbose", self.grant(tasks=LED), self.device_of(), "uptime")
        self.assertNotIn(ENROLLED, done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
