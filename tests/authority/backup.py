#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Backup and restore: whole or not at all, and no grant meets one that was lost."""
import io
import json
import os
import shutil
import stat
import subprocess
import tarfile
import unittest
from pathlib import Path

from program import FILE, PASSPHRASE, REFUSED, USAGE, Case, f, grant_fields

GRANT = ("grant", "alice", "--device", "porch", "--tasks", "led")


class Backup(Case):
    def place(self, name):
        g = bytes.fromhex(grant_fields(self.path(name))["grant"])
        return g[10:12].hex(), g[6], g[7]           # epoch, slot, generation

    def restored(self, *words):
        """The directory is lost and comes back from b.tar."""
        shutil.rmtree(self.dir)
        return self.run_it("restore", "b.tar", *words)

    def state(self):
        return json.loads(self.run_it("list", "--json"))[0]

    def test_everything_comes_back(self):
        self.begin()
        self.run_it(*GRANT)
        kd, before = self.image()[:16], self.state()
        self.run_it("backup", "b.tar")
        files = {n: Path(self.dir, n).read_bytes() for n in ("authority.key", "authority.pub")}
        self.assertEqual(stat.S_IMODE(os.stat(self.path("b.tar")).st_mode), 0o600)
        text = self.restored()
        self.assertIn("mssl-authority device image porch", text)
        for name, data in files.items():
            self.assertEqual(Path(self.dir, name).read_bytes(), data)
        self.assertEqual(sorted((n, stat.S_IMODE(os.stat(f"{self.dir}/{n}").st_mode))
                                for n in os.listdir(self.dir)),
                         [("authority.key", 0o600), ("authority.pub", 0o644), ("ledger.db", 0o600)])
        self.assertEqual(self.state()["grants"], before["grants"])
        self.assertTrue(self.state()["restored"])
        self.run_it(*GRANT, "-o", "again")
        self.assertEqual(grant_fields(self.path("again")), grant_fields(self.path("alice-porch.grant")))
        self.assertEqual(f(kd, bytes.fromhex(grant_fields(self.path("again"))["grant"])).hex(),
                         grant_fields(self.path("again"))["key"])
        self.run_it("log", "--check")

    def test_tar_and_sha256sum_check_it(self):
        self.begin()
        self.run_it("backup", "b.tar")
        os.mkdir(self.path("out"))
        subprocess.run(["sh", "-c", "tar -xf ../b.tar && sha256sum -c --quiet SHA256SUMS"],
                       cwd=self.path("out"), check=True)
        self.assertEqual(sorted(os.listdir(self.path("out"))),
                         ["SHA256SUMS", "authority.key", "authority.pub", "ledger.db"])

    def test_what_is_sealed_stays_sealed(self):
        self.env["MSSL_PASSPHRASE_FILE"] = self.write("good", "open sesame\n")
        self.run_it("init")
        self.run_it("device", "add", "porch")
        kd = self.image()[:16]
        del self.env["MSSL_PASSPHRASE_FILE"]
        self.assertIn("sealed under", self.run_it("backup", "b.tar"))
        with open(self.path("b.tar"), "rb") as file:
            self.assertNotIn(kd, file.read())
        self.restored()
        self.run_it(*GRANT, expect=PASSPHRASE)
        self.run_it(*GRANT, "--passphrase-file", self.path("good"))

    def test_nothing_is_overwritten(self):
        self.begin()
        self.write("b.tar", "precious")
        self.assertIn("exists", self.refused(FILE, "backup", "b.tar"))
        os.symlink("target", self.path("link"))
        self.refused(FILE, "backup", "link")
        self.refused(FILE, "backup", "no/such/dir/b.tar")
        os.mkdir(self.dir + "/authority.pub.9")         # no file: it fails midway, and leaves nothing
        self.refused(FILE, "backup", "half.tar")
        os.rmdir(self.dir + "/authority.pub.9")
        self.run_it("backup", "good.tar")
        self.refused(FILE, "restore", "good.tar")       # DIR is full

    def test_damaged_foreign_and_hostile_files_are_refused(self):
        self.begin()
        self.run_it("backup", "b.tar")
        with open(self.path("b.tar"), "rb") as file:
            good = file.read()
        self.dir = self.path("new")

        def tar(**members):
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as t:
                for name, data in members.items():
                    info = tarfile.TarInfo(name.replace("_", "/"))
                    info.size = len(data)
                    t.addfile(info, io.BytesIO(data))
            return out.getvalue()
        middle = good.index(b"SQLite format") + 5000
        bad = {"empty": b"", "noise": b"hello\n" * 1000, "cut": good[:len(good) // 2],
               "short": good[:1000], "flipped": good[:middle] + b"\xff" + good[middle + 1:],
               "path": tar(SHA256SUMS=b"", **{".._x": b"x"}), "sums": tar(SHA256SUMS=b"x\n"),
               "nosums": tar(authority=b"x"), "lacks": tar(SHA256SUMS=b"")}
        for name, data in bad.items():
            with self.subTest(name=name):
                with open(self.path(name), "wb") as file:
                    file.write(data)
                os.chmod(self.path(name), 0o600)
                self.refused(FILE, "restore", name)
                self.assertEqual([n for n in os.listdir(self.work) if n.startswith("new")], [])
        self.refused(FILE, "restore", "missing")
        os.chmod(self.path("b.tar"), 0o644)
        self.assertIn("chmod", self.refused(FILE, "restore", "b.tar"))
        os.chmod(self.path("b.tar"), 0o600)
        for skip in ("0", "255", "x"):
            self.refused(USAGE, "restore", "b.tar", "--skip", skip)

    def test_new_grants_meet_none_that_were_lost(self):
        self.begin()
        self.run_it(*GRANT)
        self.run_it("backup", "b.tar")
        self.run_it(*GRANT, "--address", "10.0.2.2", "-o", "lost1")
        self.run_it("revoke", "alice", "--device", "porch")
        for i in range(5):
            self.run_it("grant", f"h{i}", "--device", "porch", "--tasks", "adc", "-o", f"lost{i + 2}")
        lost = {self.place(f"lost{i}") for i in range(1, 7)}
        self.restored()
        self.run_it(*GRANT, "--address", "10.0.2.3", "-o", "new1")
        for i in range(5):
            self.run_it("grant", f"n{i}", "--device", "porch", "--tasks", "led", "-o", f"new{i + 2}")
        new = {self.place(f"new{i}") for i in range(1, 7)}
        self.assertEqual(len(new), 6)
        self.assertEqual(lost & new, set())
        self.assertIn("goes to generation 18", self.run_it("revoke", "n0", "--device", "porch"))

    def changes(self, name, n):
        """alice's grant changed n times; the places that are lost with the directory."""
        for i in range(n):
            self.run_it(*GRANT, "--param", f"{i + 1:06x}", "-o", f"{name}{i}")
        return {self.place(f"{name}{i}") for i in range(n)}

    def test_as_many_changes_as_are_skipped_may_be_lost(self):
        for skip, words in ((2, ("--skip", "2")), (16, ())):
            self.begin()
            self.run_it(*GRANT, "-o", f"first{skip}")
            self.run_it("backup", "b.tar")
            lost = self.changes(f"lost{skip}-", skip)
            self.restored(*words)
            self.run_it(*GRANT, "--address", "10.0.2.3", "-o", f"new{skip}")
            self.assertNotIn(self.place(f"new{skip}"), lost)
            shutil.rmtree(self.dir)
            os.unlink(self.path("b.tar"))

    def test_a_backup_that_comes_back_again_wants_the_sum(self):
        self.begin()
        self.run_it(*GRANT)
        self.run_it("backup", "b.tar")
        lost = self.changes("first", 2)
        text = self.restored("--skip", "2")
        self.assertIn("sum of the former one", text)
        lost |= self.changes("second", 3)
        self.restored("--skip", "5")
        self.assertTrue(self.changes("third", 2).isdisjoint(lost))

    def test_a_backup_of_what_was_restored_goes_on_above_that(self):
        self.begin()
        self.run_it(*GRANT)
        self.run_it("backup", "b.tar")
        self.restored("--skip", "5")
        self.run_it("backup", "later.tar")
        os.rename(self.path("later.tar"), self.path("b.tar"))
        lost = self.changes("lost", 3)
        self.restored("--skip", "3")
        self.assertTrue(self.changes("new", 1).isdisjoint(lost))

    def test_a_generation_that_the_device_tells_of_may_have_a_lost_grant(self):
        self.begin()
        self.run_it(*GRANT)
        self.run_it("backup", "b.tar")
        lost = self.changes("lost", 5)
        self.restored("--skip", "2")
        self.run_it("confirm", "porch", "revoke", "0", "5", "ok", "--adopt")
        self.assertTrue(self.changes("new", 1).isdisjoint(lost))
        self.run_it("confirm", "porch", "revoke", "0", "254", "ok", "--adopt")
        self.refused(REFUSED, *GRANT, "--admin", "-o", "x")

    def test_a_slot_that_may_be_used_up_waits_for_its_image(self):
        self.begin()
        self.run_it("confirm", "porch", "revoke", "0", "250", "ok", "--adopt")
        self.run_it(*GRANT, "--slot", "0")
        self.run_it("backup", "b.tar")
        self.changes("lost", 4)
        self.restored()
        again = (*GRANT, "-o", "again")
        self.run_it(*again)                             # what the backup knows is no new grant
        self.assertIn("image", self.refused(REFUSED, *GRANT, "--admin", "-o", "x"))
        self.run_it("revoke", "alice", "--device", "porch")
        self.refused(REFUSED, "grant", "bob", "--device", "porch", "--tasks", "led", "--slot", "0", "-o", "x")
        self.image()
        self.run_it("confirm", "porch", "image", "ok")
        self.run_it("grant", "bob", "--device", "porch", "--tasks", "led", "--slot", "0", "-o", "x")
        self.assertEqual(self.place("x"), ("0001", 0, 254))

    def test_a_fresh_key_that_waited_in_the_backup_is_made_anew(self):
        self.begin()
        self.run_it("backup", "b.tar")
        self.restored()
        first = self.image()
        os.unlink(self.path("b.tar"))
        self.run_it("backup", "b.tar")                  # the fresh key waits in it
        self.run_it("confirm", "porch", "image", "ok")
        lost = self.changes("lost", 2)
        self.restored("--skip", "1")
        self.assertFalse(self.state()["fresh_key"])
        second = self.image()
        self.assertNotEqual(second[:16], first[:16])
        self.assertTrue(all(g > max(p[2] for p in lost) for g in second[20:36]))

    def test_its_own_entry_is_in_it(self):
        self.begin()
        self.run_it("backup", "b.tar")
        before = [e["hash"] for e in json.loads(self.run_it("log", "--json"))]
        self.restored()
        log = json.loads(self.run_it("log", "--json"))
        self.assertEqual([e["action"] for e in log[-2:]], ["backup", "restore"])
        self.assertEqual([e["hash"] for e in log[:-1]], before)
        self.run_it("log", "--check", "--anchor", before[-1])

    def test_many_former_keys_come_back(self):
        self.begin()
        names = {f"authority.pub.{i}" for i in range(1, 101)}
        for name in names:
            shutil.copy(self.dir + "/authority.pub", f"{self.dir}/{name}")
        self.run_it("backup", "b.tar")
        self.restored()
        self.assertEqual({n for n in os.listdir(self.dir) if n.startswith("authority.pub.")}, names)

    def test_members_with_holes_are_refused(self):
        huge = 200 << 20
        for name, at, hole in (("inside", huge - 1, huge), ("beyond", huge, huge), ("small", 99, 100)):
            with self.subTest(name=name):
                head = bytearray(512)           # an old GNU sparse member: 1 byte, behind a hole
                head[0:15], head[156:157], head[257:265] = b"authority.pub.1", b"S", b"ustar  \0"
                for place, n in ((100, 0o600), (124, 1), (136, 0), (386, at), (398, 1), (483, hole)):
                    width = 7 if place == 100 else 11
                    head[place:place + width] = b"%0*o" % (width, n)
                head[108:124] = b"0000000\x000000000\0"
                head[148:156] = b" " * 8
                head[148:156] = b"%06o\0 " % sum(head)
                with open(self.path(name), "wb") as file:
                    file.write(bytes(head) + b"x" + bytes(511 + 1024))
                os.chmod(self.path(name), 0o600)
                self.assertIn("holds what no backup holds", self.refused(FILE, "restore", name))

    def test_the_next_image_brings_a_fresh_key_and_higher_generations(self):
        self.begin()
        self.run_it("grant", "boss", "--device", "porch", "--admin")
        kd = self.image()[:16]
        self.run_it("backup", "b.tar")
        self.restored("--skip", "3")
        self.refused(REFUSED, "confirm", "porch", "image", "ok")        # one of before
        image = self.image()
        self.assertNotEqual(image[:16], kd)
        self.assertEqual(image[20:36], bytes([4] * 16))
        self.assertEqual(self.image()[:16], image[:16])                 # a retry: the same key
        self.refused(REFUSED, *GRANT)
        self.refused(REFUSED, "grant", "boss", "--device", "porch", "--admin", "-o", "x")
        self.refused(REFUSED, "confirm", "porch", "epoch", "0", "ok")
        self.run_it("confirm", "porch", "image", "ok")
        state = self.state()
        self.assertEqual((state["restored"], state["fresh_key"], state["epoch"], state["pending"]),
                         (False, False, 1, []))
        self.run_it(*GRANT)
        fields = grant_fields(self.path("alice-porch.grant"))
        g = bytes.fromhex(fields["grant"])
        self.assertEqual((g[7], fields["key"]), (4, f(image[:16], g).hex()))


if __name__ == "__main__":
    unittest.main()
