#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Whoever builds without a package is told its name and what to do. dpkg and cmake
are stand-ins here, that know nothing and fail.

usage: deps_test.py SOURCE"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(sys.argv.pop(1)).resolve()
STAND_INS = {"dpkg-query": "test $3 != libcsv-dev && echo installed", "cmake": "echo CSV_LIBRARY not found; exit 1",
             "apt-get": "echo no network; exit 1", "sudo": "exec \"$@\"", "id": "echo 0"}


class Deps(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        (self.top / "bin").mkdir()
        for name, does in STAND_INS.items():
            path = self.top / "bin" / name
            path.write_text(f"#!/bin/sh\n{does}\n")
            path.chmod(0o755)
        for name in ("Makefile", "CMakePresets.json", "cmake"):
            (self.top / name).symlink_to(SOURCE / name)

    def run_in(self, *words):
        env = {"PATH": f"{self.top}/bin:{os.environ['PATH']}", "LC_ALL": "C"}
        return subprocess.run(words, cwd=self.top, env=env, capture_output=True, text=True, check=False, timeout=60)

    def test_a_build_that_cmake_refuses_names_the_missing_package(self):
        done = self.run_in("make", "DEPS=skip", "build/host/build.ninja")
        self.assertEqual(done.returncode, 2)
        self.assertIn("CSV_LIBRARY not found", done.stdout)
        self.assertIn("deps: missing: libcsv-dev: as root: apt-get install libcsv-dev\n", done.stderr)

    def test_packages_that_can_t_be_installed_are_named(self):
        done = self.run_in("make", "deps")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no network", done.stderr)
        self.assertIn("apt-get failed (its last lines are above). Missing: libcsv-dev\n", done.stderr)

    def test_lists_name_each_package_once_and_in_order(self):
        for path in (SOURCE / "cmake").glob("debian-packages*.txt"):
            lines = path.read_text(encoding="utf-8").splitlines()
            names = [line for line in lines if not line.startswith("#")]
            self.assertEqual(names, sorted(set(names)), path.name)
            self.assertEqual(lines[len(lines) - len(names):], names, f"{path.name}: a comment among the names")


if __name__ == "__main__":
    unittest.main()
