#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""`mssl decode` as a program: its options, its files, its exit codes.
Usage: decode_test.py SOURCE BUILD"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest

source, build = sys.argv[1:3]
sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(source, "wire", "vectors")]
from capture import Capture, ethernet  # noqa: E402

MSSL = os.path.join(build, "cli", "mssl")
SAMPLES = os.path.join(source, "wireshark", "samples")
SESSION, KEYS = (os.path.join(SAMPLES, "session." + kind) for kind in ("pcap", "keys"))
DONE, USAGE, FORGED, UNWRITTEN = 0, 1, 2, 10


class Decode(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="mssl-decode-")
        self.addCleanup(self.folder.cleanup)

    def run_it(self, code, *words, **options):
        options = {"capture_output": True, "text": True, "timeout": 60, "check": False, **options}
        done = subprocess.run([MSSL, "decode", *words], **options)
        self.assertEqual(done.returncode, code, (words, done.stderr))
        return done

    def refused(self, words, *said):
        done = self.run_it(USAGE, *words)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for text in ("mssl: ", *said):
            self.assertIn(text, done.stderr)

    def file(self, content, name="file"):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def read(self, path):
        with open(path, "rb") as file:
            return file.read()

    def test_help_names_every_option(self):
        said = self.run_it(DONE, "--help").stdout
        for option in ("--keylog", "--tasks-table", "--port", "--json"):
            self.assertIn(option, said)

    def test_the_examples_of_help_and_manual_run(self):
        with open(os.path.join(source, "docs", "man", "mssl-decode.1"), encoding="utf-8") as file:
            manual = re.findall(r"^(mssl decode .*)$", file.read(), re.M)
        shown = re.findall(r"^  (mssl decode .*)$", self.run_it(DONE, "--help").stdout, re.M)
        self.assertGreaterEqual(len(manual), 3)
        self.assertGreaterEqual(len(shown), 2)
        for kind, name in (("pcap", "porch.pcap"), ("keys", "porch.keys")):
            shutil.copy(os.path.join(SAMPLES, "refused." + kind), os.path.join(self.folder.name, name))
        shutil.copy(os.path.join(source, "firmware", "tasks.table"), self.folder.name)
        for line in manual + shown:
            done = subprocess.run(["sh", "-c", line], cwd=self.folder.name, capture_output=True, text=True, timeout=60, check=False,
                                  env={**os.environ, "PATH": os.path.dirname(MSSL) + ":" + os.environ["PATH"]})
            self.assertEqual((done.returncode, done.stderr), (0, ""), line)
            self.assertIn("HELLO", done.stdout)

    def test_wrong_options_are_refused_with_a_remedy(self):
        self.refused(["--frames", SESSION], "--frames: no such option: see mssl decode --help")
        self.refused([SESSION, "--keylog"], "--keylog: its value is missing")
        self.refused([SESSION, SESSION], "one capture at a time")
        for port in ("0", "65536", "x", "-1", ""):
            self.refused(["--port", port, SESSION], "no port: give 1 to 65535")
        self.assertIn("usage: mssl decode", self.run_it(USAGE).stderr)

    def test_files_that_are_not_what_they_should_be_are_refused(self):
        missing = os.path.join(self.folder.name, "missing")
        self.refused([missing], f"mssl: {missing}: No such file", "pcap or pcapng")
        self.refused([self.file(b"")], "pcap")
        self.refused([self.file(b"GIF89a and more than a header")], "pcap")
        self.refused(["--keylog", missing, SESSION], "No such file", "mssl --keylog")
        self.refused(["--tasks-table", self.file(b"table 1\ntask x\n"), SESSION], "line 2")
        self.refused([self.file(self.read(SESSION)[:20] + b"\x93\0\0\0")], "kind of link")

    def test_a_key_log_with_a_wrong_line_is_refused_with_its_number(self):
        good = self.read(KEYS)
        for line in (b"MSSL_SESSION 00\n", b"x\n", good.splitlines()[1].upper() + b"\n", good.splitlines()[1] + b"0\n",
                     good.splitlines()[1].replace(b" ", b"  ") + b"\n", b"y" * 500 + b"\n", b"\0\n"):
            self.refused(["--keylog", self.file(good + line), SESSION], "line 5: not MSSL_SESSION")
        long_comment = b"#" + b" and so on" * 300 + b"\n\r\n#" + bytes(130) + b"\n"
        self.run_it(DONE, "--keylog", self.file(long_comment + good.replace(b"\n", b"\r\n")), SESSION)
        self.run_it(DONE, "--keylog", self.file(good.rstrip(b"\n")), SESSION)

    def test_a_capture_that_was_cut_shows_what_came_before_and_fails(self):
        whole = self.run_it(DONE, "--keylog", KEYS, SESSION).stdout
        done = self.run_it(USAGE, "--keylog", KEYS, self.file(self.read(SESSION)[:-7]))
        self.assertTrue(whole.startswith(done.stdout) and done.stdout)
        self.assertIn("what came before it is shown", done.stderr)

    def test_pcapng_and_standard_input(self):
        other = os.path.join(self.folder.name, "session.pcapng")
        subprocess.run(["editcap", "-F", "pcapng", SESSION, other], check=True, capture_output=True)
        said = self.run_it(DONE, SESSION).stdout
        self.assertEqual(self.run_it(DONE, other).stdout, said)
        with open(SESSION, "rb") as file:
            self.assertEqual(self.run_it(DONE, "-", stdin=file).stdout, said)

    def test_another_port_is_another_protocol(self):
        done = self.run_it(DONE, "--port", "6776", SESSION)
        self.assertEqual((done.stdout, done.stderr.count("\n")), ("", 1))
        self.assertIn(": nothing of MSSL is in it: give the devices' --port", done.stderr)

    def test_frames_that_are_cut_or_not_of_ipv4_are_told_to_say_nothing(self):
        capture = Capture()
        capture.connection().greet()
        other = {"snap": 0}, {"snap": 40}, {"dress": lambda p: ethernet(p)[:12] + b"\x86\xdd" + bytes(40) + p[20:]}, \
            {"dress": lambda p: ethernet(p[:6] + b"\x20" + p[7:])}      # a fragment
        for options in other:
            done = self.run_it(DONE, capture.write(os.path.join(self.folder.name, "other.pcap"), **options))
            self.assertEqual(done.stdout, "")
            self.assertIn("nothing of MSSL is in it", done.stderr)
        self.assertEqual(self.run_it(DONE, capture.write(os.path.join(self.folder.name, "whole.pcap"))).stderr, "")

    def test_a_bad_tag_is_told_and_gives_its_exit_code(self):
        name = os.path.join(SAMPLES, "bad_tag")
        done = self.run_it(FORGED, name + ".pcap", "--keylog", name + ".keys")
        self.assertIn("a tag did not verify", done.stderr)
        self.assertEqual(done.stdout.count("[the tag does not verify"), 1)
        self.run_it(DONE, name + ".pcap")

    def test_every_line_of_json_is_an_object(self):
        for name in ("session", "chain", "enrol", "refused"):
            said = self.run_it(DONE, "--json", "--keylog", os.path.join(SAMPLES, name + ".keys"),
                               os.path.join(SAMPLES, name + ".pcap")).stdout
            for line in said.splitlines():
                self.assertLessEqual({"frame", "time", "stream", "host", "device", "direction", "kind"}, set(json.loads(line)))

    def test_a_flood_of_connections_and_holes_takes_little_memory(self):
        capture = Capture()
        for i in range(3000):
            c = capture.connection()
            c.host(c.hello()[:9])
            c.send((0, c.next[0] + 16000, b"far ahead"))
        pcap = capture.write(os.path.join(self.folder.name, "flood.pcap"))
        limit = None if os.environ.get("ASAN_OPTIONS") or "sanitize" in build else \
            lambda: resource.setrlimit(resource.RLIMIT_DATA, (16 << 20, 16 << 20))
        said = self.run_it(DONE, pcap, preexec_fn=limit).stdout
        self.assertEqual(said.count("bytes are missing"), 3000)

    def test_an_output_that_is_full_is_not_success(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = self.run_it(UNWRITTEN, SESSION, capture_output=False, stdout=full, stderr=subprocess.PIPE)
        self.assertIn("can't be written", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
