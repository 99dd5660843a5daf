#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Every command of mssl-authority does what its manual says."""
import json
import os
import re
import shutil
import stat
import subprocess
import unittest

from program import DOCS, FILE, NOT_SIGNED, REFUSED, Case, f, grant_fields, handshake, lab


TABLE = "table 7\ntask 0 lamp on|off\ntask 28 last\n"


class Commands(Case):
    def test_help_and_version_work_everywhere(self):
        self.assertIn("usage:", self.run_it("--help"))
        self.assertEqual(self.run_it("help"), self.run_it("--help"))
        self.assertEqual(self.run_it("help", "device", "add"), self.run_it("device", "add", "--help"))
        self.assertRegex(self.run_it("--version"), r"^mssl-authority \d+\.\d+\.\d+\n$")
        names = re.findall(r"^  (device \w+|\w+) ", self.run_it("--help"), re.M)
        self.assertEqual(len(names), 23)
        for name in names:
            text = self.run_it(*name.split(), "--help")
            self.assertIn(f"usage: mssl-authority {name}", text)
            self.assertIn("\n  mssl", text, "an example")

    def test_each_size_and_exponent_of_key_signs(self):
        for bits, exponent in ((2048, 3), (3072, 65537), (4096, 65537)):
            with self.subTest(bits=bits):
                self.dir = self.path(f"a{bits}")
                self.run_it("init", "--no-passphrase", "--bits", str(bits), "--exponent",
                            str(exponent))
                text = subprocess.run(["openssl", "rsa", "-pubin", "-text", "-noout", "-in",
                                       self.dir + "/authority.pub"], capture_output=True,
                                      text=True, check=True).stdout
                self.assertIn(f"({bits} bit)", text)
                self.assertIn(f"Exponent: {exponent} ", text)
                self.run_it("device", "add", "porch")
                self.run_it("grant", "alice", "--device", "porch", "--tasks", "led", "-o",
                            f"g{bits}")
                self.assertEqual(len(grant_fields(self.path(f"g{bits}"))["signature"]), bits // 4)
                self.assertEqual(self.openssl_says(f"g{bits}", self.dir + "/authority.pub"),
                                 (0, "Verified OK"))

    def test_key_is_pkcs8(self):
        self.run_it("init", "--no-passphrase")
        with open(self.dir + "/authority.key") as file:
            self.assertEqual(file.readline(), "-----BEGIN PRIVATE KEY-----\n")

    def test_grant_has_the_fields_and_the_key_of_the_protocol(self):
        self.begin()
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led,uptime,admin",
                    "--address", "10.0.2.0/24", "--param", "0a0b0c", "--slot", "3")
        path = self.path("alice-porch.grant")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        fields = grant_fields(path)
        g, image = bytes.fromhex(fields["grant"]), self.image()
        self.assertEqual(g, bytes([0x11, 1]) + image[16:20] + bytes([3, 0, 3, 0, 0, 0]) +
                         bytes([0b1010, 0, 0, 0x80]) + bytes([10, 0, 2, 0, 0, 0]) +
                         bytes.fromhex("0a0b0c") + b"alice\0\0")
        self.assertEqual(fields["key"], f(image[:16], g).hex())
        shown = json.loads(self.run_it("show", path, "--json", "--secret"))
        self.assertEqual(shown["key"], fields["key"])
        self.assertEqual(shown["blocks"][0]["address"], "10.0.2.0/24")
        self.assertEqual(shown["blocks"][0]["tasks"], ["led", "uptime", "admin"])
        self.assertNotIn(fields["key"], self.run_it("show", path))
        self.assertNotIn(fields["key"], self.run_it("show", path, "--json"))
        self.assertIn(fields["key"], self.run_it("show", path, "--secret"))

    def test_address_lengths(self):
        self.begin()
        cases = (("--address", "10.1.2.3", "0400", "0a0102030000"),
                 ("--address", "10.0.0.0/8", "0100", "0a0000000000"),
                 ("--address", "10.1.0.0/16", "0200", "0a0100000000"),
                 ("--address", "10.1.2.3/32", "0400", "0a0102030000"),
                 ("--mac", "52:55:0a:00:02:03", "0604", "52550a000203"),
                 ("--mac", "52:55:0a:00:00:00/3", "0304", "52550a000000"))
        for i, (option, value, kind, address) in enumerate(cases):
            self.run_it("grant", f"h{i}", "--device", "porch", "--tasks", "led", option, value)
            g = grant_fields(self.path(f"h{i}-porch.grant"))["grant"]
            self.assertEqual((g[16:20], g[32:44]), (kind, address))

    def test_only_openssl_and_the_public_key_check_a_grant(self):
        self.begin()
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        path, public = self.path("alice-porch.grant"), self.dir + "/authority.pub"
        self.assertEqual(self.openssl_says(path, public), (0, "Verified OK"))
        shutil.copy(public, self.path("pinned.pub"))
        shutil.move(self.dir, self.path("elsewhere"))
        self.run_it("verify", path, "--authority", self.path("pinned.pub"))
        self.run_it("verify", path, MSSL_AUTHORITY=self.path("pinned.pub"))
        with open(path) as file:
            text = file.read()
        at = text.index("grant: 11") + len("grant: ") + 24
        forged = self.write("forged", text[:at] + "ff" + text[at + 2:])
        self.assertNotEqual(self.openssl_says(forged, self.path("pinned.pub"))[0], 0)
        # The tasks of table 1 end at 3: only a fitting block reaches the signature.
        flipped = text[:at] + ("0e" if text[at:at + 2] != "0e" else "02") + text[at + 2:]
        self.run_it("verify", self.write("flipped", flipped), "--authority",
                    self.path("pinned.pub"), expect=NOT_SIGNED)

    def test_somebody_elses_grant_is_not_verified(self):
        self.begin()
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        self.dir = self.path("other")
        self.run_it("init", "--no-passphrase")
        self.run_it("verify", self.path("alice-porch.grant"), expect=NOT_SIGNED)

    def test_device_settings_reach_image_and_list(self):
        self.run_it("init", "--no-passphrase")
        table = self.write("own.table", TABLE)
        self.run_it("device", "add", "shed", "--ip", "192.168.7.9", "--netmask", "255.255.254.0",
                    "--gateway", "192.168.6.1", "--mac", "02:00:00:00:00:09", "--tasks-table", table)
        os.unlink(table)
        image = self.image("shed")
        self.assertEqual(image[308:], bytes.fromhex("020000000009c0a80709fffffe00c0a80601"))
        self.assertEqual(image[20:36], bytes(16))
        self.assertEqual(image[52:308], b"\xff" * 256)
        self.assertNotEqual(image[36:52], self.image("shed")[36:52])
        listed = json.loads(self.run_it("device", "list", "--json"))
        self.assertEqual(listed[0]["id"], int.from_bytes(image[16:20], "big"))
        self.assertEqual(json.loads(self.run_it("device", "show", "shed", "--json")), listed[0])
        self.assertIn("lamp on|off", self.run_it("device", "show", "shed"))
        self.run_it("grant", "alice", "--device", "shed", "--tasks", "last")
        fields = grant_fields(self.path("alice-shed.grant"))
        self.assertEqual((fields["grant"][2:4], fields["grant"][24:32]), ("07", "00000010"))

    def test_image_tells_how_a_chip_gets_it(self):
        self.begin()
        text = self.run_it("device", "image", "porch", "-o", "p.hex")
        for word in ("avrdude", "m168", "m328p", "lfuse", "hfuse", "efuse", "lock", "elete",
                     "confirm porch image ok"):
            self.assertIn(word, text)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("p.hex")).st_mode), 0o600)
        self.run_it("device", "image", "porch", "-o", "p.hex", expect=FILE)

    def test_revoke_is_pending_until_confirmed(self):
        self.begin()
        self.run_it("grant", "boss", "--device", "porch", "--admin")
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        text = self.run_it("revoke", "alice", "--device", "porch")
        self.assertIn("mssl admin GRANT 10.0.2.15 revoke 1 1", text)

        def state():
            listed = json.loads(self.run_it("list", "--device", "porch", "--json"))[0]
            return [g["state"] for g in listed["grants"]], listed["pending"]
        self.assertEqual(state(), (["valid", "revoking"],
                                   [{"slot": 1, "generation": 1, "delivered": 0}]))
        self.run_it("confirm", "porch", "revoke", "1", "2", "ok", expect=REFUSED)
        self.run_it("confirm", "-", stdin="noise\nconfirm porch revoke 1 1 ok\n")
        self.assertEqual(state(), (["valid", "revoked"], []))
        self.assertEqual(self.image()[20:22], b"\0\1")
        self.assertIn("revoked", self.run_it("list"))

    def test_epoch_step_kills_grants_once_confirmed(self):
        self.begin()
        self.run_it("grant", "boss", "--device", "porch", "--admin")
        kd = self.image()[:16]
        text = self.run_it("epoch", "porch")
        self.assertIn("mssl admin GRANT 10.0.2.15 epoch", text)
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led", expect=REFUSED)
        self.run_it("epoch", "porch", expect=REFUSED)
        self.run_it("confirm", "porch", "epoch", "0", "ok")
        self.assertIn("dead", self.run_it("list"))
        self.assertEqual(self.image()[:16], lab(kd, 0x31))
        self.run_it("confirm", "porch", "session", "ok")
        self.run_it("grant", "boss", "--device", "porch", "--admin", "-o", "new.grant")
        g = bytes.fromhex(grant_fields(self.path("new.grant"))["grant"])
        self.assertEqual((g[7], g[10:12]), (0, b"\0\1"))
        self.assertEqual(grant_fields(self.path("new.grant"))["key"],
                         f(lab(kd, 0x31), g).hex())

    def test_an_epoch_answer_said_again_counts_once(self):
        self.begin()
        self.run_it("epoch", "porch")
        self.run_it("confirm", "porch", "epoch", "0", "ok")
        self.run_it("epoch", "porch")
        before = self.image()
        self.run_it("confirm", "porch", "epoch", "0", "ok", expect=REFUSED)
        self.assertEqual(self.image()[:16], before[:16])

    def test_a_device_that_never_stepped_changes_no_epoch(self):
        """Its key must not become a new epoch: grants of the epochs since would live beside new ones."""
        self.begin()
        self.run_it("grant", "boss", "--device", "porch", "--admin")
        g = bytes.fromhex(grant_fields(self.path("boss-porch.grant"))["grant"])
        kd = self.image()[:16]
        self.run_it("epoch", "porch")
        self.run_it("confirm", "porch", "epoch", "0", "ok")
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led,adc")
        hello, welcome = handshake(kd, g)
        text = self.run_it("recover", "porch", "--hello", hello, "--welcome", welcome)
        self.assertIn("holds the key of epoch 0", text)
        self.assertEqual(self.image()[:16], lab(kd, 0x31))
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "adc", "-o", "less.grant")
        less = bytes.fromhex(grant_fields(self.path("less.grant"))["grant"])
        self.assertEqual((less[7], less[10:12]), (1, b"\0\1"))

    def test_torn_key_is_recovered_and_stepped(self):
        self.begin()
        self.run_it("grant", "boss", "--device", "porch", "--admin")
        g = bytes.fromhex(grant_fields(self.path("boss-porch.grant"))["grant"])
        kd = self.image()[:16]
        torn = lab(kd, 0x31)[:11] + b"\xa5" + kd[12:]
        hello, welcome = handshake(torn, g)
        self.run_it("recover", "porch", "--hello", hello, "--welcome", "00" * 21,
                    expect=NOT_SIGNED)
        lines = self.write("lines", f"hello: {hello}\nwelcome: {welcome}\n")
        text = self.run_it("recover", "porch", "--from", lines)
        self.assertIn("torn", text)
        self.run_it("grant", "boss", "--device", "porch", "--admin", "-o", "heal.grant")
        fields = grant_fields(self.path("heal.grant"))
        self.assertEqual(fields["key"], f(torn, bytes.fromhex(fields["grant"])).hex())
        self.run_it("confirm", "porch", "epoch", "1", "ok")
        self.assertEqual(self.image()[:16], lab(torn, 0x31))

    def test_complete_and_unbegun_steps_are_told_apart(self):
        self.begin()
        self.run_it("grant", "boss", "--device", "porch", "--admin")
        g = bytes.fromhex(grant_fields(self.path("boss-porch.grant"))["grant"])
        kd = self.image()[:16]
        hello, welcome = handshake(kd, g)
        self.assertIn("no step has begun",
                      self.run_it("recover", "porch", "--hello", hello, "--welcome", welcome))
        hello, welcome = handshake(lab(kd, 0x31), g)
        self.assertIn("completed",
                      self.run_it("recover", "porch", "--hello", hello, "--welcome", welcome))
        self.assertEqual(self.image()[:16], lab(kd, 0x31))

    def test_the_manuals_examples_run(self):
        with open(DOCS + "/man/mssl-authority.1") as file:
            lines = file.read().split('.\\" begin:')[1].split("\n", 1)[1].split('.\\" end')[0]
        lines = lines.replace("\\-", "-").splitlines()
        self.assertGreater(len(lines), 8)
        self.write("staff.csv", "device,host,tasks\nporch,carol,led adc\n")
        self.env["MSSL_PASSPHRASE_FILE"] = self.write("pass", "open sesame\n")
        for line in lines:
            words = line.split()
            if words[0] == "mssl":      # its answer, without the device
                self.run_it("confirm", "-", stdin="confirm porch revoke 0 1 ok\n")
            else:
                self.run_it(*words[1:])

    def test_json_has_the_documented_keys(self):
        with open(DOCS + "/FORMATS.md") as file:
            rows = file.read().split("## JSON of mssl-authority")[1].split("\n## ")[0]

        def documented(command):
            row = next(line for line in rows.splitlines() if line.startswith(f"| `{command}` |"))
            return set(re.findall(r"`(\w+)`", row.split("|")[2]))

        def seen(value):
            if isinstance(value, list):
                return set().union(*map(seen, value))
            if isinstance(value, dict):
                return set(value).union(*map(seen, value.values()))
            return set()
        self.begin()
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        self.run_it("revoke", "alice", "--device", "porch")
        for command, words in (("device list", ()), ("list", ()), ("verify", ("alice-porch.grant",)),
                               ("show", ("alice-porch.grant", "--secret")), ("log", ()),
                               ("log --check", ())):
            shown = json.loads(self.run_it(*command.split(), *words, "--json"))
            self.assertEqual(seen(shown), documented(command), command)

    def test_remove_wants_force_while_grants_open(self):
        self.begin()
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        self.run_it("device", "remove", "porch", expect=REFUSED)
        self.run_it("device", "remove", "porch", "--force")
        self.assertEqual(json.loads(self.run_it("device", "list", "--json")), [])


if __name__ == "__main__":
    unittest.main()
