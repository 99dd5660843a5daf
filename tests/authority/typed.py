#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A grant goes to another machine by keyboard or camera: mssl-authority here, mssl there."""
import os
import pty
import stat
import subprocess
import sys
import unittest

MSSL = sys.argv.pop(2)

from program import USAGE, Case    # noqa: E402: it takes its own argument

GRANT = ("grant", "alice", "--device", "porch", "--tasks", "led")


class Typed(Case):
    def setUp(self):
        super().setUp()
        self.begin()
        self.run_it(*GRANT)
        with open(self.path("alice-porch.grant")) as file:
            self.grant = file.read()

    def take(self, text, out="there.grant"):
        return subprocess.run([MSSL, "import", "-o", out], input=text, capture_output=True, text=True,
                              cwd=self.work)

    def check_taken(self, text):
        done = self.take(text)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open(self.path("there.grant")) as file:
            self.assertEqual(file.read(), self.grant)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("there.grant")).st_mode), 0o600)

    def text(self):
        return self.run_it("show", "alice-porch.grant", "--secret", "--text")

    def test_lines_make_the_same_file(self):
        self.check_taken(self.text())
        self.assertIn("exists", self.take(self.text()).stderr)

    def test_where_nothing_can_be_written_no_line_is_asked_for(self):
        for out, says in (("alice-porch.grant", "exists"), ("no/such/x", "No such file")):
            done = self.take("hello\n", out)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"{out}: ", done.stderr)
            self.assertIn(says, done.stderr)
            self.assertNotIn("line 1", done.stderr)

    def test_a_wrong_line_is_named_and_nothing_is_written(self):
        lines = self.text().splitlines(True)
        wrong = lines[9][:-3] + ("0" if lines[9][-3] != "0" else "1") + lines[9][-2:]
        for text, says in (("".join(lines[:9] + [wrong] + lines[10:]), "line 9: a symbol of it is wrong"),
                           ("".join(lines[:9] + lines[10:]), "line 9: it is not the next"),
                           ("".join(lines[:-1]), f"line {len(lines) - 1}: is missing"), ("", "line 1: is missing"),
                           ("hello\n", "line 1: it does not begin with its number"), ("x" * 9999, "line 1:")):
            done = self.take(text)
            self.assertEqual(done.returncode, 1, says)
            self.assertIn(says, done.stderr)
            self.assertFalse(os.path.exists(self.path("there.grant")))

    def test_on_a_terminal_a_mistyped_line_is_asked_for_again(self):
        lines = self.text().splitlines()[1:]
        master, slave = pty.openpty()
        process = subprocess.Popen([MSSL, "import", "-o", "there.grant"], stdin=slave, cwd=self.work,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in lines[:3] + [lines[3][::-1]] + lines[3:]:
            os.write(master, line.encode() + b"\n")
        out, err = process.communicate(timeout=20)
        os.close(master)
        os.close(slave)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(err.count("line 4: "), 1)
        self.assertEqual(err.count(f"line 4 of {len(lines)}: "), 2)

    def scan(self, blocks):
        """What a camera reads from a terminal that shows these half blocks."""
        rows = [line for line in blocks.split("\n") if line and set(line) <= set("█▀▄ ")]
        scale, pixels = 4, []
        for row in rows:
            for light in ("█▀", "█▄"):
                pixels += [bytes(255 * (c in light) for c in row for _ in range(scale))] * scale
        with open(self.path("qr.pgm"), "wb") as file:
            file.write(b"P5 %d %d 255\n" % (len(pixels[0]), len(pixels)) + b"".join(pixels))
        return subprocess.run(["zbarimg", "--quiet", "--raw", "--nodbus", self.path("qr.pgm")], capture_output=True,
                              text=True, check=True).stdout

    def test_the_qr_code_holds_the_same_lines(self):
        shown = self.run_it("show", "alice-porch.grant", "--secret", "--qr")
        self.check_taken(self.scan(shown))
        again = self.run_it(*GRANT, "--qr", "-o", "again.grant")
        self.assertEqual(self.scan(again), self.scan(shown))

    def test_the_key_is_shown_only_when_asked_for(self):
        self.refused(USAGE, "show", "alice-porch.grant", "--text")
        self.refused(USAGE, "show", "alice-porch.grant", "--qr")
        self.refused(USAGE, "show", "alice-porch.grant", "--secret", "--qr", "--text")

    def test_import_explains_itself(self):
        for words, code in ((["--help"], 0), ([], 1), (["-o"], 1), (["x"], 1), (["-o", "a", "-o", "b"], 1)):
            done = subprocess.run([MSSL, "import", *words], capture_output=True, text=True, cwd=self.work)
            self.assertEqual(done.returncode, code, words)
            self.assertIn("import", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
