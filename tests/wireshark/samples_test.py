#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The dissector and `mssl decode` over the sample captures of the real firmware: what
each must show, that both show the same, with the keys, without, and with wrong ones.
Usage: samples_test.py SOURCE BUILD"""

import os
import re
import subprocess
import sys
import tempfile
import unittest

source, build = sys.argv[1:3]
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from shark import alike, decode, install, run_decode, run_tshark, tshark  # noqa: E402

SAMPLES = os.path.join(source, "wireshark", "samples")
MSSL = os.path.join(build, "cli", "mssl")
SERVED = ["HELLO", "WELCOME", "command", "answer", "close", "close", "end closed"]
REFUSED = ["HELLO", "end hello_refused"]

# What each sample tells, connection by connection.
STORIES = {
    "session": SERVED + ["HELLO", "WELCOME"] + ["command", "answer"] * 3 + ["close", "close", "end closed"] + SERVED,
    "refused": None,        # how often mssl tries is the time's business
    "revoke": None,
    "enrol": ["HELLO", "WELCOME"] + ["command", "answer"] * 5 + ["close", "close", "end closed"],
    "chain": SERVED + SERVED,
    "event": ["HELLO", "WELCOME", "command", "answer", "event", "event", "close", "close", "end closed"],
    "bad_tag": ["HELLO", "WELCOME", "command", "answer", "record", "end record_tag",
                "HELLO", "WELCOME", "malformed", "end record_length"],
}
BAD_TAG = 2         # exit code


def path(name, kind="pcap"):
    return os.path.join(SAMPLES, f"{name}.{kind}")


def story(messages):
    return [m["kind"] + (" " + m["name"] if m["kind"] == "end" else "") for m in messages]


class Samples(unittest.TestCase):
    maxDiff = 4000
    found = {}

    @classmethod
    def setUpClass(cls):
        for name in STORIES:
            cls.found[name] = tshark(path(name), path(name, "keys"))

    def test_each_sample_tells_its_story(self):
        for name, wanted in STORIES.items():
            if wanted:
                self.assertEqual(story(self.found[name]), wanted, name)
        self.assertEqual(story(self.found["refused"])[:2], REFUSED)
        self.assertEqual(story(self.found["refused"])[-9:], ["malformed", "end hello_length"] + SERVED)
        told = story(self.found["revoke"])
        self.assertEqual(told[:14], SERVED + ["HELLO", "WELCOME", "command", "answer", "end admin"] + REFUSED)
        self.assertEqual(told[-5:], ["HELLO", "WELCOME", "command", "answer", "end admin"])

    def test_every_field_of_a_chain_of_restrictions_is_named(self):
        blocks = self.found["chain"][0]["blocks"]
        self.assertEqual([(b["type"], b["host"], b["tasks"], b["address"]) for b in blocks],
                         [(0x11, "anna", [1, 3], "any"), (0x12, "ben", [1, 3], "any"), (0x12, "carol", [1], "10.0.0.0/8")])
        self.assertEqual(set(blocks[0]), {"type", "table", "device", "slot", "generation", "address_len", "address_kind",
                                          "address", "epoch", "tasks", "parameters", "host"})

    def test_answers_admin_enrolment_and_events_are_named(self):
        session, enrol = self.found["session"], self.found["enrol"]
        self.assertEqual([m["text"] for m in session if m.get("task_name") == "led"], ["on", "on", "dim", "dim"])
        self.assertEqual([m["status"] for m in session if m["kind"] == "answer"], [0, 0, 0, 0, 3])
        described = [m for m in session if "describe_tasks" in m]
        self.assertEqual([(m["describe_table"], m["describe_tasks"], m["describe_flags"]) for m in described], [(1, [1, 3], 0)])
        self.assertEqual([(m["enrol_offset"], m["enrol_count"]) for m in enrol if "enrol_offset" in m],
                         [(0, 124), (124, 124), (248, 8)])
        self.assertEqual([m["enrol_result"] for m in enrol if "enrol_result" in m], [0, 0, 1])
        admin = [m for m in self.found["revoke"] if m.get("task") == 31 and m["kind"] == "command"]
        self.assertEqual([(m.get("admin_slot"), m.get("admin_generation"), m.get("admin_epoch_step")) for m in admin],
                         [(0, 1, None), (None, None, True)])
        self.assertEqual([(m["task"], m["text"]) for m in self.found["event"] if m["kind"] == "event"], [(3, "up")] * 2)

    def test_only_the_spoilt_record_has_a_bad_tag(self):
        bad = {name: [m["frame"] for m in found if m.get("tag") == "bad"] for name, found in self.found.items()}
        self.assertEqual({name for name, frames in bad.items() if frames}, {"bad_tag"})
        self.assertEqual(len(bad["bad_tag"]), 1)
        self.assertNotIn("unchecked", [m.get("tag") for found in self.found.values() for m in found])

    def test_mssl_decode_says_the_same(self):
        for name, found in self.found.items():
            said = decode(MSSL, path(name), path(name, "keys"), code=BAD_TAG if name == "bad_tag" else 0)
            self.assertEqual([alike(m) for m in said], found, name)

    def test_without_keys_both_show_what_is_in_the_clear_and_no_more(self):
        for name in ("enrol", "bad_tag"):
            found = tshark(path(name))
            self.assertEqual([alike(m) for m in decode(MSSL, path(name))], found)
            self.assertTrue({"command", "answer"}.isdisjoint(story(found)))
            self.assertEqual({m["tag"] for m in found if "tag" in m}, {"unchecked"})
            self.assertFalse([m for m in found if "plain" in m or "text" in m and m["kind"] != "end"])

    def test_with_a_wrong_key_every_tag_is_bad_and_nothing_is_shown(self):
        with tempfile.TemporaryDirectory() as folder:
            wrong = os.path.join(folder, "wrong.keys")
            with open(path("session", "keys"), encoding="ascii") as file, open(wrong, "w", encoding="ascii") as out:
                out.write(re.sub(r"(MSSL_SESSION \w+ \w+) .*", r"\1 " + "00" * 16, file.read()))
            found = tshark(path("session"), wrong)
            self.assertEqual({m["tag"] for m in found if "tag" in m}, {"bad"})
            self.assertTrue({"command", "answer", "close"}.isdisjoint(story(found)))
            self.assertEqual([alike(m) for m in decode(MSSL, path("session"), wrong, code=BAD_TAG)], found)

    def test_a_second_pass_shows_the_same(self):
        for name in ("session", "bad_tag"):
            self.assertEqual(tshark(path(name), path(name, "keys"), ["-2"]), self.found[name])

    def test_display_filters_find_fields_and_refusals(self):
        for name, wanted, frames in (("session", 'mssl.text == "dim"', 2), ("chain", "mssl.block.task == 3", 2),
                                     ("bad_tag", "mssl.warning.bad_tag", 1), ("bad_tag", 'mssl.end.name == "record_tag"', 1)):
            out = run_tshark(path(name), path(name, "keys"), options=["-Y", wanted])
            self.assertEqual(len(out.splitlines()), frames, wanted)

    def test_the_list_of_packets_names_commands_answers_and_refusals(self):
        out = run_tshark(path("bad_tag"), path("bad_tag", "keys"))
        for words in ('command led "on"', 'answer led ok "on"', "record (bad tag)", "[MSSL: record refused: bad tag]"):
            self.assertIn(words, out)

    def test_lines_for_a_person(self):
        done = run_decode(MSSL, path("revoke"), path("revoke", "keys"))
        for words in ("command admin revoke 0 1\n", "answer admin ok\n", "end: ended by its admin command\n",
                      "HELLO host alice device ", " slot 0 generation 0 address 10.0.2.2 tasks led,uptime\n",
                      "end: HELLO refused: closed without a byte\n"):
            self.assertIn(words, done.stdout)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_dissector_loads_from_the_folder_of_plugins(self):
        with tempfile.TemporaryDirectory() as home:
            found = tshark(path("session"), path("session", "keys"), dissector=None, env=install(home))
            self.assertEqual(found, self.found["session"])

    def test_the_commands_of_the_readme_run(self):
        with open(os.path.join(source, "wireshark", "README.md"), encoding="utf-8") as file:
            blocks = re.findall(r"^```sh\n(.*?)^```", file.read(), re.M | re.S)
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run(["sh", "-euc", "".join(blocks)], cwd=source, env={**os.environ, "HOME": home},
                                  capture_output=True, text=True, timeout=120, check=True)
        self.assertIn('command led "on"', done.stdout)
        self.assertIn("[MSSL: closed by both]", done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
