#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The runner of the fuzz targets, over programs that stand in for them, and what the
preset builds in a folder whose name says what a file's may say.
Usage: fuzz_test.py SOURCE CLANG"""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(sys.argv[1]).resolve()
RUNNER = SOURCE / "tests/fuzz/fuzz.py"
FINE = "echo '#9 DONE cov: 7 ft: 8'; echo '(12 inline 8-bit counters)'; echo 'stat::number_of_executed_units: 9'"


class Runner(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mssl-fuzz-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_it(self, lines):
        """Exit code and output of the runner on a target that does this."""
        target = self.folder / "fuzz_core"
        target.write_text(f"#!/bin/sh\nexec >&2\n{lines}\n", encoding="ascii")
        target.chmod(0o755)
        done = subprocess.run([sys.executable, "-B", RUNNER, self.folder, "--seconds", "1", "core"],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    def test_a_target_that_ran_and_found_nothing_is_fine(self):
        code, said = self.run_it(FINE)
        self.assertEqual(code, 0, said)
        self.assertIn("9 executions, 7 of 12 edges", said)
        self.assertIn("0 findings", said)

    def test_a_finding_fails_and_is_told(self):
        code, said = self.run_it(FINE + "\necho 'core.c:7: not so: n == 0'\nexit 77")
        self.assertEqual(code, 1)
        self.assertIn("core.c:7: not so", said)
        self.assertIn("1 findings", said)

    def test_a_target_that_cannot_start_or_is_killed_fails_and_is_told(self):
        for lines, told in (("echo 'no libcrypto.so.3'; exit 127", "no libcrypto.so.3"), ("kill -9 $$", "-9")):
            code, said = self.run_it(lines)
            self.assertEqual(code, 1, said)
            self.assertIn(told, said)

    def test_a_target_that_ran_nothing_fails(self):
        self.assertEqual(self.run_it("true")[0], 1)

    def test_the_preset_builds_the_same_in_a_folder_of_any_name(self):
        folder = self.folder / "main-help" / "cli" / "decode_main.c"
        folder.parent.mkdir(parents=True)
        folder.symlink_to(SOURCE)
        subprocess.run(["cmake", "-S", folder, "-B", self.folder / "build", "-G", "Ninja", "-DMSSL_FUZZ=ON",
                        f"-DCMAKE_C_COMPILER={sys.argv[2]}"], capture_output=True, check=True)
        text = (self.folder / "build/build.ninja").read_text(encoding="utf-8")
        self.assertIn(str(folder), text)
        built = set(re.findall(r"/fuzz_decode\.dir/\S*/(decode_\w+)\.c\.o:", text))
        wanted = {path.stem for path in (SOURCE / "cli").glob("decode_*.c")} - {"decode_main", "decode_help"}
        self.assertEqual(built, wanted)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
