#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The same sources give the same bytes: mssl, libmssl and a chip's firmware of the
Debian build in FIRST against a second build in another folder, with another umask,
time zone, locale, home and number of chips. --full: the packages themselves,
built twice, and diffoscope's report when they differ.

usage: reproducible.py SOURCE FIRST [--full]"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FILES = ("build/release/cli/mssl", "build/release/packaging/libmssl.so*",
         "build/release/packaging/libmssl.a", "build/atmega168/firmware/mssl-firmware*.elf",
         "build/atmega168/firmware/mssl-firmware*.hex")
FIRST = {"TZ": "UTC", "LC_ALL": "C", "umask": 0o022}
SECOND = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "umask": 0o077}


def build(source, to, surroundings, *words):
    env = {**os.environ, "DEB_BUILD_OPTIONS": "noautodbgsym parallel=2", "CCACHE_DISABLE": "1",
           **{name: value for name, value in surroundings.items() if name != "umask"}}
    done = subprocess.run([source / "packaging/deb.sh", to, *words], env=env, umask=surroundings["umask"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}\nreproducible: the build failed")


def found(folder, patterns):
    return {str(path.relative_to(folder)): path for pattern in patterns for path in sorted(folder.glob(pattern))
            if path.is_file() and not path.is_symlink()}


def differences(one, other, patterns):
    """Names that differ or are on one side only, and how many were compared."""
    a, b = found(one, patterns), found(other, patterns)
    wrong = sorted(set(a) ^ set(b))
    wrong += [name for name in sorted(set(a) & set(b)) if a[name].read_bytes() != b[name].read_bytes()]
    return wrong, len(a)


def control(one, work):
    """A comparison that cannot fail is none."""
    sample = next(iter(found(one, FILES[:1]).values()))
    copy = work / "control" / sample.relative_to(one)
    copy.parent.mkdir(parents=True)
    data = bytearray(sample.read_bytes())
    data[-1] ^= 1
    copy.write_bytes(data)
    return str(copy.relative_to(work / "control")) in differences(one, work / "control", FILES)[0]


def full(source, work):
    builds = [work / "one", work / "another/folder-with-a-longer-name"]
    for to, surroundings in zip(builds, (FIRST, SECOND)):
        build(source, to, surroundings)
    wrong, count = differences(*builds, ("*.deb",))
    if shutil.which("diffoscope"):
        for name in wrong:
            subprocess.run(["diffoscope", *(str(folder / name) for folder in builds)], check=False)
    return wrong, count


def main(source, first, *words):
    source = Path(source).resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if "--full" in words:
            wrong, count = full(source, work)
        else:
            one, other = Path(first) / "mssl", work / "another/folder-with-a-longer-name"
            build(source, other, {**SECOND, "CHIPS": "atmega168", "TARGETS": "mssl mssl_shared mssl_static"},
                  "build")
            wrong, count = differences(one, other / "mssl", FILES)
            if not control(one, work):
                wrong.append("control: a changed byte was not seen")
        for name in wrong:
            print(f"{name}: not the same bytes")
        print(f"reproducible: {count} files, {len(wrong)} differ")
        return 1 if wrong or count < 6 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
