#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Names of devices: the file of names, and commands by name. docs/man/mssl-config.5"""

import hashlib
import json
import os
import random
import shutil
import subprocess
import time
import unittest
from pathlib import Path

from mssl_fixture import (ADMIN, CONNECTION, DONE, FORGED, LED, PROGRAM, PUBLIC_PEM, USAGE, MsslTest, rsa,
                          serialization)

OTHER_PEM = rsa.generate_private_key(65537, 2048).public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


class NamesTest(MsslTest):
    """A home with a folder for mssl."""

    def setUp(self):
        super().setUp()
        self.config_folder = self.path(".config/mssl")
        os.makedirs(self.config_folder, 0o700)

    def config(self, text, mode=0o600):
        self.write(".config/mssl/config", text, mode)

    def porch(self, place, more=""):
        """[porch] with its grant beside the file."""
        self.grant(".config/mssl/porch.grant", tasks=LED | ADMIN)
        host, port = place.split(":")
        self.config(f"[porch]\naddress = {host}\nport = {port}\ngrant = porch.grant\n{more}")


class Names(NamesTest):
    def test_a_name_and_a_task_are_enough(self):
        self.porch(self.device())
        self.expect(DONE, "porch", "led", "on", out="on\n")
        self.expect(DONE, "porch", "led", "state", out="on\n")

    def test_a_name_stands_for_grant_and_host_everywhere(self):
        self.porch(self.device())
        self.expect(DONE, "exec", "porch", "led", "on", out="on\n")
        self.expect(DONE, "exec", "--timeout", "20", "porch", "led", "state", out="on\n")
        self.expect(DONE, "info", "porch", out="led on|off|state\nadmin (with mssl admin)\n")
        self.expect(DONE, "connect", "porch", "--timeout", "20", stdin="led state\n", out="on\n")
        self.expect(DONE, "restrict", "porch", "-o", self.path("carol.grant"), "--host", "carol", "--tasks", "led")
        self.expect(DONE, "admin", "porch", "epoch", out="confirm porch epoch 0 ok\n")

    def test_words_after_a_name_belong_to_the_command(self):
        self.porch(self.device())
        self.expect(6, "porch", "led", "--wait", says="bad arguments")
        self.expect(DONE, "--timeout", "20", "porch", "led", "state", out="off\n")

    def test_a_path_is_never_taken_for_a_name(self):
        device = self.device()
        self.porch("127.0.0.1:9")
        grant = self.grant("porch")
        self.expect(DONE, "exec", grant, device, "led", "on", out="on\n")
        done = subprocess.run([PROGRAM, "exec", "./porch", device, "led", "on"], cwd=self.folder,
                              capture_output=True, timeout=60, env=self.environment())
        self.assertEqual((done.returncode, done.stdout), (DONE, b"on\n"), done.stderr)

    def test_a_name_is_stronger_than_a_file_of_its_name(self):
        self.grant("porch")
        self.porch(self.device())
        done = subprocess.run([PROGRAM, "exec", "porch", "led", "on"], cwd=self.folder, capture_output=True,
                              timeout=60, env=self.environment())
        self.assertEqual((done.returncode, done.stdout), (DONE, b"on\n"), done.stderr)

    def test_a_word_that_is_neither_is_named(self):
        self.porch("127.0.0.1:9")
        self.expect(USAGE, "cellar", "led", "on", says="neither a command nor the name of a device")
        self.expect(USAGE, "exec", "cellar", "127.0.0.1:9", "led", "on", says="no grant file, and no name")
        self.expect(USAGE, "porch", says="no task is given")
        self.expect(USAGE, "-v", "exec", "porch", "led", "on", says="give the command first")
        for options in (["--json"], ["-v"], ["--batch"], ["--timeout", "3"], ["--"]):
            self.expect(USAGE, *options, says="usage: mssl")
        self.expect(USAGE, "exec", "porch")
        self.expect(USAGE, "connect", "porch", "127.0.0.1:9")

    def test_a_path_needs_no_file_of_names(self):
        self.config("nonsense")
        self.expect(DONE, "exec", self.grant(), self.device(), "led", "on", out="on\n")

    def test_the_folder_is_the_one_of_xdg_when_that_is_absolute(self):
        self.porch(self.device())
        os.rename(self.path(".config"), self.path("elsewhere"))
        for folder, code in ((self.path("elsewhere"), DONE), ("elsewhere", USAGE)):
            done = subprocess.run([PROGRAM, "porch", "led", "on"], capture_output=True, timeout=60,
                                  env=dict(self.environment(), XDG_CONFIG_HOME=folder), cwd=self.folder)
            self.assertEqual(done.returncode, code, done.stderr)

    def test_paths_begin_at_the_files_folder_or_at_the_home(self):
        place = self.device()
        for path, said in (("~/a.grant", "a.grant"), (self.path("a.grant"), "a.grant"), ("../../a.grant", "a.grant")):
            self.grant(said)
            self.config(f"[porch]\naddress=127.0.0.1\nport={place.split(':')[1]}\ngrant={path}\n")
            self.expect(DONE, "porch", "led", "on", out="on\n")

    def test_the_examples_of_the_manual_can_be_read(self):
        docs = Path(__file__).resolve().parents[2] / "docs"
        page = (docs / "man/mssl-config.5").read_text().split(".Bd -literal\n")[1].split(".Ed")[0]
        formats = (docs / "FORMATS.md").read_text().split("## Names of devices")[1].split("```\n")[1]
        for text, names in ((page, ["porch", "gate"]), (formats, ["porch"])):
            self.config(text)
            lines = self.expect(DONE, "list").stdout.decode().splitlines()
            self.assertEqual([line.split("\t")[0] for line in lines], names)

    def test_list_shows_the_names(self):
        self.expect(DONE, "list", out="", says="no names yet")
        self.config("# mine\n\n[porch]\naddress = 192.0.2.7\ngrant = porch.grant\n; and\n"
                    "[gate-2]\n\taddress: gate.example.org\nport = 7000\ngrant = /g/gate.grant\n")
        self.expect(DONE, "list", out=f"porch\t192.0.2.7:6775\t{self.config_folder}/porch.grant\n"
                                      "gate-2\tgate.example.org:7000\t/g/gate.grant\n")
        self.expect(USAGE, "list", "porch")


class Settings(NamesTest):
    def test_a_device_may_have_an_authority_of_its_own(self):
        self.write(".config/mssl/mine.pub", PUBLIC_PEM, 0o644)
        self.write(".config/mssl/other.pub", OTHER_PEM, 0o644)
        place = self.device()
        self.porch(place, "authority = mine.pub\n")
        self.expect(DONE, "porch", "led", "on", authority=False, out="on\n")
        self.porch(place, "authority = other.pub\n")
        self.expect(FORGED, "porch", "led", "on", says="other.pub")     # stronger than the environment
        self.expect(DONE, "exec", "--authority", self.authority, "porch", "led", "on", out="on\n")

    def test_a_device_may_have_a_time_out_of_its_own(self):
        fake = self.fake(lambda s: (s.hello(), s.line.recv(1)))
        self.porch(fake.place, "timeout = 1\n")
        began = time.monotonic()
        self.expect(CONNECTION, "porch", "led", "on", says="no answer in time")
        self.assertLess(time.monotonic() - began, 8)    # without one it would be 10


class Fingerprints(NamesTest):
    @staticmethod
    def of(pem):
        der = serialization.load_pem_public_key(pem).public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return "sha256:" + hashlib.sha256(der).hexdigest()

    def test_the_pinned_key_of_each_place_is_shown(self):
        other = self.write(".config/mssl/other.pub", OTHER_PEM, 0o644)
        self.porch("127.0.0.1:9", "authority = other.pub\n")
        self.expect(DONE, "fingerprint", out=f"{self.of(PUBLIC_PEM)} {self.authority}\n")
        for words in (["porch"], [other], ["--authority", other]):
            self.expect(DONE, "fingerprint", *words, out=f"{self.of(OTHER_PEM)} {other}\n")
        self.porch("127.0.0.1:9")
        self.expect(DONE, "fingerprint", "porch", out=f"{self.of(PUBLIC_PEM)} {self.authority}\n")

    def test_the_option_is_stronger_than_a_names_own_and_no_second_key(self):
        other = self.write(".config/mssl/other.pub", OTHER_PEM, 0o644)
        self.porch("127.0.0.1:9", "authority = other.pub\n")
        self.expect(DONE, "fingerprint", "--authority", self.authority, "porch",
                    out=f"{self.of(PUBLIC_PEM)} {self.authority}\n")
        self.expect(USAGE, "fingerprint", "--authority", self.authority, other, out="", says="a second key")

    def test_json_gives_an_object(self):
        done = self.expect(DONE, "fingerprint", "--json")
        self.assertEqual(json.loads(done.stdout), {"fingerprint": self.of(PUBLIC_PEM), "file": self.authority})

    def test_openssl_shows_the_same(self):
        done = subprocess.run(f"openssl pkey -pubin -in {self.authority} -outform DER | sha256sum", shell=True,
                              capture_output=True, check=True)
        self.assertIn(done.stdout.split()[0].decode(), self.expect(DONE, "fingerprint").stdout.decode())

    def test_what_is_no_key_has_none(self):
        self.expect(USAGE, "fingerprint", self.grant(), says="no RSA public key")
        self.expect(USAGE, "fingerprint", self.path("no.pub"), says="No such file")
        self.expect(USAGE, "fingerprint", "--timeout", "3", says="not an option of this command")

    def test_a_changed_authority_is_told_with_the_pinned_fingerprint(self):
        other = self.write("other.pub", OTHER_PEM, 0o644)
        done = self.expect(FORGED, "exec", "--authority", other, self.grant(), "127.0.0.1:9", "led", "on",
                           says=f"not signed by the pinned authority ({self.of(OTHER_PEM)} in {other})")
        self.assertNotIn(self.of(PUBLIC_PEM), done.stderr.decode())


class Wrong(NamesTest):
    def wrong(self, text, says, line):
        self.config(text)
        self.expect(USAGE, "porch", "led", "on", says=f"config: line {line}: {says}")
        self.expect(USAGE, "list", out="", says=f"line {line}: ")

    def test_what_is_wrong_is_told_with_its_line(self):
        good = "[porch]\naddress = 192.0.2.7\ngrant = porch.grant\n"
        for text, says, line in (
                ("port = 1\n" + good, "a key before", 1),
                (good + "colour = red\n", "no such key", 4),
                (good + "Port = 1\n", "no such key", 4),
                (good + "port\n", "a line is", 4),
                (good + "port =\n", "a key without a value", 4),
                (good + "port = 0\n", "the port", 4),
                (good + "port = 65536\n", "the port", 4),
                (good + "port = 6775 ; mine\n", "the port", 4),
                (good + "port = 1\nport = 1\n", "this key was given before", 5),
                (good + "  porch.grant\n", "a line is", 4),
                (good + "timeout = 0\n", "the time-out", 4),
                (good + "timeout = 1e3\n", "the time-out", 4),
                ("[porch]\naddress = 192.0.2.7:6775\ngrant = g\n", "an address is", 2),
                ("[porch]\naddress = ::1\ngrant = g\n", "an address is", 2),
                ("[porch]\ngrant = g\n", "no 'address = HOST'", 1),
                ("[porch]\naddress = 192.0.2.7\n", "no 'grant = FILE'", 1),
                ("[porch]\n\n[gate]\n", "a section without keys", 1),
                (good + "[gate]\n", "a section without keys", 4),
                (good + "[gate\naddress = x\n", "a section is [NAME]", 4),
                (good + "[gate] x\naddress = x\n", "a section is [NAME]", 4),
                (good + "[Gate]\naddress = x\n", "a name is", 4),
                (good + "[my.gate]\naddress = x\n", "a name is", 4),
                (good + "[-gate]\naddress = x\n", "a name is", 4),
                (good + "[]\naddress = x\n", "a name is", 4),
                (good + f"[{'x' * 33}]\naddress = x\n", "a name is", 4),
                (good + f"[{'x' * 300}]\naddress = x\n", "a name is", 4),
                (good + "[info]\naddress = x\n", "this name is a command of mssl", 4),
                (good + "[help]\naddress = x\n", "this name is a command of mssl", 4),
                (good + good, "this name was given before", 4),
                (good + "[gate]\naddress = x\ngrant = g\n[porch]\nport = 1\n", "this name was given before", 7),
                (good + "authority = " + "x" * 2000 + "\n", "a line longer", 4),
                (good + "authority = a\0b\n", "a control byte", 4),
                (good + "authority = a\x1bb\n", "a control byte", 4)):
            with self.subTest(text=text[:60]):
                self.wrong(text, says, line)

    def test_a_section_behind_a_carriage_return_is_no_part_of_the_one_before(self):
        """Its keys would lead commands for one device to another."""
        self.config("[porch]\naddress = a\ngrant = /g\n\r[gate]\naddress = b\ngrant = /h\nport = 7\n")
        self.expect(DONE, "list", out="porch\ta:6775\t/g\ngate\tb:7\t/h\n")
        self.config("[porch]\r\naddress = a\r\n\r[gate]\r\ngrant = g\r\n")
        self.expect(USAGE, "list", out="", says="line 1: no 'grant = FILE'")

    def test_no_damage_to_the_file_does_more_than_refuse_it(self):
        dice = random.Random(1)
        good = b"[porch]\naddress = 192.0.2.7\nport = 7\ngrant = porch.grant\nauthority = a\n[gate]\naddress = x\ngrant = g\n"
        seen = set()
        for _ in range(60):
            text = bytearray(good)
            for _ in range(dice.randint(1, 4)):
                at = dice.randrange(len(text))
                text[at:at + dice.randint(0, 3)] = dice.choice([b"", b"\n", b"[", b"]", b"=", b"\0", b"\xff", b" ", b"#", good])
            self.config(bytes(text))
            done = self.run_mssl("list")
            self.assertIn(done.returncode, (DONE, USAGE), (text, done.stderr))
            self.assertEqual(done.returncode == USAGE, b": line " in done.stderr, (text, done.stderr))
            self.assertTrue(done.returncode == DONE or not done.stdout)
            seen.add(done.returncode)
        self.assertEqual(seen, {DONE, USAGE})

    def test_too_many_names_or_too_long_a_file_are_refused(self):
        self.config("".join(f"[d{i}]\naddress = x\ngrant = g\n" for i in range(257)))
        self.expect(USAGE, "list", out="", says="line 769: more than 256 names")
        self.config("#" * 70000)
        self.expect(USAGE, "list", out="", says="longer than 64 KiB")

    def test_a_file_that_others_may_write_is_refused(self):
        self.porch(self.device())
        for mode in (0o620, 0o602, 0o666):
            os.chmod(self.path(".config/mssl/config"), mode)
            self.expect(USAGE, "porch", "led", "on", says="other users may write it")
        os.chmod(self.path(".config/mssl/config"), 0o644)
        self.expect(DONE, "porch", "led", "on", out="on\n")

    def test_what_is_no_file_is_refused(self):
        os.mkdir(self.path(".config/mssl/config"))
        self.expect(USAGE, "list", says="no ordinary file")

    def test_a_file_in_place_of_the_folder_holds_no_names(self):
        shutil.rmtree(self.config_folder)
        self.write(".config/mssl", "")
        self.expect(DONE, "list", out="", says="no names yet")

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_a_file_that_cannot_be_read_is_named(self):
        self.config("", 0o000)
        self.expect(USAGE, "list", says="Permission denied")

    @unittest.skipIf(os.geteuid() != 0, "needs another user")
    def test_a_file_of_another_user_is_refused(self):
        self.porch(self.device())
        os.chown(self.path(".config/mssl/config"), 65534, 65534)
        self.expect(USAGE, "porch", "led", "on", says="another user")

    def test_the_grant_of_a_name_is_held_to_the_same_rules(self):
        self.porch(self.device())
        os.chmod(self.path(".config/mssl/porch.grant"), 0o644)
        self.expect(USAGE, "porch", "led", "on", says="chmod 600")


if __name__ == "__main__":
    unittest.main()
