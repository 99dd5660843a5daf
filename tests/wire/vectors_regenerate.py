#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The committed vectors are what make_vectors.py makes, no file more or less."""
import pathlib
import subprocess
import sys
import tempfile

folder = pathlib.Path(sys.argv[1])
with tempfile.TemporaryDirectory() as made:
    subprocess.run(["/usr/bin/python3", "-B", str(folder / "make_vectors.py"), made], check=True)
    new = {p.name: p.read_bytes() for p in pathlib.Path(made).iterdir()}
old = {p.name: p.read_bytes() for p in folder.glob("*.txt")}
wrong = sorted(n for n in new.keys() | old.keys() if new.get(n) != old.get(n))
if wrong or not new:
    sys.exit("not what make_vectors.py makes: %s" % (", ".join(wrong) or "nothing"))
print("%d files are as made" % len(new))
