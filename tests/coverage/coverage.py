#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Branch coverage of device/ and host/ by their native tests.
Usage: coverage.py ROOT BUILD [JOBS]. Builds and runs the tests in BUILD (preset coverage), prints
what is missing by file and ends with one line. missing.txt holds the branches
that are known to be missed, and why; any other exits 1."""

import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = r"^(device_|host_|agreement_(sessions|restrictions|admin|host_vectors)|vectors_|porting_example)"


def read_known():
    """{(file, line of source): why}."""
    known = {}
    for line in (HERE / "missing.txt").read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#":
            name, source, why = line.split(" | ")
            known[name, source.strip()] = why
    return known


def build_tests(build, jobs):
    """Builds the programs of these tests, and nothing else."""
    out = subprocess.run(["ctest", "--test-dir", str(build), "-N", "-R", TESTS], capture_output=True, text=True, check=True)
    names = [name.replace("vectors_diff", "vectors-diff") for name in re.findall(r"Test +#\d+: (\S+)", out.stdout)]
    subprocess.run(["cmake", "--build", str(build), "-j", str(jobs), "--target", *names], check=True,
                   stdout=subprocess.DEVNULL)


def measure(root, build):
    """{(file, line): is each branch taken?} of the two rooms; a line without branches has one."""
    for stale in build.rglob("*.gcda"):
        stale.unlink()
    done = subprocess.run(["ctest", "--test-dir", str(build), "-R", TESTS, "-j", "2"],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout[-2000:] + "coverage: the tests fail")
    lines = {}
    for library in sorted({path.parent for path in build.rglob("*.gcda")}):
        if re.search(r"/(mssl_(device|host)\w*|device_check_\d+)\.dir/?", f"{library}/") and "_unit.dir" not in str(library):
            for entry in counts(root, build, library):
                for line in entry["lines"]:
                    if line["gcovr/noncode"]:
                        continue
                    place = entry["file"], line["line_number"]
                    hits = [branch["count"] > 0 for branch in line["branches"]] or [line["count"] > 0]
                    lines[place] = fuller(lines.get(place, []), hits)
    return lines


def counts(root, build, library):
    """What gcovr knows of the objects of one library."""
    out = subprocess.run(["gcovr", "-r", str(root), "--object-directory", str(build), "-f", str(root / "device") + "/",
                          "-f", str(root / "host") + "/", "--json", "--gcov-ignore-parse-errors", str(library)],
                         cwd=build, capture_output=True, text=True, check=True).stdout
    return json.loads(out)["files"]


def fuller(one, other):
    """Both together if they are the same branches; else those of the build whose
    options leave more of them."""
    if len(one) != len(other):
        return max(one, other, key=len)
    return [a or b for a, b in zip(one, other)]


def main(root, build, jobs=2):
    known, seen, wrong, files = read_known(), set(), 0, {}
    build_tests(build, jobs)
    for (name, number), hits in sorted(measure(root, build).items()):
        row = files.setdefault(name, [0, 0])
        if len(hits) > 1:
            row[0] += sum(hits)
            row[1] += len(hits)
        if all(hits):
            continue
        source = (root / name).read_text(encoding="utf-8").splitlines()[number - 1].strip()
        seen.add((name, source))
        if (name, source) not in known:
            wrong += 1
            print(f"{name}:{number}: {len(hits) - sum(hits)} not taken: {source}")
    for name, (taken, total) in files.items():
        print(f"{name:34} {taken:4} of {total:4} branches")
    for name, source in sorted(set(known) - seen):
        wrong += 1
        print(f"{name}: no longer missing, so no longer to be listed: {source}")
    taken, total = (sum(row[i] for row in files.values()) for i in (0, 1))
    print(f"coverage: {taken} of {total} branches taken, {wrong} lines wrong")
    return 1 if wrong or not total else 0


if __name__ == "__main__":
    sys.exit(main(*(Path(name).resolve() for name in sys.argv[1:3]), *sys.argv[3:]))
