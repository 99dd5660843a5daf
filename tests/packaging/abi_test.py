#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""libmssl's binary interface is the committed one, and the check sees what would
break a program: a struct that grew, a function that went.

usage: abi_test.py SOURCE LIBRARY"""

import platform
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE, LIBRARY = (Path(word).resolve() for word in sys.argv[1:3])
SKIP = 77


def check(library):
    return subprocess.run([sys.executable, "-B", str(SOURCE / "packaging/abi.py"), str(library)],
                          capture_output=True, text=True, check=False)


def built(folder, exact, instead, script=None):
    """A libmssl whose header has another text in one place."""
    header = (SOURCE / "host/mssl.h").read_text(encoding="utf-8")
    assert header.count(exact) == 1, exact
    Path(folder, "mssl.h").write_text(header.replace(exact, instead), encoding="utf-8")
    for path in [*(SOURCE / "host").glob("*.[ch]"), SOURCE / "wire/mssl_wire.h"]:
        if path.name != "mssl.h":
            Path(folder, path.name).write_bytes(path.read_bytes())
    words = ["cc", "-std=c99", "-D_POSIX_C_SOURCE=200809L", "-g", "-fPIC", "-shared", "-o", "libmssl.so",
             f"-Wl,--version-script={script or SOURCE / 'packaging/libmssl.map'}", "-Wl,-soname,libmssl.so.0",
             *(path.name for path in Path(folder).glob("*.c")), "-lcrypto"]
    subprocess.run(words, cwd=folder, check=True)
    return Path(folder, "libmssl.so")


class Abi(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_interface_is_the_committed_one(self):
        done = check(LIBRARY)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_struct_that_grew_is_seen(self):
        done = check(built(self.folder, "    uint8_t waiting;  ", "    uint16_t waiting, more;  "))
        self.assertIn("type size changed", done.stdout)
        self.assertEqual(done.returncode, 1)

    def test_function_that_went_is_seen(self):
        script = Path(self.folder, "shorter.map")
        full = (SOURCE / "packaging/libmssl.map").read_text(encoding="utf-8")
        script.write_text(re.sub(r" *mssl_random;\n", "", full), encoding="utf-8")
        done = check(built(self.folder, "#define MSSL_H\n", "#define MSSL_H\n", script))
        self.assertIn("mssl_random", done.stdout)
        self.assertIn("breaks installed programs", done.stdout)
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    if platform.machine() != "x86_64":
        print("abi: the dump is of x86-64")
        sys.exit(SKIP)
    unittest.main(argv=sys.argv[:1])
