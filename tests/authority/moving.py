#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A device moves between authorities: all of it, once, and never backwards."""
import contextlib
import json
import os
import shutil
import sqlite3
import unittest

from program import FILE, NOT_SIGNED, PASSPHRASE, REFUSED, UNKNOWN, USAGE, Case, f, grant_fields

GRANT = ("grant", "alice", "--device", "porch", "--tasks", "led")


class Moving(Case):
    def setUp(self):
        super().setUp()
        self.word = self.write("word", "abracadabra\n")
        self.file = ("--file-passphrase-file", self.word)
        self.here, self.there = self.dir, self.path("there")
        self.dir = self.there
        self.begin("there")
        self.run_it("device", "remove", "porch")
        self.dir = self.here
        self.begin()
        self.run_it("grant", "boss", "--device", "porch", "--admin")
        self.run_it(*GRANT)
        self.run_it("revoke", "alice", "--device", "porch")
        self.run_it(*GRANT, "-o", "alice2.grant")
        self.kd = self.image()[:16]

    def send(self, name="d"):
        self.run_it("device", "export", "porch", "-o", name, *self.file)

    def grants(self):
        return json.loads(self.run_it("list", "--device", "porch", "--json"))[0]["grants"]

    def place(self, name):
        g = bytes.fromhex(grant_fields(self.path(name))["grant"])
        return g[10:12], g[6], g[7]             # epoch, slot, generation

    def test_all_of_it_arrives_and_is_signed_anew(self):
        before = self.grants()
        self.send()
        with open(self.path("d"), "rb") as file:
            text = file.read()
        self.assertNotIn(self.kd.hex().encode(), text)
        self.assertNotIn(b"porch", text)
        self.assertEqual(os.stat(self.path("d")).st_mode & 0o777, 0o600)
        self.dir = self.there
        said = self.run_it("device", "import", "d", "--out", "new", *self.file)
        self.assertIn("--modulus", said)
        self.assertEqual(self.grants(), before)
        self.assertEqual(self.image()[:16], self.kd)
        self.assertEqual(sorted(os.listdir(self.path("new"))), ["alice-porch.grant", "boss-porch.grant"])
        old, new = grant_fields(self.path("alice2.grant")), grant_fields(self.path("new/alice-porch.grant"))
        self.assertEqual((old["grant"], old["key"]), (new["grant"], new["key"]))
        self.run_it("verify", "new/alice-porch.grant")
        self.run_it("verify", "alice2.grant", expect=NOT_SIGNED)
        self.run_it("grant", "bob", "--device", "porch", "--tasks", "led")
        fields = grant_fields(self.path("bob-porch.grant"))
        self.assertEqual(fields["key"], f(self.kd, bytes.fromhex(fields["grant"])).hex())
        self.run_it("log", "--check")

    def test_nothing_is_granted_where_it_left(self):
        self.send()
        for words in (GRANT, ("revoke", "boss", "--device", "porch"), ("epoch", "porch"),
                      ("device", "image", "porch", "-o", "x"), ("confirm", "porch", "image", "ok"),
                      ("confirm", "porch", "revoke", "1", "1", "ok"), ("confirm", "porch", "session", "ok"),
                      ("device", "replace", "porch", "-o", "x", "--out", "y"),
                      ("device", "export", "porch", "-o", "x", *self.file)):
            with self.subTest(words=words):
                self.refused(REFUSED, *words)
        self.assertIn("exported", self.refused(REFUSED, "revoke", "--host", "boss"))
        self.refused(UNKNOWN, "reissue", "--out", "x")
        self.assertTrue(json.loads(self.run_it("device", "list", "--json"))[0]["moved"])
        self.run_it("device", "export", "porch", "-o", "once-more", "--force", *self.file)
        self.run_it("device", "remove", "porch")

    def test_it_comes_back_but_not_as_it_was_before(self):
        self.send("first")
        shutil.copy(self.path("first"), self.path("kept"))
        self.dir = self.there
        self.run_it("device", "import", "first", "--out", "new", *self.file)
        self.run_it("revoke", "boss", "--device", "porch")
        self.send("second")
        self.dir = self.here
        self.run_it("device", "import", "second", "--out", "back", *self.file)
        self.assertEqual([g["state"] for g in self.grants()], ["revoking", "revoking", "valid"])
        self.refused(UNKNOWN, "device", "import", "second", "--out", "x", *self.file)
        self.send("third")
        self.assertIn("older", self.refused(REFUSED, "device", "import", "kept", *self.file))
        self.run_it("device", "import", "third", *self.file)       # signed by us: no folder needed

    def test_an_export_that_lacks_a_later_grant_is_older(self):
        self.send("first")
        shutil.copy(self.path("first"), self.path("kept"))
        self.run_it("device", "import", "first", *self.file)
        self.run_it("grant", "carol", "--device", "porch", "--tasks", "led")
        self.send("second")
        self.assertIn("older", self.refused(REFUSED, "device", "import", "kept", *self.file))
        self.run_it("device", "import", "second", *self.file)
        # The place of carol's grant is taken, whatever else is granted.
        self.run_it("grant", "dave", "--device", "porch", "--tasks", "adc")
        self.assertNotEqual(self.place("carol-porch.grant"), self.place("dave-porch.grant"))

    def test_an_export_with_another_grant_in_the_place_of_ours_is_refused(self):
        self.send("first")
        shutil.copy(self.path("first"), self.path("both"))
        self.run_it("device", "import", "first", *self.file)
        self.run_it("grant", "carol", "--device", "porch", "--tasks", "led")
        self.send("second")
        self.dir = self.there
        self.run_it("device", "import", "both", "--out", "new", *self.file)
        self.run_it("grant", "dave", "--device", "porch", "--tasks", "adc")
        self.assertEqual(self.place("carol-porch.grant"), self.place("dave-porch.grant"))
        self.send("third")
        self.dir = self.here
        self.refused(REFUSED, "device", "import", "third", "--out", "x", *self.file)

    def test_a_moved_device_in_a_backup_is_restored_like_the_others(self):
        self.send()
        shutil.copy(self.path("d"), self.path("kept"))
        self.run_it("backup", "b.tar")
        self.run_it("device", "import", "d", *self.file)
        self.run_it("grant", "carol", "--device", "porch", "--tasks", "led")        # lost
        shutil.rmtree(self.here)
        text = self.run_it("restore", "b.tar")
        self.assertNotIn("device image porch", text)            # it is not here
        self.run_it("device", "import", "kept", *self.file)
        self.assertTrue(json.loads(self.run_it("device", "list", "--json"))[0]["restored"])
        self.run_it("grant", "dave", "--device", "porch", "--tasks", "adc")
        lost, new = self.place("carol-porch.grant"), self.place("dave-porch.grant")
        self.assertEqual(lost[:2], new[:2])
        self.assertGreater(new[2], lost[2] + 15)

    def test_grants_that_the_former_key_signed_are_signed_anew(self):
        self.send("lost")
        self.run_it("rollover", "--out", "x")
        self.run_it("device", "export", "porch", "-o", "d", "--force", *self.file)
        self.assertIn("--out", self.refused(USAGE, "device", "import", "d", *self.file))
        self.run_it("device", "import", "d", "--out", "new", *self.file)
        self.run_it("verify", "new/alice-porch.grant")
        self.run_it("reissue", "--out", "again")
        self.run_it("verify", "again/boss-porch.grant")

    def test_a_restore_warns_of_a_device_that_left_since(self):
        self.run_it("backup", "b.tar")
        self.send()
        shutil.rmtree(self.here)
        self.assertIn("exported since", self.run_it("restore", "b.tar"))
        self.assertFalse(json.loads(self.run_it("device", "list", "--json"))[0]["moved"])

    def test_a_fresh_key_that_moved_past_a_restore_is_made_anew(self):
        self.run_it("backup", "b.tar")
        shutil.rmtree(self.here)
        self.run_it("restore", "b.tar")
        self.image()                                            # its fresh key waits
        self.send()
        shutil.copy(self.path("d"), self.path("kept"))
        self.run_it("backup", "c.tar")
        self.run_it("device", "import", "d", *self.file)
        lost = self.image()[:16]
        self.run_it("confirm", "porch", "image", "ok")
        shutil.rmtree(self.here)
        self.run_it("restore", "c.tar")
        self.run_it("device", "import", "kept", *self.file)
        new = self.image()[:16]
        self.assertNotIn(self.kd, (lost, new))
        self.assertNotEqual(lost, new)

    def test_what_would_not_come_back_is_not_exported(self):
        with contextlib.closing(sqlite3.connect(self.dir + "/ledger.db")) as db, db:
            row = db.execute("SELECT * FROM host_grant").fetchone()
            db.executemany("INSERT INTO host_grant VALUES(?,?,?,?,?,?,?,?)",
                           [(row[0], epoch, row[2], generation, *row[4:])
                            for epoch in range(2, 30) for generation in range(250)])
        self.assertIn("too many", self.refused(REFUSED, "device", "export", "porch", "-o", "d", *self.file))
        self.assertFalse(os.path.exists(self.path("d")))
        self.run_it(*GRANT, "-o", "still-here")

    def test_wrong_files_and_passphrases_change_nothing(self):
        self.send()
        with open(self.path("d")) as file:
            good = file.read()
        self.dir = self.there
        self.refused(PASSPHRASE, "device", "import", "d", "--out", "x", "--file-passphrase-file",
                     self.write("bad", "x\n"))
        self.refused(USAGE, "device", "import", "d", *self.file)       # its grants need a folder
        flipped = good[:-10] + ("0" if good[-10] != "0" else "1") + good[-9:]
        for text, code in (("", FILE), ("hello\n", FILE), (good[:-1], FILE), (good[:200] + "\n", PASSPHRASE),
                           (good.replace(": 1", ": 2", 1), FILE), (flipped, PASSPHRASE),
                           (good.upper(), FILE), (good + "\n", FILE)):
            with self.subTest(text=text[:30], n=len(text)):
                self.refused(code, "device", "import", self.write("bad.device", text), "--out", "x", *self.file)
        os.chmod(self.path("d"), 0o644)
        self.refused(FILE, "device", "import", "d", "--out", "x", *self.file)
        os.chmod(self.path("d"), 0o600)
        self.run_it("device", "add", "porch")
        self.refused(UNKNOWN, "device", "import", "d", "--out", "x", *self.file)
        self.dir = self.here
        self.refused(UNKNOWN, "device", "export", "barn", "-o", "x", *self.file)
        self.refused(USAGE, "device", "export", "porch", *self.file)

    def test_remedies_are_of_the_command(self):
        said = self.refused(PASSPHRASE, "device", "export", "porch", "-o", "x")     # and no terminal
        self.assertIn("use --file-passphrase-file FILE", said)
        self.assertNotIn("--no-passphrase", said)
        os.symlink("word", self.path("link"))
        for words, where in ((("device", "import"), self.here), (("restore",), self.path("new"))):
            self.dir = where
            for path in ("missing", "link", "there"):
                with self.subTest(words=words, path=path):
                    said = self.refused(FILE, *words, path, *self.file[:2 * len(words) - 2])
                    self.assertIn(path, said)
                    self.assertNotIn("--dir", said)
                    self.assertNotIn("init", said)

    def test_a_sealed_authority_exports_and_imports(self):
        self.run_it("passwd", "--new-passphrase-file", self.write("good", "open sesame\n"))
        self.refused(PASSPHRASE, "device", "export", "porch", "-o", "d", *self.file)
        self.env["MSSL_PASSPHRASE_FILE"] = self.path("good")
        self.send()
        self.dir = self.there
        self.run_it("passwd", "--new-passphrase-file", self.path("good"))
        self.run_it("device", "import", "d", "--out", "new", *self.file)
        self.assertEqual(self.image()[:16], self.kd)


if __name__ == "__main__":
    unittest.main()
