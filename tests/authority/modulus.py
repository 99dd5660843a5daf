#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The authority's modulus for a chip's flash (docs/FORMATS.md), read back by
avr-objcopy and compared with what python3-cryptography reads in authority.pub."""
import os
import stat
import subprocess
import unittest

from cryptography.hazmat.primitives import serialization

from program import FILE, UNKNOWN, USAGE, Case

END = {"atmega88": 0x2000, "atmega168": 0x4000, "atmega328p": 0x8000}


class Modulus(Case):
    def make(self, bits=2048, exponent=65537):
        self.dir = self.path(f"a{bits}-{exponent}")
        self.run_it("init", "--no-passphrase", "--bits", str(bits), "--exponent", str(exponent))
        self.run_it("device", "add", "porch")

    def section(self, path):
        """(address, bytes) of an Intel HEX file with one section."""
        raw = self.path("raw.bin")
        subprocess.run(["avr-objcopy", "-I", "ihex", "-O", "binary", path, raw], check=True)
        text = subprocess.run(["avr-objdump", "-h", path], capture_output=True, text=True, check=True).stdout
        sections = [line.split() for line in text.splitlines() if " .sec" in line]
        self.assertEqual(len(sections), 1, text)
        with open(raw, "rb") as file:
            return int(sections[0][4], 16), file.read()

    def write_both(self, *words):
        for name in ("image.hex", "modulus.hex"):
            if os.path.exists(self.path(name)):
                os.unlink(self.path(name))
        return self.run_it("device", "image", "porch", "-o", "image.hex", "--modulus", "modulus.hex", *words)

    def test_every_size_exponent_and_chip(self):
        for bits, exponent in ((2048, 65537), (2048, 3), (3072, 3), (4096, 65537)):
            self.make(bits, exponent)
            with open(self.dir + "/authority.pub", "rb") as file:
                n = serialization.load_pem_public_key(file.read()).public_numbers().n
            for chip, end in END.items():
                with self.subTest(bits=bits, exponent=exponent, chip=chip):
                    self.write_both("--chip", chip)
                    address, data = self.section(self.path("modulus.hex"))
                    self.assertEqual(address + len(data), end)
                    self.assertEqual(data[3:], n.to_bytes(bits // 8, "little") + b"\0")
                    length, squarings, inverse = data[:3]
                    self.assertEqual(n * inverse % 256, 0xFF)
                    self.assertEqual(2 ** squarings + 1, exponent)
                    self.assertEqual(length * 32, bits // 8)

    def test_the_minus_inverse_is_right_for_many_keys(self):
        for _ in range(5):
            self.make(2048, 3)
            self.write_both()
            data = self.section(self.path("modulus.hex"))[1]
            self.assertEqual(data[3] * data[2] % 256, 0xFF)
            subprocess.run(["rm", "-r", self.dir], check=True)

    def test_the_chip_is_an_atmega168_unless_named(self):
        self.make()
        text = self.write_both()
        self.assertEqual(self.section(self.path("modulus.hex"))[0], 0x3EFC)
        self.assertIn("avrdude -c usbasp -p m168 -D -U flash:w:modulus.hex:i", text)
        self.assertIn("avrdude -c usbasp -p m328p -D -U flash:w:modulus.hex:i",
                      self.write_both("--chip", "atmega328p"))

    def test_it_is_public_and_the_image_is_not(self):
        self.make()
        self.write_both()
        modes = [stat.S_IMODE(os.stat(self.path(name)).st_mode) for name in ("modulus.hex", "image.hex")]
        self.assertEqual(modes, [0o644, 0o600])

    def test_nothing_is_overwritten(self):
        self.make()
        self.write("modulus.hex", "mine")
        self.refused(FILE, "device", "image", "porch", "-o", "image.hex", "--modulus", "modulus.hex")
        os.unlink(self.path("modulus.hex"))
        self.write("image.hex", "mine")
        self.refused(FILE, "device", "image", "porch", "-o", "image.hex", "--modulus", "modulus.hex")

    def test_nothing_is_left_when_there_is_no_such_device(self):
        self.make()
        self.refused(UNKNOWN, "device", "image", "shed", "-o", "image.hex", "--modulus", "modulus.hex")

    def test_wrong_words_are_refused(self):
        self.make()
        image = ("device", "image", "porch", "-o", "image.hex")
        self.assertIn("atmega328p", self.refused(USAGE, *image, "--modulus", "m.hex", "--chip", "z80"))
        self.refused(USAGE, *image, "--chip", "atmega168")

    def test_a_key_that_no_chip_takes_is_refused(self):
        self.make()
        subprocess.run(["openssl", "genrsa", "-out", self.path("odd.key"), "2056"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", self.path("odd.key"), "-pubout", "-out",
                        self.dir + "/authority.pub"], check=True, capture_output=True)
        self.assertIn("no RSA key that a chip takes",
                      self.refused(FILE, "device", "image", "porch", "-o", "i.hex", "--modulus", "m.hex"))


if __name__ == "__main__":
    unittest.main()
