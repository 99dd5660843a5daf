#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Makes one small mistake at a time in device/, host/ and net/ and looks whether
a native test notices. Usage: mutate.py ROOT [--sample N] [--seed N] [FILE ...]

Works on a built build/host: the mutant's object is linked before the library it
belongs to. What survives there is tried once more in build/sanitize, where it
must not touch what it should not. equivalents.txt names the mutants that no test can notice, and why.
Prints survivors; ends with one line; exits 1 if one of them is not argued, or if
more than 3 % of a full run are argued."""

import argparse
import concurrent.futures
import json
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import operators

HERE = Path(__file__).resolve().parent
ARGUED_MOST = 0.03
# The tests of a room: targets below build/host/tests, most likely to notice first.
TESTS = {
    "device": ["device/device_" + name for name in (
        "vectors_core refusal_hello session_tasks refusal_record refusal_vectors session_close session_timers "
        "admin_revoke admin_epoch session_events session_restrictions refusal_address session_wipe nonce_store "
        "session_counter session_many refusal_plain refusal_transport cavp_ccm cavp_aes nonce_cut "
        "signature_enrol signature_refusal signature_many").split()],
    "host": ["host/host_" + name for name in (
        "edges client client_end grant grant_file task_table vectors wrong_files enrol faults").split()],
    "net": ["net/net_" + name for name in
            "tcp_data tcp_open tcp_close link tcp_window places noise".split()],
}
LEFT_OUT = {"mssl_dev_one.c", "net_one.c",      # no code of their own
            "enc28j60.c"}                       # its own test needs the chip's model


class Test:
    """A test program: how it is linked, and how long it takes."""

    def __init__(self, build, target):
        self.name = target.split("/")[1]
        out = subprocess.run(["ninja", "-C", str(build), "-t", "commands", "-s", f"tests/{target}"],
                             capture_output=True, text=True, check=True).stdout
        link = out.strip().splitlines()[-1]
        self.link = re.sub(r"^: && | && :$", "", link)
        self.output = f"tests/{target}"
        start = time.monotonic()
        subprocess.run([build / self.output], cwd=build, capture_output=True, check=True)
        self.limit = 10 + 20 * (time.monotonic() - start)

    def notices(self, build, objects, folder):
        """Does it fail, hang or crash when linked with the mutant's objects?"""
        libraries = re.findall(r"(\S*?)lib(\w+)\.a", self.link)
        mine = [objects[name] for _, name in libraries if name in objects]
        if not mine:
            return False
        program = folder / self.name
        args = shlex.split(self.link)
        args[args.index("-o") + 1] = str(program)
        first = next(i for i, arg in enumerate(args) if arg.endswith(".o"))
        args.insert(first, str(mine[0]))
        made = subprocess.run(args, cwd=build, capture_output=True, check=False)
        if made.returncode:
            raise RuntimeError(made.stderr.decode()[-500:])
        try:
            done = subprocess.run([program], cwd=folder, capture_output=True, timeout=self.limit, check=False)
        except subprocess.TimeoutExpired:
            return True
        finally:
            program.unlink()
        return done.returncode != 0


def compile_mutant(build, commands, source, text, folder):
    """{library: object} of the mutated source; None if the compiler refuses it."""
    changed = folder / source.name
    changed.write_text(text, encoding="utf-8")
    objects = {}
    for library, command in commands.items():
        args = [str(changed) if arg == str(source) else arg for arg in command]
        args[args.index("-o") + 1] = str(folder / f"{library}.o")
        # An off mutant may warn: that alone is no test.
        done = subprocess.run(args + ["-w", "-O1", f"-I{source.parent}"], cwd=build, capture_output=True, check=False)
        if done.returncode:
            return None
        objects[library] = folder / f"{library}.o"
    return objects


def compile_commands(build):
    """{source: {library: command}} of the libraries, but not those made as one unit."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        args = shlex.split(entry["command"])
        library = re.search(r"CMakeFiles/(\w+)\.dir/", args[args.index("-o") + 1])
        if library and Path(entry["file"]).name.startswith(("mssl_dev_", "net_")) or "/host/" in entry["file"]:
            found.setdefault(Path(entry["file"]), {})[library[1]] = args
    return found


class Bench:
    """A build folder, with its tests by room."""

    def __init__(self, build, rooms, jobs):
        targets = [target for room in rooms for target in TESTS[room]]
        subprocess.run(["cmake", "--build", str(build), "-j", str(jobs), "--target",
                        *[target.split("/")[1] for target in targets]], check=True, stdout=subprocess.DEVNULL)
        self.build, self.commands = build, compile_commands(build)
        self.tests = {room: [Test(build, target) for target in TESTS[room]] for room in rooms}

    def judge(self, room, source, mutant):
        """killed, survived or refused (by the compiler)."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            objects = compile_mutant(self.build, self.commands[source], source, mutant.text, folder)
            if objects is None:
                return "refused"
            noticed = any(test.notices(self.build, objects, folder) for test in self.tests[room])
        return "killed" if noticed else "survived"


def judge(benches, known, task):
    """The verdict of the benches, one after the other."""
    room, source, mutant = task
    for bench in benches:
        verdict = bench.judge(room, source, mutant)
        if verdict != "survived":
            return verdict
        if (f"{room}/{source.name}", mutant.before, mutant.after) in known:
            return "argued"
    return "survived"


def read_equivalents():
    """{(file, before, after): why}."""
    known = {}
    for line in (HERE / "equivalents.txt").read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#":
            name, before, after, why = line.split(" @@ ")
            known[name, before.strip(), after.strip()] = why
    return known


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("files", nargs="*")
    args = parser.parse_intermixed_args()
    root, known, todo = args.root.resolve(), read_equivalents(), []
    for room in TESTS:
        sources = [s for s in sorted((root / room).glob("*.c")) if s.name not in LEFT_OUT
                   and (not args.files or str(s.relative_to(root)) in args.files)]
        todo += [(room, s, m) for s in sources for m in operators.mutants(s.read_text(encoding="utf-8"))]
    if args.sample and args.sample < len(todo):
        todo = random.Random(args.seed).sample(todo, args.sample)
    rooms, counts = sorted({room for room, _, _ in todo}), {}
    benches = [Bench(root / "build" / name, rooms, args.jobs) for name in ("host", "sanitize")]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        started = {pool.submit(judge, benches, known, task): task for task in todo}
        for done, future in enumerate(concurrent.futures.as_completed(started), 1):
            (room, source, mutant), verdict = started[future], future.result()
            if done % 100 == 0:
                print(f"{done} of {len(todo)}", file=sys.stderr, flush=True)
            row = counts.setdefault(room, dict.fromkeys(("killed", "survived", "argued", "refused"), 0))
            row[verdict] += 1
            if verdict == "survived":
                print(f"{room}/{source.name} @@ {mutant.before} @@ {mutant.after} @@ {mutant.number} {mutant.operator}", flush=True)
    for room, row in counts.items():
        print(f"{room}: " + ", ".join(f"{n} {verdict}" for verdict, n in row.items()))
    total = {key: sum(row[key] for row in counts.values()) for key in ("killed", "survived", "argued", "refused")}
    made = total["killed"] + total["survived"] + total["argued"]
    too_many = not args.sample and total["argued"] > ARGUED_MOST * made
    print(f"mutate: {made} mutants, {total['killed']} killed, {total['survived']} survived, "
          f"{total['argued']} argued to be equivalent" + (": too many" if too_many else ""))
    return 1 if total["survived"] or too_many or not made else 0


if __name__ == "__main__":
    sys.exit(main())
