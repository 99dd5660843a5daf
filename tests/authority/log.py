#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The log: every change leaves an entry, and nobody changes one unseen."""
import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import time
import unittest

from program import LEDGER, PASSPHRASE, PROGRAM, USAGE, Case, handshake, grant_fields, lab

OLD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ledger_v1")


def chain(entries):
    """The hashes as docs/FORMATS.md says."""
    last = bytes(32)
    for e in entries:
        text = "".join(f"{x}\n" for x in e[:7])
        last = hashlib.sha256(last + text.encode()).digest()
        yield last


class Ledger(Case):
    @contextlib.contextmanager
    def db(self):
        db = sqlite3.connect(self.dir + "/ledger.db")
        with contextlib.closing(db), db:
            yield db


class Log(Ledger):
    def entries(self):
        with self.db() as db:
            return db.execute("SELECT n,at,action,device,host,signer,detail,hash FROM log"
                              " ORDER BY n").fetchall()

    def actions(self):
        return [e[2] for e in self.entries()]

    def tamper(self, sql):
        with self.db() as db:
            db.executescript("DROP TRIGGER IF EXISTS log_is_final; DROP TRIGGER IF EXISTS log_grows;" + sql)

    def anchor(self):
        return json.loads(self.run_it("log", "--check", "--json"))["anchor"]

    def test_every_change_leaves_one_entry(self):
        self.begin()
        self.run_it("grant", "boss", "--device", "porch", "--admin")
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led,adc", "--address",
                    "10.0.2.0/24", "--param", "0a0b0c")
        self.run_it("grant", "boss", "--device", "porch", "--admin", "-o", "again")
        self.run_it("revoke", "alice", "--device", "porch")
        self.run_it("confirm", "porch", "revoke", "1", "1", "ok")
        kd = self.image()[:16]
        self.run_it("confirm", "porch", "image", "ok")
        self.run_it("epoch", "porch")
        self.run_it("epoch", "porch", "--cancel")
        self.run_it("epoch", "porch")
        self.run_it("confirm", "porch", "epoch", "0", "ok")
        self.run_it("confirm", "porch", "session", "ok")
        g = bytes.fromhex(grant_fields(self.path("boss-porch.grant"))["grant"])
        hello, welcome = handshake(lab(lab(kd, 0x31), 0x31), g)
        self.run_it("recover", "porch", "--hello", hello, "--welcome", welcome)
        self.run_it("device", "remove", "porch", "--force")
        self.run_it("passwd", "--new-passphrase-file", self.write("new", "hush\n"))
        self.assertEqual(self.actions(), [
            "init", "device add", "grant", "grant", "grant again", "revoke", "confirm revoke", "image",
            "confirm image", "epoch", "epoch cancel", "epoch", "confirm epoch", "confirm session",
            "recover", "device remove", "passwd"])
        self.assertEqual(self.entries()[3][3:5], ("porch", "alice"))
        self.assertEqual(self.entries()[3][6],
                         "slot 1 generation 0 epoch 0 tasks led,adc from 10.0.2.0/24 param 0a0b0c")
        self.run_it("log", "--check")

    def test_what_is_only_read_or_refused_leaves_none(self):
        self.begin()
        for words in (("list",), ("log",), ("device", "show", "porch")):
            self.run_it(*words)
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "fly", expect=USAGE)
        self.assertEqual(self.actions(), ["init", "device add"])

    def test_hashes_and_signer_are_those_of_the_formats(self):
        self.begin()
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        entries = self.entries()
        self.assertEqual([e[7] for e in entries], list(chain(entries)))
        der = subprocess.run(["openssl", "pkey", "-pubin", "-in", self.dir + "/authority.pub", "-outform",
                              "DER"], capture_output=True, check=True).stdout
        self.assertEqual({e[5] for e in entries}, {hashlib.sha256(der).hexdigest()})
        shown = json.loads(self.run_it("log", "--json"))
        self.assertEqual([(e["n"], e["action"], e["hash"]) for e in shown],
                         [(e[0], e[2], e[7].hex()) for e in entries])
        self.assertEqual(self.anchor(), entries[-1][7].hex())

    def test_filters(self):
        self.begin()
        self.run_it("device", "add", "shed")
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        self.run_it("grant", "bob", "--device", "shed", "--tasks", "led")
        self.assertEqual(len(json.loads(self.run_it("log", "--device", "shed", "--json"))), 2)
        self.assertEqual(len(json.loads(self.run_it("log", "--host", "alice", "--json"))), 1)
        self.assertRegex(self.run_it("log", "--host", "bob"),
                         r"^ +5  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  grant +shed +bob +slot 0 .* by [0-9a-f]{16}\n$")
        for words in (("--check", "--host", "bob"), ("--anchor", "00" * 32), ("--check", "--anchor", "xy")):
            self.refused(USAGE, "log", *words)

    def test_tampering_shows_at_the_first_bad_entry(self):
        self.begin()
        for host in ("alice", "bob", "carol"):
            self.run_it("grant", host, "--device", "porch", "--tasks", "led")
        shutil.copy(self.dir + "/ledger.db", self.path("good"))
        cases = {"UPDATE log SET host='mallory' WHERE n=4": 4,
                 "UPDATE log SET at=at-1 WHERE n=2": 2, "UPDATE log SET detail='' WHERE n=1": 1,
                 "UPDATE log SET hash=zeroblob(32) WHERE n=3": 3, "DELETE FROM log WHERE n=3": 3,
                 "DELETE FROM log WHERE n=1": 1,
                 "UPDATE log SET n=99 WHERE n=3;UPDATE log SET n=3 WHERE n=4;UPDATE log SET n=4 WHERE n=99": 3,
                 # A line's end moved from one field into the next hashes alike only if
                 # fields could hold one: none of the program's does.
                 "UPDATE log SET device='porch'||char(10)||'alice',host='' WHERE n=3": 3}
        for sql, first in cases.items():
            with self.subTest(sql=sql):
                shutil.copy(self.path("good"), self.dir + "/ledger.db")
                self.tamper(sql)
                self.assertIn(f"entry {first} is", self.run_it("log", "--check", expect=LEDGER))

    def test_what_a_NUL_hides_and_what_is_too_long_show(self):
        self.begin()
        for host in ("bob", "maximum"):
            self.run_it("grant", host, "--device", "porch", "--tasks", "led")
        shutil.copy(self.dir + "/ledger.db", self.path("good"))
        for new in ("CAST(CAST(host AS BLOB)||x'00' AS TEXT)", "CAST(CAST(host AS BLOB)||x'0078' AS TEXT)",
                    "CASE n WHEN 4 THEN host||'x' ELSE host END"):
            with self.subTest(new=new):
                shutil.copy(self.path("good"), self.dir + "/ledger.db")
                self.tamper(f"UPDATE log SET host={new} WHERE n>2")
                first = 4 if "CASE" in new else 3
                self.assertIn(f"entry {first} is", self.run_it("log", "--check", expect=LEDGER))
                self.assertEqual(self.both("log").returncode, LEDGER)

    def test_a_number_beyond_32_bits_shows(self):
        self.begin()
        self.tamper("INSERT INTO log SELECT n+(1<<32),at,action,device,host,signer,detail,hash FROM log"
                    " WHERE n=1")
        self.assertIn("tampered", self.run_it("log", "--check", expect=LEDGER))
        self.run_it("device", "remove", "porch")        # it hinders nothing
        self.tamper("DELETE FROM log WHERE n>2")
        entries = [list(e) for e in self.entries()]
        entries.append([3, *entries[0][1:]])
        entries[2][7] = list(chain(entries))[2]         # as if it were the third
        with self.db() as db:
            db.execute("INSERT INTO log VALUES(?,?,?,?,?,?,?,?)", [3 + (1 << 32), *entries[2][1:]])
        self.assertIn("tampered", self.run_it("log", "--check", expect=LEDGER))

    def test_the_signer_is_the_one_after_a_rollover_that_came_between(self):
        good = self.write("good", "open sesame\n")
        self.run_it("init", "--passphrase-file", good)
        self.run_it("device", "add", "porch", "--passphrase-file", good)
        os.mkfifo(self.path("fifo"), 0o600)
        words = ("--passphrase-file", "fifo", "grant", "late", "--device", "porch", "--tasks", "led")
        late = subprocess.Popen([PROGRAM, "--dir", self.dir, *words], cwd=self.work, env=self.env,
                                stdout=subprocess.DEVNULL)
        with open(self.path("fifo"), "w") as file:      # it has opened the ledger, and waits
            self.run_it("rollover", "--out", "new", "--passphrase-file", good)
            file.write("open sesame\n")
        self.assertEqual(late.wait(60), 0)
        log = self.entries()
        self.assertEqual([e[2] for e in log[-2:]], ["rollover", "grant"])
        self.assertEqual(log[-1][5], log[-2][5])
        self.assertNotEqual(log[-1][5], log[0][5])
        self.run_it("verify", "late-porch.grant")

    def test_a_cut_end_and_a_log_written_anew_show_by_the_anchor(self):
        self.begin()
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        anchor = self.anchor()
        self.run_it("revoke", "alice", "--device", "porch")
        self.run_it("log", "--check", "--anchor", anchor)       # what grew since is welcome
        self.tamper("DELETE FROM log WHERE n>2")
        self.run_it("log", "--check")
        self.assertIn("anchor", self.run_it("log", "--check", "--anchor", anchor, expect=LEDGER))
        entries = [list(e) for e in self.entries()]
        entries[0][6] = "another story"
        sql = "".join(f"UPDATE log SET detail='{e[6]}',hash=x'{h.hex()}' WHERE n={e[0]};"
                      for e, h in zip(entries, chain(entries)))
        with self.db() as db:
            db.executescript(sql)
        self.run_it("log", "--check")
        self.run_it("log", "--check", "--anchor", anchor, expect=LEDGER)

    def test_an_empty_log_is_no_log(self):
        self.begin()
        self.tamper("DELETE FROM log")
        self.run_it("log", "--check", expect=LEDGER)


class Older(Ledger):
    """A ledger made by the program before there was a log; its passphrase is "open sesame"."""

    def setUp(self):
        super().setUp()
        os.mkdir(self.dir, 0o700)
        for name in ("authority.key", "authority.pub"):
            shutil.copy(f"{OLD}/{name}", self.dir)
        os.chmod(self.dir + "/authority.key", 0o600)
        os.chmod(self.dir + "/authority.pub", 0o644)
        with self.db() as db, open(OLD + "/ledger.sql") as sql:
            db.executescript(sql.read())
            db.executescript("PRAGMA user_version=1; PRAGMA application_id=1297306444;")
        os.chmod(self.dir + "/ledger.db", 0o600)
        self.env["MSSL_PASSPHRASE_FILE"] = self.write("pass", "open sesame\n")

    def test_it_is_brought_up_to_date_with_all_it_knew(self):
        with self.db() as db:
            before = {t: db.execute(f"SELECT * FROM {t}").fetchall()
                      for t in ("device_key", "host_grant", "authority")}
        grants = [(d["device"], g["host"], g["state"]) for d in json.loads(self.run_it("list", "--json"))
                  for g in d["grants"]]
        self.assertEqual(grants, [("porch", "boss", "valid"), ("porch", "alice", "valid"),
                                  ("porch", "bob", "revoked"), ("shed", "alice", "dead"),
                                  ("shed", "boss", "valid")])
        log = json.loads(self.run_it("log", "--json"))
        self.assertEqual([e["action"] for e in log], ["log begins"] + ["known"] * 5)
        self.run_it("log", "--check")
        with self.db() as db:
            self.assertEqual(db.execute("PRAGMA user_version").fetchone(), (2,))
            for table, rows in before.items():
                self.assertEqual(db.execute(f"SELECT * FROM {table}").fetchall(), rows)

    @staticmethod
    def reads(process):
        """Has it opened what SQLite opens for its first read?"""
        files = f"/proc/{process.pid}/fd"
        try:
            return any(os.readlink(f"{files}/{name}").endswith("/ledger.db-shm") for name in os.listdir(files))
        except OSError:         # closed meanwhile
            return False

    def test_two_that_come_at_once_bring_it_up_to_date_once(self):
        with contextlib.closing(sqlite3.connect(self.dir + "/ledger.db", isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("BEGIN IMMEDIATE")
            both = [subprocess.Popen([PROGRAM, "--dir", self.dir, "list"], env=self.env, text=True,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in "ab"]
            for one in both:
                while not self.reads(one) and one.poll() is None:
                    time.sleep(0.02)
            time.sleep(0.5)                 # both have read the version, and wait
            db.execute("ROLLBACK")
            for one in both:
                self.assertEqual((one.communicate(timeout=60)[1], one.returncode), ("", 0))
        log = json.loads(self.run_it("log", "--json"))
        self.assertEqual([e["action"] for e in log], ["log begins"] + ["known"] * 5)

    def test_its_keys_are_as_before(self):
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led,adc", "--address",
                    "10.0.2.0/24")
        with open(OLD + "/alice-porch.grant") as old, open(self.path("alice-porch.grant")) as new:
            self.assertEqual(old.read(), new.read())
        self.run_it("device", "add", "p", MSSL_PASSPHRASE_FILE=self.write("bad", "x\n"),
                    expect=PASSPHRASE)


if __name__ == "__main__":
    unittest.main()
