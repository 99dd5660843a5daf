#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Proves with Frama-C's EVA that no sequence of calls of the core or of the
chip's network stack does what C leaves undefined on an AVR: see core.c, net.c.
And with WP what a few functions mean: see wp.py.
Each proof also runs on a source with a seeded off-by-one, which must raise an
alarm. Usage: prove.py ROOT [--short] [--models]. --short takes fewer lengths of answers,
--models checks the Spin models of docs/formal/ too."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import wp

LIMIT_S = 3000
HERE = Path(__file__).resolve().parent
CORE = [f"device/mssl_dev_{name}.c" for name in
        "store nonce hello record task admin session event engine_aes engine_f engine_ccm engine_wipe".split()]
NET = [f"net/net_{name}.c" for name in "frame arp ip tcp receive conn ahead".split()]
# Their states are kept apart when they return, for what depends on the result.
APART = ",".join(name + ":full" for name in
                 "mssl_dev_input mssl_dev_tick mssl_dev_task_run core_task_run describe_task "
                 "mssl_port_task mssl_port_task_text".split())
CORE_FLAGS = ["-eva-slevel", "300", "-eva-split-return-function", APART,
              "-eva-slevel-function", "main:100000,records:100000,input:100000,first_byte:100000",
              "-eva-slevel-merge-after-loop", "core_task_run",
              "-eva-domains-function", "equality:mssl_dev_hello_consume+"]
NET_FLAGS = ["-warn-invalid-pointer", "-eva-slevel", "50", "-eva-slevel-function", "main:1000,polls:0,answer:200,net_send:200"]
NET_DEFINES = ["NET_PORT=6775", "NET_ANSWER_MAX=137", "NET_CLOSING_MAX=9", "NET_UNPROVEN_MS=300"]
ASSUMPTIONS = """assumed, machine: int and pointers of 16 bits, little endian, two's complement, nothing aligned (avr_machine.ml)
assumed, core: the C engine; calls follow mssl_dev.h: one call at a time, a buffer of MSSL_DEV_BUF_LEN bytes, a peer's
  address that stays, an event's data of at most 127 bytes; the port answers within mssl_dev_port.h
assumed, core: volatile is left out; it decides what is compiled, not which bytes are touched
assumed, net: calls follow mssl_net.h; the NIC and the application return anything; net_conns[i].id is i from net_init on
assumed, net: what packet memory addresses mean is the NIC's matter: tests/net asserts them, EVA does not
not covered: assembly, main.c, chip.c, enc28j60.c, tasks; termination; timing"""


class Proof:
    """One run: name, harness, sources, definitions, flags; a seed is (file, old, new, entry)."""

    def __init__(self, name, harness, sources, defines, flags, seed):
        self.name, self.harness, self.sources = name, harness, sources
        self.defines, self.flags, self.seed = defines, flags, seed


def proofs(step, sessions):
    """All of them; step: of the lengths of a task's answers, 0 to 127."""
    for count, called in sessions:
        yield Proof(f"core, {count} session{'s' * (count > 1)}, number {called}", "core.c", CORE,
                    [f"MSSL_DEV_SESSIONS={count}", f"PROVE_SESSION={called}", f"PROVE_STEP={step}",
                     "MSSL_DEV_RESTRICTIONS=3", "volatile="], CORE_FLAGS,
                    ("device/mssl_dev_hello.c", "[MSSL_G_ADDRESS_LEN] > max)", "[MSSL_G_ADDRESS_LEN] > max + 1)", "hello"))
    for count in (1, 4):
        yield Proof(f"net, {count} connection{'s' * (count > 1)}", "net.c", NET,
                    [f"NET_CONNS={count}"] + NET_DEFINES, NET_FLAGS,
                    ("net/net_frame.c", "while (--n);", "while (n--);", "main"))


def run(proof, root, machine, entry="main"):
    """(alarms, statements reached, of how many, properties not proved), or what went wrong."""
    cpp = [f"-I{root / room}" for room in ("wire", "device", "net")] + [f"-I{HERE}"] + \
          ["-include", str(HERE / "avr_machine.h")] + [f"-D{define}" for define in proof.defines]
    done = subprocess.run(
        ["frama-c", "-load-module", str(machine), "-machdep", "avr", "-cpp-extra-args=" + " ".join(cpp),
         str(HERE / proof.harness), *[str(root / source) for source in proof.sources],
         "-main", entry, "-eva", "-eva-auto-loop-unroll", "300", "-eva-split-return", "auto",
         "-eva-msg-key=-initial-state,-final-states", *proof.flags],
        capture_output=True, text=True, timeout=LIMIT_S, check=False)
    out = done.stdout + done.stderr
    reached = re.search(r"(\d+) statements reached \(out of (\d+)\)", out)
    alarms = re.search(r"(\d+) alarms? generated", out)
    if done.returncode or not reached or not alarms:
        return "did not run: " + out[-1500:]
    unproved = sum(int(n) for pair in re.findall(r"valid +(\d+) unknown +(\d+) invalid", out) for n in pair)
    lines = [line.strip() for line in re.findall(r"\[eva:alarm\] (.*?)(?=\n\[)", out, re.S)]
    return int(alarms[1]), int(reached[1]), int(reached[2]), unproved, lines


def seeded(proof, root, folder):
    """A copy of the sources with the proof's off-by-one."""
    name, old, new, _ = proof.seed
    for room in ("wire", "device", "net"):
        shutil.copytree(root / room, folder / room, dirs_exist_ok=True)
    text = (folder / name).read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"{name}: the place of the seeded mistake is gone: {old}")
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def build_machine(folder):
    """The AVR as a module of Frama-C's."""
    shutil.copy(HERE / "avr_machine.ml", folder)
    where = subprocess.run(["frama-c", "-print-lib-path"], capture_output=True, text=True, check=True).stdout.strip()
    subprocess.run(["ocamlopt", "-I", where, "-shared", "-o", "avr_machine.cmxs", "avr_machine.ml"],
                   cwd=folder, check=True)
    return folder / "avr_machine.cmxs"


def check(proof, root, machine, with_seed):
    """Runs one proof and its seeded twin; how many things were wrong."""
    result = run(proof, root, machine)
    if isinstance(result, str):
        print(f"{proof.name}: {result}")
        return 1
    alarms, reached, total, unproved, lines = result
    print(f"{proof.name}: {alarms} alarms, {unproved} checks not proved, "
          f"{reached} of {total} statements reached", flush=True)
    print("".join(f"  {line}\n" for line in lines), end="")
    wrong = bool(alarms or unproved or reached < 0.95 * total)
    if with_seed:
        with tempfile.TemporaryDirectory() as folder:
            found = run(proof, seeded(proof, root, Path(folder)), machine, proof.seed[3])
        raised = not isinstance(found, str) and found[0] > 0
        print(f"{proof.name}, with a seeded off-by-one: {'an alarm' if raised else 'NO ALARM'}", flush=True)
        wrong += not raised
    return wrong


def check_models(root):
    """(claims of the Spin models, how many of them are not as expected)."""
    done = subprocess.run([sys.executable, "-B", root / "docs/formal/spin/run.py"], stdout=subprocess.PIPE, text=True,
                          check=False)
    print(done.stdout, end="", flush=True)
    counts = re.search(r"(\d+) claims, (\d+) not as expected\n\Z", done.stdout)
    return int(counts[1]) if counts else 0, max(int(counts[2]) if counts else 0, done.returncode != 0)


def main(root, short, models):
    todo = list(proofs(127, [(1, 0)])) if short else list(proofs(1, [(1, 0), (2, 0), (2, 1)]))
    seeds, wrong = set(), 0
    with tempfile.TemporaryDirectory() as folder:
        machine = build_machine(Path(folder))
        for proof in todo:
            wrong += check(proof, root, machine, proof.harness not in seeds)
            seeds.add(proof.harness)
        wrong += wp.check(root, machine, short)
    claims, unexpected = check_models(root) if models else (0, 0)
    wrong += unexpected
    print(ASSUMPTIONS)
    print(wp.assumptions())
    meanings = len(wp.todo(short))
    print(f"prove: {len(todo) + meanings} proofs and {len(seeds) + meanings} seeded mistakes, " +
          (f"{claims} claims of models, " if models else "") + f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), "--short" in sys.argv[2:], "--models" in sys.argv[2:]))
