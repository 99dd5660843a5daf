#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""firmware/mk_tasks.py: the header of a good table, and what bad ones get."""

import os
import subprocess
import sys
import tempfile
import unittest

MAKE = sys.argv.pop(1)


class Tasks(unittest.TestCase):
    def make(self, text):
        with tempfile.TemporaryDirectory() as folder:
            table, header = os.path.join(folder, "t"), os.path.join(folder, "h")
            with open(table, "wb") as file:
                file.write(text)
            done = subprocess.run(["/usr/bin/python3", MAKE, table, header], capture_output=True,
                                  text=True, check=False)
            made = None
            if os.path.exists(header):
                with open(header, encoding="ascii") as file:
                    made = file.read()
            return done, made

    def test_a_table_becomes_numbers_and_texts(self):
        done, made = self.make(b"# x\ntable 7\n\ntask 1 led on|off\ntask 28 a-b\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in ("#define TASK_TABLE 7", "#define TASK_LED 1", "#define TASK_A_B 28",
                     '"\\001" "led on|off\\0"', '"\\034" "a-b \\0"'):
            self.assertIn(line, made)

    def test_quotes_cannot_leave_the_string(self):
        _, made = self.make(b'table 1\ntask 1 say "x\\0??/"\n')
        self.assertIn('"say \\"x\\\\0\\?\\?/\\"\\0"', made)

    def test_bad_tables_are_refused_by_line(self):
        for text in (b"", b"task 1 led\n", b"table 256\n", b"table 1\ntable 2\n",
                     b"table 1\ntask 29 led\n", b"table 1\ntask 1 Led\n", b"table 1\ntask 1 admin\n",
                     b"table 1\ntask 1 a\ntask 1 b\n", b"table 1\ntask 1 a\ntask 2 a\n",
                     b"table 1\ntask 1 " + b"a" * 17 + b"\n", b"table 1\ntask 1 a " + b"x" * 99 + b"\n",
                     b"table 1\nfoo\n", b"table 1\ntask 1 a \xc3\xa4\n", b"table 1\ntask 01 a\n"):
            done, made = self.make(text)
            self.assertEqual((done.returncode, made), (1, None), text)
            self.assertIn("mk_tasks: ", done.stderr)


unittest.main()
