#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The record of the mutants, over a source of three lines; that equivalents.txt argues
mutants that there are and that survived, and documents say what is on record.
Usage: mutate_test.py SOURCE"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import bench
import mutate
import operators

SOURCE = Path(sys.argv[1]).resolve()
FILE = "device/small.c"
TEXT = """uint8_t small(uint8_t n)
{
    n++;
    n++;
    return n;
}
"""


def made_of(text):
    return list(operators.mutants(text))


class Record(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mssl-mutate-")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "device").mkdir()
        (self.root / FILE).write_text(TEXT, encoding="ascii")
        self.addCleanup(setattr, mutate, "RECORD", mutate.RECORD)
        mutate.RECORD = self.root / "results.json"
        self.known = {}
        self.first, self.second = [m for m in made_of(TEXT) if m.after == "n--;"]
        others = [m for m in made_of(TEXT) if m not in (self.first, self.second)]
        self.found = [(self.first, "killed"), (self.second, "survived"), *((m, "killed") for m in others)]
        mutate.record_file(self.root, FILE, self.found, self.known)

    def row(self):
        return mutate.read_record()[FILE]

    def again(self):
        record = mutate.read_record()
        changed = record[FILE]["text"] != mutate.text_hash(self.root / FILE)
        return [m for m in made_of((self.root / FILE).read_text(encoding="ascii"))
                if mutate.again(record, FILE, m, changed)]

    def test_a_file_that_was_run_whole_has_its_counts_and_its_survivor(self):
        self.assertEqual((self.row()["killed"], self.row()["survived"]), (len(self.found) - 1, 1))
        self.assertEqual([(old["line"], old["after"]) for old in self.row()["unnoticed"]], [(4, "n--;")])

    def test_again_tries_the_line_that_survived_and_not_its_like(self):
        self.assertEqual(self.again(), [self.second])

    def test_a_survivor_that_is_killed_again_moves_from_one_count_to_the_other(self):
        mutate.record_again(self.root, {FILE: [(self.second, "killed")]}, self.known)
        self.assertEqual((self.row()["killed"], self.row()["survived"]), (len(self.found), 0))
        self.assertEqual(self.row()["unnoticed"], [])

    def test_a_survivor_that_is_argued_again_is_kept_with_its_reason(self):
        self.known[mutate.key_of(FILE, self.second)] = "n is not read"
        mutate.record_again(self.root, {FILE: [(self.second, "argued")]}, self.known)
        self.assertEqual((self.row()["argued"], self.row()["survived"]), (1, 0))
        self.assertEqual(self.row()["unnoticed"][0]["why"], "n is not read")
        self.assertEqual(self.again(), [])

    def test_a_survivor_that_was_not_tried_again_stays_on_record(self):
        found = [(self.first, "survived"), (self.second, "survived"), *self.found[2:]]
        mutate.record_file(self.root, FILE, found, self.known)
        mutate.record_again(self.root, {FILE: [(self.first, "killed")]}, self.known)
        self.assertEqual(self.row()["survived"], 1)
        self.assertEqual(self.again(), [self.second])

    def test_the_record_of_a_file_that_changed_stays_until_it_is_run_whole(self):
        (self.root / FILE).write_text("\n" + TEXT, encoding="ascii")
        self.assertEqual(len(self.again()), 2)
        mutate.record_again(self.root, {FILE: [(m, "killed") for m in self.again()]}, self.known)
        self.assertEqual(self.row()["survived"], 1)


class Program(unittest.TestCase):
    def run_it(self, *args):
        done = subprocess.run([sys.executable, "-B", mutate.HERE / "mutate.py", *args], capture_output=True, text=True,
                              check=False)
        return done.returncode, done.stderr

    def test_a_file_that_is_not_there_is_named(self):
        for more in ((), ("--again",)):
            self.assertEqual(self.run_it(SOURCE, "host/clent.c", *more),
                             (1, "mutate: no such file or room: host/clent.c\n"))

    def test_again_is_done_when_none_survives_on_record(self):
        with tempfile.TemporaryDirectory(prefix="mssl-mutate-") as root:    # nothing there could be built
            (Path(root) / "net").mkdir()
            (Path(root) / "net/small.c").write_text(TEXT, encoding="ascii")
            self.assertEqual(self.run_it(root, "--again", "net/small.c"), (0, ""))
            self.assertNotIn("Error", self.run_it(root, "--list")[1])       # on record, but gone


class Limit(unittest.TestCase):
    def test_code_without_optimisation_is_not_killed_for_its_time(self):
        """Measured with the engine's AES as it stands: nonce_cut, session_counter, admin_revoke."""
        for seconds, without in ((0.36, 2.04), (0.91, 3.89), (0.96, 4.4)):
            self.assertGreater(bench.limit_of(seconds), 2 * without)


class Equivalents(unittest.TestCase):
    def test_each_is_a_mutant_of_its_file_as_it_stands(self):
        known = mutate.read_equivalents()
        made = {}
        for file, before, after in known:
            if file not in made:
                made[file] = {(m.before, m.after) for m in made_of((SOURCE / file).read_text(encoding="utf-8"))}
            self.assertIn((before, after), made[file], file)
        self.assertGreater(len(known), 0)

    def test_each_is_on_record_as_one_that_no_test_noticed(self):
        record = mutate.read_record()
        for file, before, after in mutate.read_equivalents():
            row = record.get(file)
            if row and row["text"] == mutate.text_hash(SOURCE / file):
                self.assertIn((before, after), {(old["before"], old["after"]) for old in row["unnoticed"]}, file)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
