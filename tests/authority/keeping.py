#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Years of use: keys roll over, devices are replaced, hosts leave, files get lost."""
import json
import os
import shutil
import stat
import unittest

from program import FILE, NOT_SIGNED, PASSPHRASE, REFUSED, UNKNOWN, USAGE, Case, f, grant_fields


class Keeping(Case):
    def full(self):
        self.begin()
        self.run_it("device", "add", "shed")
        self.run_it("grant", "boss", "--device", "porch", "--admin")
        for host, device in (("alice", "porch"), ("bob", "porch"), ("alice", "shed")):
            self.run_it("grant", host, "--device", device, "--tasks", "led,adc", "--address", "10.0.2.0/24",
                        "--param", "0a0b0c")
        self.run_it("revoke", "bob", "--device", "porch")

    def folder(self, name):
        path = self.path(name)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o700)
        for n in os.listdir(path):
            self.assertEqual(stat.S_IMODE(os.stat(f"{path}/{n}").st_mode), 0o600)
        return sorted(os.listdir(path))

    def same_but_signature(self, folder, names):
        for name in names:
            old, new = grant_fields(self.path(name)), grant_fields(self.path(f"{folder}/{name}"))
            self.assertNotEqual(old.pop("signature"), new.pop("signature"))
            self.assertEqual(old, new)

    def test_reissue_writes_living_grants_again_and_no_other(self):
        self.full()
        self.run_it("reissue", "--out", "all")
        names = ["alice-porch.grant", "alice-shed.grant", "boss-porch.grant"]
        self.assertEqual(self.folder("all"), names)
        for name in names:
            self.assertEqual(grant_fields(self.path(f"all/{name}")), grant_fields(self.path(name)))
        self.run_it("reissue", "--host", "alice", "--device", "shed", "--out", "one")
        self.assertEqual(self.folder("one"), ["alice-shed.grant"])
        self.refused(UNKNOWN, "reissue", "--host", "bob", "--out", "none")
        self.refused(FILE, "reissue", "--out", "all")
        self.refused(USAGE, "reissue")

    def test_rollover_signs_living_grants_with_a_new_key(self):
        self.full()
        old = shutil.copy(self.dir + "/authority.pub", self.path("old.pub"))
        text = self.run_it("rollover", "--out", "new")
        for word in ("authority.pub.1", "pins the new key", "device image porch --modulus", "new (3)"):
            self.assertIn(word, text)
        names = self.folder("new")
        self.assertEqual(names, ["alice-porch.grant", "alice-shed.grant", "boss-porch.grant"])
        self.same_but_signature("new", names)
        for name in names:
            self.run_it("verify", f"new/{name}")
            self.run_it("verify", f"new/{name}", "--authority", old, expect=NOT_SIGNED)
            self.run_it("verify", name, expect=NOT_SIGNED)
            self.run_it("verify", name, "--authority", self.dir + "/authority.pub.1")
        self.assertEqual(self.openssl_says("new/" + names[0], self.dir + "/authority.pub"),
                         (0, "Verified OK"))
        log = json.loads(self.run_it("log", "--json"))
        self.assertEqual(log[-1]["action"], "rollover")
        self.assertNotEqual(log[-1]["signer"], log[-2]["signer"])
        self.assertIn(log[-2]["signer"][:16], log[-1]["detail"])
        # What comes later is by the new key, and another rollover keeps both.
        self.run_it("grant", "carol", "--device", "porch", "--tasks", "led")
        self.run_it("verify", "carol-porch.grant")
        self.run_it("rollover", "--out", "newer", "--bits", "3072")
        self.assertEqual(sorted(n for n in os.listdir(self.dir) if "pub" in n),
                         ["authority.pub", "authority.pub.1", "authority.pub.2"])
        self.assertEqual(len(grant_fields(self.path("newer/carol-porch.grant"))["signature"]), 768)
        self.run_it("log", "--check")
        self.run_it("backup", "b.tar")
        self.dir = self.path("restored")
        self.run_it("restore", "b.tar")
        self.assertIn("authority.pub.2", os.listdir(self.dir))

    def test_rollover_keeps_the_passphrase(self):
        self.env["MSSL_PASSPHRASE_FILE"] = self.write("good", "open sesame\n")
        self.run_it("init")
        self.run_it("device", "add", "porch")
        self.refused(PASSPHRASE, "rollover", "--out", "x", MSSL_PASSPHRASE_FILE=self.write("bad", "x\n"))
        self.run_it("rollover", "--out", "new")
        self.assertFalse(os.path.exists(self.path("new")), "there was no grant to sign")
        with open(self.dir + "/authority.key") as file:
            self.assertIn("ENCRYPTED", file.readline())
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        self.refused(USAGE, "rollover")
        self.refused(USAGE, "rollover", "--out", "x", "--bits", "1024")
        self.refused(FILE, "rollover", "--out", self.work)

    def test_a_rollover_whose_files_cannot_be_put_says_that_it_is_done(self):
        self.full()
        os.mkdir(self.dir + "/authority.key.new")
        said = self.run_it("rollover", "--out", "new", expect=FILE)
        for word in ("authority.key.new", "new signing key", "reissue --out DIR"):
            self.assertIn(word, said)
        self.run_it("list", expect=FILE)
        os.rmdir(self.dir + "/authority.key.new")
        self.run_it("reissue", "--out", "new")
        self.run_it("verify", "new/alice-porch.grant")
        self.assertEqual(sorted(n for n in os.listdir(self.dir) if "pub" in n), ["authority.pub", "authority.pub.1"])

    def test_modulus_alone_makes_no_image(self):
        self.begin()
        self.run_it("device", "image", "porch", "--modulus", "m.hex", "--chip", "atmega328p")
        self.assertTrue(os.path.exists(self.path("m.hex")))
        self.assertFalse(json.loads(self.run_it("device", "show", "porch", "--json"))["image_waiting"])

    def test_a_replaced_device_is_new_and_its_hosts_keep_their_rights(self):
        self.full()
        before = self.image()
        text = self.run_it("device", "replace", "porch", "-o", "new.hex", "--out", "new")
        self.assertIn("confirm porch image ok", text)
        self.assertIn("strange hands", text)
        after = self.image()
        self.assertNotEqual(before[:16], after[:16])
        self.assertNotEqual(before[16:20], after[16:20])
        self.assertEqual(after[20:36], bytes(16))
        self.assertEqual(before[308:], after[308:])                 # the network stays
        self.assertEqual(self.folder("new"), ["alice-porch.grant", "boss-porch.grant"])
        for name in self.folder("new"):
            old, new = grant_fields(self.path(name)), grant_fields(self.path("new/" + name))
            g, h = bytes.fromhex(old["grant"]), bytes.fromhex(new["grant"])
            self.assertEqual((g[:2], g[6:7], g[8:10], g[12:]), (h[:2], h[6:7], h[8:10], h[12:]))
            self.assertEqual((h[2:6], h[7], h[10:12]), (after[16:20], 0, b"\0\0"))
            self.assertEqual(new["key"], f(after[:16], h).hex())
            self.run_it("verify", "new/" + name)
        states = [(g["host"], g["state"]) for g in
                  json.loads(self.run_it("list", "--device", "porch", "--json"))[0]["grants"]]
        self.assertEqual(states, [("boss", "valid"), ("alice", "valid")])
        for words in (("porch", "-o", "x"), ("porch", "--out", "x")):
            self.refused(USAGE, "device", "replace", *words)
        self.refused(UNKNOWN, "device", "replace", "barn", "-o", "x", "--out", "y")
        self.refused(FILE, "device", "replace", "porch", "-o", "x", "--out", "new")
        self.write("here.hex", "")
        self.assertIn("here.hex", self.refused(FILE, "device", "replace", "porch", "-o", "here.hex",
                                               "--out", "y"))
        self.assertFalse(os.path.exists(self.path("y")))

    def test_a_place_that_cannot_be_written_is_refused_before_the_change(self):
        self.full()
        os.symlink("nowhere", self.path("link"))
        self.run_it("device", "export", "shed", "-o", "d", "--file-passphrase-file", self.write("w", "x y z\n"))
        with open(self.dir + "/authority.pub") as file:
            former = file.read()
        sheet = self.write("s.csv", "device,host,tasks\nporch,carol,led\n")
        replace = ("device", "replace", "porch")
        for place in ("link", "link/x"):                        # a link to nothing, a folder that is not there
            for words in ((*replace, "-o", place, "--out", "y"), (*replace, "-o", "x", "--out", place),
                          ("grant", "--csv", sheet, "--out", place), ("reissue", "--out", place),
                          ("rollover", "--out", place)):
                with self.subTest(words=words):
                    self.assertNotIn("--dir", self.refused(FILE, *words))
        os.mkdir(self.path("folder"))
        self.refused(FILE, *replace, "-o", "folder/x", "--out", "folder")
        self.assertEqual([n for n in os.listdir(self.work) if ".new-" in n or n == "y"], [])
        with open(self.dir + "/authority.pub") as file:
            self.assertEqual(file.read(), former)
        self.run_it(*replace, "-o", "x", "--out", "folder")

    def test_grants_of_one_file_name_get_a_file_each(self):
        self.begin()
        for device in ("c", "b-c"):
            self.run_it("device", "add", device)
        for host, device in (("a-b", "c"), ("a", "b-c"), ("x", "c")):
            self.run_it("grant", host, "--device", device, "--tasks", "led", "-o", f"{host}.{device}")
        wanted = sorted(grant_fields(self.path(n))["grant"] for n in ("a-b.c", "a.b-c", "x.c"))
        for command in ("reissue", "rollover"):
            self.run_it(command, "--out", command)
            names = self.folder(command)
            self.assertEqual((len(names), names[0], names[2]), (3, "a-b-c+1.grant", "x-c.grant"))
            self.assertEqual(sorted(grant_fields(self.path(f"{command}/{n}"))["grant"] for n in names), wanted)
            for n in names:
                self.run_it("verify", f"{command}/{n}")
        sheet = self.write("s.csv", "device,host,tasks\nc,a-b,led\nb-c,a,led\n")
        self.run_it("grant", "--csv", sheet, "--out", "sheet")
        self.assertEqual(len(self.folder("sheet")), 2)

    def test_a_host_is_not_revoked_where_a_device_has_left(self):
        self.full()
        self.run_it("device", "export", "shed", "-o", "d", "--file-passphrase-file", self.write("w", "x y z\n"))
        done = self.both("revoke", "--host", "alice")
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("NOT revoked on shed, which was exported", done.stderr)
        self.assertNotIn("porch", done.stderr)
        self.assertIn("revoked alice on porch", done.stdout)

    def test_a_host_is_revoked_on_all_its_devices_at_once(self):
        self.full()
        text = self.run_it("revoke", "--host", "alice")
        self.assertIn("revoke 1 1", text)
        self.assertIn("confirm shed revoke 0 1 ok", text)
        states = [(d["device"], g["host"], g["state"]) for d in json.loads(self.run_it("list", "--json"))
                  for g in d["grants"]]
        self.assertEqual(states, [("porch", "boss", "valid"), ("porch", "alice", "revoking"),
                                  ("porch", "bob", "revoking"), ("shed", "alice", "revoking")])
        self.refused(UNKNOWN, "revoke", "--host", "alice")
        self.refused(USAGE, "revoke", "--host", "boss", "--device", "porch")
        self.refused(USAGE, "revoke", "boss", "--host", "boss")

    def test_a_used_up_slot_does_not_keep_the_other_devices_open(self):
        self.full()
        self.run_it("revoke", "alice", "--device", "porch")
        self.run_it("confirm", "porch", "revoke", "1", "254", "ok", "--adopt")
        self.run_it("confirm", "porch", "revoke", "2", "254", "ok", "--adopt")
        for slot in range(3, 16):
            self.run_it("confirm", "porch", "revoke", str(slot), "254", "ok", "--adopt")
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led", "-o", "last")
        done = self.both("revoke", "--host", "alice")
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("NOT revoked on porch", done.stderr)
        self.assertIn("revoked alice on shed", done.stdout)


class Sheets(Case):
    def sheet(self, text, expect=0, out="out"):
        run = self.run_it if not expect else lambda *w: self.refused(expect, *w)
        return run("grant", "--csv", self.write("s.csv", text), "--out", out)

    def test_a_sheet_is_granted_as_a_whole(self):
        self.begin()
        self.run_it("device", "add", "shed")
        text = self.sheet('device,host,tasks,address,mac,param,slot,admin\r\n'
                          'porch,alice,led adc,10.0.2.0/24,,0a0b0c,3,\r\n'
                          'shed,alice,"led,adc",,52:55:0a:00:02:03,,,no\r\n'
                          'porch,boss,,,,,,yes\r\n')
        self.assertIn("wrote 3 grants", text)
        self.assertEqual(sorted(os.listdir(self.path("out"))),
                         ["alice-porch.grant", "alice-shed.grant", "boss-porch.grant"])
        g = bytes.fromhex(grant_fields(self.path("out/alice-porch.grant"))["grant"])
        self.assertEqual((g[6], g[8:10], g[12:22], g[22:25]),
                         (3, bytes([3, 0]), bytes([6, 0, 0, 0, 10, 0, 2, 0, 0, 0]),
                          bytes([10, 11, 12])))
        for name in os.listdir(self.path("out")):
            self.run_it("verify", "out/" + name)
        again = self.run_it("grant", "--csv", self.path("s.csv"), "--out", "again")
        self.assertIn("generation 0", again)
        self.assertEqual(grant_fields(self.path("again/boss-porch.grant")),
                         grant_fields(self.path("out/boss-porch.grant")))

    def test_one_bad_line_is_named_and_nothing_is_granted(self):
        self.begin()
        good = "device,host,tasks,slot\nporch,alice,led,1\n\n"
        cases = ((good + "porch,bob,fly,\n", USAGE, 4), (good + "barn,bob,led,\n", UNKNOWN, 4),
                 (good + "porch,eightchr,led,\n", USAGE, 4), (good + "porch,bob,led,1\n", REFUSED, 4),
                 (good + "porch,bob,led,16\n", USAGE, 4), (good + "porch,bob,led\n", USAGE, 4),
                 (good + "porch,bob,led,2,x\n", USAGE, 4), (good + 'porch,"bob,led,2\n', USAGE, None),
                 (good + "porch,bob,,2\n", USAGE, 4), (good + "porch,alice,led adc,\n", USAGE, 4),
                 (good + "porch,alice,led,1\n", USAGE, 4), ("device,host,fly\n", USAGE, 1),
                 ("device,device,host\n", USAGE, 1), ("host,tasks\nalice,led\n", USAGE, 1),
                 ("", USAGE, None), ("device,host\n", USAGE, None),
                 (good + "porch," + "x" * 300 + ",led,2\n", USAGE, 4),
                 (good + 'porch,"bob\n",led,2\nporch,x\n', USAGE, 4), (good + "porch,\x1b[31m,led,2\n", USAGE, 4),
                 (good + "porch,b\x7f,led,2\n", USAGE, 4))
        for text, code, line in cases:
            with self.subTest(text=text[:70]):
                said = self.sheet(text, code)
                if line:
                    self.assertIn(f"s.csv, line {line}: ", said)
        self.refused(FILE, "grant", "--csv", self.path("none"), "--out", "x")
        sheet = self.write("s.csv", good)
        self.refused(USAGE, "grant", "--csv", sheet)
        self.refused(USAGE, "grant", "alice", "--csv", sheet, "--out", "x")
        self.refused(USAGE, "grant", "--csv", sheet, "--out", "x", "--device", "porch")
        self.refused(USAGE, "grant", "alice", "--device", "porch", "--tasks", "led", "--out", "x")
        self.refused(USAGE, "grant")


if __name__ == "__main__":
    unittest.main()
