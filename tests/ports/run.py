#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""run.py FOLDER [TARGET...]: builds the device core, unchanged and with the C
engine, for other chips, runs the vectors on each in its simulator, and prints
what the core takes there. --short: fewer vectors, for CI. --fault: with one
answer spoilt, so that each must fail. --sizes: no vectors, only sizes, held
against the table of docs/PORTING.md; --update writes that table. Exit 77: the
target's compiler or simulator is not here, and may be missing."""

import argparse
import os
import re
import shutil
import subprocess
import sys

from targets import TARGETS

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, os.pardir, os.pardir))
PORTING = os.path.join(ROOT, "docs", "PORTING.md")
CORE = ["mssl_dev_one.c", "mssl_dev_engine_aes.c", "mssl_dev_engine_ccm.c", "mssl_dev_engine_f.c",
        "mssl_dev_engine_wipe.c"]
INCLUDES = [f"-I{os.path.join(ROOT, room)}" for room in ("device", "wire", "tests/ports")]
BEGIN, END = "<!-- table of targets: make ports-update -->\n", "<!-- end of table of targets -->\n"
PASSED = re.compile(r"ports: passed (\d+) cases")
MISSING = 77


class Failure(Exception):
    pass


def command(line, **more):
    done = subprocess.run(line, capture_output=True, text=True, check=False, **more)
    if done.returncode:
        raise Failure(f"{' '.join(line)}\n{done.stdout}{done.stderr}")
    return done.stdout


def compile_all(target, folder, sources, options):
    """The objects of sources."""
    os.makedirs(folder, exist_ok=True)
    objects = []
    for source in sources:
        name = os.path.splitext(os.path.basename(source))[0] + target.suffix
        objects.append(os.path.join(folder, name))
        command([*target.compiler, *INCLUDES, *options, "-c", source, "-o", objects[-1]])
    return objects


def core_sources():
    return [os.path.join(ROOT, "device", name) for name in CORE]


def run(target, folder, flags):
    """Runs the vectors. Returns how many cases passed."""
    vectors = os.path.join(folder, "ports_vectors.c")
    os.makedirs(folder, exist_ok=True)
    command([sys.executable, "-B", os.path.join(HERE, "vectors.py"), vectors, *flags])
    sources = core_sources() + [vectors] + [os.path.join(HERE, name) for name in
                                            ("ports_run.c", "ports_main.c", target.put)]
    program = os.path.join(folder, "ports" + target.program_suffix)
    objects = compile_all(target, folder, sources, ["-DMSSL_DEV_RESTRICTIONS=3"])
    command([*target.linker, *objects, "-o", program])
    said = target.simulate(program, folder)
    passed = PASSED.search(said)
    if not passed:
        raise Failure(f"{target.name}: {said.strip() or 'said nothing'}")
    return int(passed[1])


def sizes(target, folder):
    """Code, constants included, and RAM of the core with its defaults: one
    session, no restrictions, no events."""
    code = ram = 0
    for item in compile_all(target, os.path.join(folder, "size"), core_sources(), []):
        more_code, more_ram = target.measure(item)
        code, ram = code + more_code, ram + more_ram
    return code, ram


def row(target, figures):
    return f"| {target.title} | {target.tools} | {figures[0]:,} | {figures[1]:,} |\n"


def table(rows):
    return "| chip | compiler, simulator | code and constants | RAM |\n|---|---|---:|---:|\n" + "".join(rows)


def check_table(figures, update):
    """Holds docs/PORTING.md against the sizes; a target that is not here is not checked."""
    with open(PORTING, encoding="utf-8") as file:
        before, rest = file.read().split(BEGIN, 1)
    old, after = rest.split(END, 1)
    if update:
        with open(PORTING, "w", encoding="utf-8") as file:
            file.write(before + BEGIN + table([row(TARGETS[name], f) for name, f in figures.items()]) + END + after)
        return 0
    wrong = [name for name, f in figures.items() if row(TARGETS[name], f) not in old]
    for name in wrong:
        print(f"ports: docs/PORTING.md does not say of {name}: {row(TARGETS[name], figures[name]).strip()}\n"
              "if that is meant: make ports-update, and commit it with the change", file=sys.stderr)
    return len(wrong)


def present(target):
    gone = [tool for tool in (target.compiler[0], target.simulator) if not shutil.which(tool)]
    if gone:
        print(f"ports: {target.name}: not here: {' '.join(gone)}", file=sys.stderr)
    return not gone


def measure(targets, options, flags):
    figures = {}
    for target in targets:
        folder = os.path.join(options.folder, target.name)
        cases = None if options.sizes else run(target, folder, flags)
        figures[target.name] = sizes(target, folder)
        said = "" if cases is None else f"{cases:6} cases passed"
        print(f"{target.name:<12}{figures[target.name][0]:>8}{figures[target.name][1]:>8}{said}", flush=True)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    for flag in ("short", "fault", "sizes", "update"):
        parser.add_argument(f"--{flag}", action="store_true")
    options = parser.parse_args()
    wanted = [TARGETS[name] for name in options.targets or TARGETS]
    here = [target for target in wanted if present(target)]
    if any(not target.optional for target in wanted if target not in here) or (options.update and here != wanted):
        return 1
    if not here:
        return MISSING
    print(f"{'target':<12}{'code':>8}{'RAM':>8}")
    flags = [f"--{flag}" for flag in ("short", "fault") if getattr(options, flag)]
    try:
        figures = measure(here, options, flags)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 1 if (options.sizes or options.update) and check_table(figures, options.update) else 0


if __name__ == "__main__":
    sys.exit(main())
