#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""firmware/flash.sh against an avrdude that only notes what it is asked."""

import os
import stat
import subprocess
import sys
import tempfile
import unittest

FLASH = sys.argv.pop(1)
IMAGE = ":020000000102FB\n:00000001FF\n"
MODULUS = ":083EFC0008107F000000000027\n:00000001FF\n"
AVRDUDE = """#!/bin/sh
echo "$*" >>"$NOTES"
case "$*" in *eeprom*) cat >>"$NOTES"; ls "$FOLDER" >>"$NOTES" ;; esac
case "$*" in *"$FAIL"*) exit 1 ;; esac
"""


class Flash(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory()
        self.dir = self.tmp.name
        self.notes = self.file("notes", "")
        self.firmware = self.file("firmware.hex", IMAGE)
        os.mkdir(os.path.join(self.dir, "bin"))
        os.chmod(self.file("bin/avrdude", AVRDUDE), 0o755)

    def tearDown(self):
        self.tmp.cleanup()

    def file(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, 0o600)
        return path

    def flash(self, *args, answer="", fail="NOTHING"):
        env = dict(os.environ, PATH=os.path.join(self.dir, "bin") + ":" + os.environ["PATH"],
                   NOTES=self.notes, FOLDER=self.dir, FAIL=fail)
        done = subprocess.run([FLASH, "--firmware", self.firmware, *args], env=env, input=answer,
                              capture_output=True, text=True, check=False)
        with open(self.notes, encoding="ascii") as file:
            return done, file.read()

    def test_plain_run_writes_the_flash_only(self):
        done, notes = self.flash("--port", "/dev/x", "--programmer", "avrisp")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(notes, f"-c avrisp -p m168 -P /dev/x -U flash:w:{self.firmware}:i\n")
        self.assertIn("not locked", done.stderr)

    def test_image_is_gone_before_it_is_written_once(self):
        """M-11.4"""
        image = self.file("porch.hex", IMAGE)
        done, notes = self.flash("--provision", image, "--yes")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(notes.count("eeprom:w:-:i"), 1)
        self.assertIn(IMAGE, notes)
        self.assertNotIn("porch.hex", notes)
        self.assertFalse(os.path.exists(image))

    def test_failed_write_leaves_no_image_and_locks_nothing(self):
        image = self.file("porch.hex", IMAGE)
        done, notes = self.flash("--provision", image, "--lock", "--yes", fail="eeprom")
        self.assertEqual(done.returncode, 2)
        self.assertFalse(os.path.exists(image))
        self.assertNotIn("lock", notes)

    def test_failed_flash_leaves_the_image_unused(self):
        image = self.file("porch.hex", IMAGE)
        done, notes = self.flash("--provision", image, "--yes", fail="flash")
        self.assertEqual(done.returncode, 2)
        self.assertTrue(os.path.exists(image))
        self.assertNotIn("eeprom", notes)

    def test_the_modulus_follows_the_firmware_without_an_erase(self):
        modulus = self.file("modulus.hex", MODULUS)
        done, notes = self.flash("--modulus", modulus, "--lock", "--yes")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(notes, f"-c usbasp -p m168 -U flash:w:{self.firmware}:i\n"
                                f"-c usbasp -p m168 -D -U flash:w:{modulus}:i\n"
                                "-c usbasp -p m168 -U lock:w:0xfc:m\n")
        self.assertTrue(os.path.exists(modulus))

    def test_a_broken_modulus_is_refused_before_anything(self):
        for path in (self.file("cut.hex", MODULUS[:-5]), os.path.join(self.dir, "none.hex")):
            done, notes = self.flash("--modulus", path)
            self.assertEqual((done.returncode, notes), (1, ""))

    def test_another_chips_modulus_is_refused_before_anything(self):
        """It would lie where that chip's firmware does not look."""
        modulus = self.file("modulus.hex", MODULUS)
        for chip in ("atmega88", "atmega328p"):
            done, notes = self.flash("--modulus", modulus, "--chip", chip)
            self.assertEqual((done.returncode, notes), (1, ""))
            self.assertIn(f"--modulus FILE --chip {chip}\n", done.stderr)
        self.assertEqual(self.flash("--modulus", modulus, "--chip", "atmega168p")[0].returncode, 0)

    def test_a_chip_of_the_same_kind_has_its_own_signature(self):
        """avrdude writes nothing to a chip whose signature is another than its part's."""
        for chip, part in (("atmega168", "m168"), ("atmega168p", "m168p"), ("atmega88", "m88"), ("atmega88p", "m88p"),
                           ("atmega328", "m328"), ("atmega328p", "m328p")):
            done, notes = self.flash("--chip", chip, "--dry-run")
            self.assertEqual((done.returncode, notes), (0, ""))
            self.assertIn(f" -p {part} ", done.stdout)

    def test_looser_or_broken_image_is_refused_before_anything(self):
        image = self.file("porch.hex", IMAGE)
        os.chmod(image, stat.S_IRUSR | stat.S_IRGRP)
        done, notes = self.flash("--provision", image, "--yes")
        self.assertEqual((done.returncode, notes), (1, ""))
        done, notes = self.flash("--provision", self.file("cut.hex", IMAGE[:-5]), "--yes")
        self.assertEqual((done.returncode, notes), (1, ""))
        done, notes = self.flash("--provision", os.path.join(self.dir, "none.hex"), "--yes")
        self.assertEqual((done.returncode, notes), (1, ""))

    def test_fuses_keep_the_eeprom_and_come_first(self):
        """M-11.5"""
        done, notes = self.flash("--fuses", "--lock", "--chip", "atmega328p", answer="yes\nyes\n")
        self.assertEqual(done.returncode, 0)
        lines = notes.splitlines()
        self.assertIn("-p m328p", lines[0])
        high = int(lines[0].split("hfuse:w:")[1].split(":")[0], 16)
        self.assertEqual(high & 0x08, 0, "EESAVE")
        self.assertIn("flash", lines[1])
        self.assertIn("lock:w:0xfc:m", lines[2])

    def test_without_a_yes_nothing_happens(self):
        image = self.file("porch.hex", IMAGE)
        for args in (["--fuses"], ["--lock"], ["--provision", image]):
            done, notes = self.flash(*args, answer="no\n")
            self.assertEqual((done.returncode, notes), (3, ""))
        self.assertTrue(os.path.exists(image))

    def test_dry_run_shows_the_lines_and_does_nothing(self):
        image = self.file("porch.hex", IMAGE)
        done, notes = self.flash("--fuses", "--provision", image, "--lock", "--dry-run")
        self.assertEqual((done.returncode, notes), (0, ""))
        self.assertEqual(done.stdout.count("avrdude"), 4)
        self.assertTrue(os.path.exists(image))

    def test_usage_errors(self):
        for args in (["--chip", "z80"], ["--port"], ["--what"], ["--firmware", "/none.hex"]):
            done, notes = self.flash(*args)
            self.assertEqual((done.returncode, notes), (1, ""))
            self.assertIn("flash: ", done.stderr)


unittest.main()
