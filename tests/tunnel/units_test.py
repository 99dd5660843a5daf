#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The units of systemd: it understands every line, and finds little exposed."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent.parent.parent / "packaging"
EXPOSURE_MAX = 20       # of 100; a service without a sandbox has about 96


class Units(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="mssl-units-")
        self.addCleanup(self.folder.cleanup)
        for name in ("mssl-tunnel.service", "mssl-tunnel.socket"):
            text = (PACKAGING / name).read_text(encoding="ascii")
            Path(self.folder.name, name).write_text(text.replace("/usr/bin/mssl", os.environ["MSSL_PROGRAM"]),
                                                    encoding="ascii")

    def analyze(self, *words):
        return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=60,
                              cwd=self.folder.name)

    def test_systemd_understands_every_line(self):
        done = self.analyze("verify", "--man=no", "./mssl-tunnel.service", "./mssl-tunnel.socket")
        said = [line for line in done.stderr.splitlines() if "mssl-tunnel" in line]
        self.assertEqual(said, [])

    def test_little_is_exposed(self):
        done = self.analyze("security", "--no-pager", "--offline=true", f"--threshold={EXPOSURE_MAX}",
                            "./mssl-tunnel.service")
        level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
        self.assertTrue(level, done.stdout + done.stderr)
        self.assertEqual(done.returncode, 0, level and level[0])


if __name__ == "__main__":
    unittest.main()
