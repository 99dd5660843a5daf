#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs fuzz targets on their corpora and sums up.
Usage: fuzz.py BUILD [--seconds N | --hours H] [--seed N] [--keep FOLDER] [--record] [TARGET ...]

Each target runs for N seconds, or for its share of H hours; with --seed along the
same way each time, on which a faster machine only gets further. What it finds new
goes to FOLDER/TARGET (default: nowhere); a crash is left in BUILD/findings. With
--merge the corpora of this folder take what FOLDER has and covers more. --record
adds the executions to campaign.json, a slice of ten minutes at a time; --edges, for
the build without sanitizers, writes there what corpora and FOLDER reach; --list
prints the record."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import campaign

HERE = Path(__file__).resolve().parent
TARGETS = ("core", "client", "text", "net", "enc28j60", "capture")
LONGEST = {"text": 4000, "enc28j60": 120, "core": 200}     # bytes of an input; more only takes longer
INPUTS_MOST = 110                   # of a corpus
SLICE = 600                         # seconds of a campaign that are recorded together
# A freed block waits in a short queue, and says in one line whence it came: both cost
# more than the code under test. Leaks are looked for at the end of a run.
ASAN = "malloc_context_size=2:quarantine_size_mb=8:detect_stack_use_after_return=0"


def stat(name, out):
    """A figure of libFuzzer's last words."""
    found = re.findall(rf"{name}: *(\d+)", out)
    return int(found[-1]) if found else 0


def run(build, target, seconds, keep, seed):
    """Fuzzes one target; (executions, edges, edges there are, message of a failure)."""
    findings = build / "findings"
    findings.mkdir(exist_ok=True)
    corpus = HERE / "corpus" / target
    seeds = len(list(corpus.iterdir()))
    dictionary = HERE / f"{target}.dict"
    with tempfile.TemporaryDirectory() as scratch:
        new = Path(keep) / target if keep else Path(scratch)
        new.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [build / f"fuzz_{target}", f"-max_total_time={seconds}", "-print_final_stats=1", "-timeout=20",
             f"-max_len={LONGEST.get(target, 160)}", f"-artifact_prefix={findings}/{target}-",
             *([f"-seed={seed}"] if seed else []),
             *([f"-dict={dictionary}"] if dictionary.exists() else []), new, corpus],
            capture_output=True, text=True, errors="replace", check=False, timeout=seconds + 300,
            env={"ASAN_OPTIONS": ASAN, **os.environ})
    out = done.stderr
    edges = re.search(r"\((\d+) inline 8-bit counters\)", out)
    wrong = "" if done.returncode == 0 else "\n".join(
        re.findall(r"^.*(?:not so|ERROR|runtime error|Test unit).*$", out, re.M) or [f"ended with {done.returncode}: {out[-300:]}"])
    if not seeds or (done.returncode == 0 and not stat("stat::number_of_executed_units", out)):
        wrong = "nothing was run"
    return stat("stat::number_of_executed_units", out), stat("cov", out), int(edges[1]) if edges else 0, wrong


def run_long(build, target, seconds, keep):
    """The same in slices, each recorded as it ends."""
    total, sources = 0, campaign.sources(target)    # those that were built, not those of an hour later
    while True:
        now = min(seconds, SLICE)
        count, edges, of, wrong = run(build, target, now, keep, None)
        total += count
        seconds -= now
        campaign.add(target, sources, count, now, wrong != "")
        if wrong or seconds <= 0:
            return total, edges, of, wrong


def count_edges(build, target, keep):
    """What corpus and KEEP reach of the code under test, by the build that counts nothing else."""
    folders = [HERE / "corpus" / target, *([Path(keep) / target] if keep else [])]
    done = subprocess.run([build / f"fuzz_{target}", "-runs=0", *folders], capture_output=True, text=True,
                          errors="replace", check=True)
    of = re.search(r"\((\d+) inline 8-bit counters\)", done.stderr)
    campaign.edges(target, stat("cov", done.stderr), int(of[1]))


def covers(build, target, folders):
    """{path: the edges that this input reaches and no smaller one}, from libFuzzer's notes of a merge."""
    with tempfile.TemporaryDirectory() as scratch:
        notes = Path(scratch) / "notes"
        (Path(scratch) / "new").mkdir()
        subprocess.run([build / f"fuzz_{target}", "-merge=1", f"-max_len={LONGEST.get(target, 160)}",
                        f"-merge_control_file={notes}", f"{scratch}/new", *folders], capture_output=True, check=True)
        lines = notes.read_text(encoding="utf-8").splitlines()
    count = int(lines[0])
    paths = lines[2:2 + count]
    rows = [line.split() for line in lines[2 + count:]]
    return {Path(paths[int(row[1])]): set(row[2:]) for row in rows if row[0] == "COV"}


def merge(build, target, keep):
    """The inputs that reach most that smaller ones do not, into the corpus."""
    corpus = HERE / "corpus" / target
    new = covers(build, target, [Path(keep) / target, corpus])
    best = sorted(new, key=lambda path: (-len(new[path]), path.stat().st_size))[:INPUTS_MOST]
    chosen = {path.name[:12]: path.read_bytes() for path in best if new[path]}
    for path in corpus.iterdir():
        path.unlink()
    for name, content in chosen.items():
        (corpus / name).write_bytes(content)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--hours", type=float)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--keep")
    for flag in ("--merge", "--record", "--edges", "--list"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("targets", nargs="*")
    args = parser.parse_intermixed_args()
    targets = args.targets or TARGETS
    seconds = int(args.hours * 3600 / len(targets) if args.hours else args.seconds)
    total = wrong = 0
    for target in targets:
        if args.merge:
            merge(args.build, target, args.keep)
            continue
        if args.edges:
            count_edges(args.build, target, args.keep)
            continue
        if args.list:
            continue
        count, edges, of, failure = run_long(args.build, target, seconds, args.keep) if args.record else \
            run(args.build, target, seconds, args.keep, args.seed)
        total += count
        wrong += failure != ""
        print(f"{target:9} {count:10} executions, {edges} of {of} edges" +
              (f"\n{failure}" if failure else ""), flush=True)
    if args.edges or args.list:
        print("\n".join(campaign.lines()))
        return 0
    print(f"fuzz: {len(targets)} targets, {total} executions, {wrong} findings")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
