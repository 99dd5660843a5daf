#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Makes one small mistake at a time in device/, host/ and net/ and looks whether
a native test notices.
Usage: mutate.py ROOT [--sample N] [--seed N] [--again] [--list] [FILE ...]

Works on a built build/host. What survives there is tried once more in
build/sanitize, by the tests that are short, where it must not touch what it should
not. equivalents.txt names the mutants that no test can notice, and why. A file that
is run as a whole is recorded in results.json, with a hash of its text and its
survivors; --again tries only those of the record that still survive, and takes those
that are killed by now off the record of a file that has not changed; --list prints it.
Prints survivors; ends with one line; exits 1 if one of them is not argued, or if
more than 3 % of a full run are argued."""

import argparse
import concurrent.futures
import hashlib
import json
import random
import sys
from pathlib import Path

import bench
import operators

HERE = Path(__file__).resolve().parent
RECORD = HERE / "results.json"
ARGUED_MOST = 0.03
LEFT_OUT = {"mssl_dev_one.c", "net_one.c"}      # no code of their own
VERDICTS = ("killed", "survived", "argued", "refused")


def key_of(file, mutant):
    return file, mutant.before, mutant.after


def judge(benches, known, file, room, source, mutant):
    """The verdict of the benches, one after the other; argued is only what none of them notices."""
    for one in benches:
        verdict, by = one.judge(room, source, mutant.text)
        if verdict != "survived":
            return verdict, by
    return "argued" if key_of(file, mutant) in known else "survived", None


def read_equivalents():
    """{(file, before, after): why}."""
    known = {}
    for line in (HERE / "equivalents.txt").read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#":
            name, before, after, why = line.split(" @@ ")
            known[name, before.strip(), after.strip()] = why
    return known


def read_record():
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}


def text_hash(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def unnoticed(file, verdicts, known):
    """What the record says of each mutant that no test noticed, by line."""
    return [{"line": m.number, "before": m.before, "after": m.after, "why": known.get(key_of(file, m), "")}
            for m, verdict in sorted(verdicts, key=lambda pair: pair[0].number) if verdict in ("survived", "argued")]


def write_record(record):
    RECORD.write_text(json.dumps(dict(sorted(record.items())), indent=1) + "\n", encoding="utf-8")


def record_file(root, file, verdicts, known):
    """A row for a file that was run whole: how many of each verdict, and each one that no test noticed."""
    row = {"text": text_hash(root / file)}
    row.update({name: sum(v == name for _, v in verdicts) for name in VERDICTS})
    row["unnoticed"] = unnoticed(file, verdicts, known)
    write_record({**read_record(), file: row})


def record_again(root, found, known):
    """What became of the survivors on record: files that have changed since are left alone."""
    record = read_record()
    for file, verdicts in found.items():
        row = record[file]
        if row["text"] == text_hash(root / file):
            tried = {(m.number, m.before, m.after) for m, _ in verdicts}
            row["survived"] -= len(verdicts)
            for _, verdict in verdicts:
                row[verdict] += 1
            kept = [old for old in row["unnoticed"] if (old["line"], old["before"], old["after"]) not in tried]
            row["unnoticed"] = sorted(kept + unnoticed(file, verdicts, known), key=lambda old: old["line"])
    write_record(record)


def sources_of(root, names):
    """[(file, room, path)] of what is mutated."""
    found = []
    for room in bench.TESTS:
        for path in sorted((root / room).glob("*.c")):
            file = f"{room}/{path.name}"
            if path.name not in LEFT_OUT and (not names or file in names or room in names):
                found.append((file, room, path))
    return found


def again(record, file, mutant, changed):
    """Was it one that survived, on record? A line's number counts as long as the text is the same."""
    return any(not row["why"] and (row["before"], row["after"]) == (mutant.before, mutant.after)
               and (changed or row["line"] == mutant.number)
               for row in record.get(file, {}).get("unnoticed", ()))


def run(args, root, known, todo):
    """Judges all, prints survivors; {file: [(mutant, verdict)]}."""
    rooms, found, finished = sorted({task[1] for task in todo}), {}, 0
    left = {file: sum(task[0] == file for task in todo) for file in {task[0] for task in todo}}
    whole = not (args.sample or args.again)
    benches = bench.benches(root, rooms, args.jobs)
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        started = {pool.submit(judge, benches, known, *task): task for task in todo}
        for future in concurrent.futures.as_completed(started):
            (file, _, _, mutant), (verdict, by) = started[future], future.result()
            finished += 1
            found.setdefault(file, []).append((mutant, verdict))
            if args.verbose:
                print(f"{finished}/{len(todo)} {file}:{mutant.number} {verdict} {by}", file=sys.stderr, flush=True)
            if verdict == "survived":
                print(f"{file} @@ {mutant.before} @@ {mutant.after} @@ line {mutant.number} {mutant.operator}", flush=True)
            left[file] -= 1
            if whole and not left[file]:
                record_file(root, file, found[file], known)
    if args.again:
        record_again(root, found, known)
    return found


def summary(rows, full, title):
    """Prints counts by room and the last line; True if something is wrong."""
    rooms, total = {}, dict.fromkeys(VERDICTS, 0)
    for file, counts in rows.items():
        room = rooms.setdefault(file.split("/")[0], dict.fromkeys(VERDICTS, 0))
        for name in VERDICTS:
            room[name] += counts[name]
            total[name] += counts[name]
    for room, counts in rooms.items():
        print(f"{room}: " + ", ".join(f"{n} {verdict}" for verdict, n in counts.items()))
    made = total["killed"] + total["survived"] + total["argued"]
    too_many = full and total["argued"] > ARGUED_MOST * made
    print(f"{title}: {made} mutants, {total['killed']} killed, {total['survived']} survived, "
          f"{total['argued']} argued to be equivalent" + (": too many" if too_many else ""))
    return total["survived"] or too_many or not made


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    for flag in ("--again", "--list", "--verbose"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("files", nargs="*")
    args = parser.parse_intermixed_args()
    root, known, record = args.root.resolve(), read_equivalents(), read_record()
    if args.list:
        for file, row in record.items():
            if not (root / file).exists() or text_hash(root / file) != row["text"]:
                print(f"{file}: has changed since")
        return 1 if summary(record, True, "mutants on record") else 0
    sources = sources_of(root, args.files)
    gone = set(args.files) - {name for file, room, _ in sources for name in (file, room)}
    if gone:
        sys.exit(f"mutate: no such file or room: {', '.join(sorted(gone))}")
    todo = [(file, room, path, m) for file, room, path in sources
            for m in operators.mutants(path.read_text(encoding="utf-8"))]
    if args.again:
        changed = {file: text_hash(path) != record[file]["text"] for file, _, path in sources if file in record}
        todo = [task for task in todo if again(record, task[0], task[3], changed.get(task[0]))]
    if args.sample and args.sample < len(todo):
        todo = random.Random(args.seed).sample(todo, args.sample)
    if args.again and not todo:
        print("mutate: none on record survives")
        return 0
    found = run(args, root, known, todo)
    rows = {file: {name: sum(v == name for _, v in pairs) for name in VERDICTS} for file, pairs in found.items()}
    full = not (args.sample or args.again or args.files)
    return 1 if summary(rows, full, "mutate") else 0


if __name__ == "__main__":
    sys.exit(main())
