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
        self.assertIn("goes to generation 17", self.run_it("revoke", "n0", "--device", "porch"))

    def test_the_next_image_brings_a_fresh_key_and_higher_generations(self):
        self.begin()
        self.run_it("grant", "boss", "--device", "porch", "--admin")
        kd = self.image()[:16]
        self.run_it("backup", "b.tar")
        self.restored("--skip", "3")
        self.refused(REFUSED, "confirm", "porch", "image", "ok")        # one of before
        image = self.image()
        self.assertNotEqual(image[:16], kd)
        self.assertEqual(image[20:36], bytes([3] * 16))
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
        self.assertEqual((g[7], fields["key"]), (3, f(image[:16], g).hex()))


if __name__ == "__main__":
    unittest.main()
