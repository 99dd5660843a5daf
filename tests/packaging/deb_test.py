#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The Debian packages, installed with dpkg over a throw-away copy of this machine:
an overlay in a mount namespace of the test's own, so nothing here is changed. As root
or as any user who may unshare.

usage: deb_test.py SOURCE FOLDER, the latter with the packages"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

INSIDE, SKIP = "--inside", 77
SOURCE, PACKAGES = (Path(word).resolve() for word in sys.argv[1:3])
# What dpkg and its triggers keep for themselves.
OTHERS = re.compile(r"(var/lib/(dpkg|systemd|man-db)|var/log|var/cache|etc/ld\.so\.cache|mnt|tmp|run|dev|proc|root)(/|$)")
FIVE_MINUTES = """set -eu
cd "$(mktemp -d)"
export MSSL_AUTHORITY_DIR=$PWD/authority MSSL_AUTHORITY=$PWD/authority/authority.pub
mssl-authority init --no-passphrase
mssl-authority device add porch --ip 10.0.2.15 --tasks-table /usr/share/mssl/firmware/tasks.table
mssl-authority device image porch -o porch.hex >/dev/null
mssl-authority grant alice --device porch --tasks led -o alice.grant
mssl-board --firmware /usr/share/mssl/firmware/atmega168/mssl-firmware.elf --image porch.hex \
    --eeprom porch.eeprom --host A:0 --events events </dev/null &
board=$!
trap 'kill $board' EXIT
until grep -q ready events 2>/dev/null; do kill -0 $board; sleep 0.1; done
port=$(sed -n 's/.*host A 127.0.0.1 //p' events)
mssl exec --wait --timeout 20 alice.grant "127.0.0.1:$port" led on
grep -q 'pin PB1 1' events
echo switched
"""


def enter():
    """Goes on in a mount namespace, or says why not."""
    if INSIDE in sys.argv:
        return
    flags = ["-m"] if os.geteuid() == 0 else ["-r", "-m"]
    if not shutil.which("unshare") or subprocess.run(["unshare", *flags, "true"], capture_output=True,
                                                     check=False).returncode:
        print("deb: no mount namespace may be made here")
        sys.exit(SKIP)
    os.execvp("unshare", ["unshare", *flags, "--propagation", "private", "--", sys.executable, "-B",
                          *sys.argv, INSIDE])


def overlay(top):
    """Mounts a copy-on-write view of / and returns it and its changes."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", top], check=True)
    upper, work, root = (top / name for name in ("upper", "work", "root"))
    for path in (upper, work, root):
        path.mkdir()
    options = f"lowerdir=/,upperdir={upper},workdir={work}" + ("" if os.geteuid() == 0 else ",userxattr")
    if subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, root], check=False).returncode and \
            subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options + ",userxattr", root],
                           check=False).returncode:
        print("deb: no overlay may be mounted here")
        sys.exit(SKIP)
    for name in ("dev", "proc"):
        subprocess.run(["mount", "--rbind", f"/{name}", root / name], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", root / "tmp"], check=True)
    return root, upper


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        top = Path(tempfile.mkdtemp())
        cls.addClassCleanup(os.rmdir, top)
        cls.addClassCleanup(subprocess.run, ["umount", "-R", "-l", top], check=True)
        cls.root, cls.upper = overlay(top)
        (cls.root / "var/lib/man-db/auto-update").unlink(missing_ok=True)   # its index takes long
        cls.debs = sorted(p for p in PACKAGES.glob("*.deb") if "-dbgsym_" not in p.name)
        cls.names = [p.name.split("_")[0] for p in cls.debs]
        inside = cls.root / "mnt/debs"
        inside.mkdir()
        for path in [*cls.debs, SOURCE / "tests/packaging/outside/lamp.c", SOURCE / "tests/house/porting_example.c"]:
            shutil.copy(path, inside)
        cls.installed = cls.run_in("dpkg --force-unsafe-io -i /mnt/debs/*.deb")

    @classmethod
    def run_in(cls, script):
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/tmp", "TERM": "dumb",
               "MANPATH": "/usr/share/man", "DEBIAN_FRONTEND": "noninteractive"}
        return subprocess.run(["chroot", cls.root, "sh", "-c", script], capture_output=True, text=True, env=env,
                              check=False, timeout=120, stdin=subprocess.DEVNULL)

    def good(self, script):
        done = self.run_in(script)
        self.assertEqual(done.returncode, 0, f"{script}: {done.stdout}{done.stderr}")
        return done.stdout

    def test_1_packages_install_without_a_complaint(self):
        self.assertEqual(self.installed.returncode, 0, self.installed.stdout + self.installed.stderr)
        self.assertNotIn("warning", self.installed.stderr)
        status = self.good("dpkg-query -W -f '${Status}\\n' " + " ".join(self.names))
        self.assertEqual(set(status.splitlines()), {"install ok installed"})
        self.assertGreaterEqual(len(self.names), 6)

    def test_2_programs_tell_the_packages_version(self):
        version = self.good("dpkg-query -W -f '${Version}' mssl")
        for program in ("mssl", "mssl-authority", "mssl-board"):
            self.assertEqual(self.good(f"{program} --version"), f"{program} {version}\n")

    def test_3_every_manual_page_is_found(self):
        for page in (SOURCE / "docs/man").glob("*.[1-8]"):
            name, section = page.name.rsplit(".", 1)
            self.assertIn(f"man{section}/{page.name}.gz", self.good(f"man -w {section} {name}"))

    def test_4_program_is_built_with_the_development_packages(self):
        self.good("cd /mnt/debs && cc -std=c99 -o lamp lamp.c porting_example.c"
                  " $(pkg-config --variable=source_c mssl-device) $(pkg-config --cflags --libs libmssl mssl-device)")
        self.assertIn("lamp 1", self.good("/mnt/debs/lamp"))
        self.assertIn("libmssl.so.0 => /", self.good("ldd /mnt/debs/lamp"))

    def test_5_from_nothing_to_a_switched_led(self):
        self.assertIn("switched", self.good(FIVE_MINUTES))

    def test_9_purge_leaves_nothing(self):
        owned = self.good("dpkg -L " + " ".join(self.names)).split()
        self.good("dpkg --purge " + " ".join(self.names))
        left = [p.relative_to(self.upper) for p in self.upper.rglob("*") if not p.is_dir()]
        self.assertEqual([str(p) for p in left if not OTHERS.match(str(p))], [])
        self.assertEqual([p for p in owned if "mssl" in p and (self.root / p[1:]).exists()], [])


if __name__ == "__main__":
    enter()
    unittest.main(argv=sys.argv[:1])
