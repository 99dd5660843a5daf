# SPDX-License-Identifier: ISC
"""What the record parser's and the session's functions mean, proved by Frama-C's WP with
Z3: the contracts of wp.h, on the text of device/. Each file is proved again with a seeded
mistake, which must leave something unproved that is proved quickly without it."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIMIT_S = 600
QUICK_S, SEEDED_S, LONG_S = 3, 9, 60    # for a goal; the limit is time on the wall: a crowded machine needs more
# Inline functions of a line, taken into their callers.
INLINE = ",".join("mssl_dev_" + name for name in (
    "session_expired record_last signature_wanted signature_forged signature_discard "
    "signature_enrol signature_flags").split())
ASSUMED = """assumed, WP: what wp.h says of {};
  pointers of different types do not overlap; the options: one session, restrictions, events, no signature"""


def declared():
    """The functions of wp.h: those that are assumed, and those that are to be proved."""
    text = (HERE / "wp.h").read_text(encoding="utf-8")
    return [re.findall(r"^(?:static )?(?:uint8_t|void) (\w+)\(", part, re.M) for part in text.split("/* -- Proved", 1)]


def assumptions():
    return ASSUMED.format(", ".join(declared()[0]))


class Proof:
    """The functions of a file, and a mistake in one of them: (function, old, new). Those that
    take Z3 minutes are left out of the short form."""

    def __init__(self, name, functions, seed, minutes=False):
        self.file, self.functions, self.seed = f"device/mssl_dev_{name}.c", functions, seed
        self.minutes = minutes


PROOFS = (
    Proof("record", ["mssl_dev_record_seal"], ("mssl_dev_record_seal", "s->sent++)", "++s->sent)")),
    Proof("session", ["mssl_dev_tick"], ("mssl_dev_tick", "s->state >= MSSL_DEV_AWAIT_PROOF", "s->state >= MSSL_DEV_AWAIT_HELLO")),
    Proof("event", ["mssl_dev_event_ready", "mssl_dev_event"],
          ("mssl_dev_event_ready", "task <= MSSL_TASK_APP_MAX", "task <= MSSL_TASK_APP_MAX + 1")),
    Proof("hello", ["block_is_formed", "mssl_dev_hello_size"],
          ("block_is_formed", "[MSSL_G_ADDRESS_LEN] > max)", "[MSSL_G_ADDRESS_LEN] > max + 1)")),
    Proof("record", ["mssl_dev_record_consume"],
          ("mssl_dev_record_consume", "if (n == 0 || mssl_dev_record_last(s))", "if (n == 0)"), minutes=True),
    Proof("session", ["mssl_dev_input"], ("mssl_dev_input", "if (s->fill < n)", "if (s->fill <= n)"), minutes=True),
)


def run(root, machine, conf, source, functions, seconds):
    """(proved, of how many, the goals that are not), or what went wrong."""
    cpp = [f"-I{root / room}" for room in ("wire", "device")] + [
        f"-I{HERE}", "-include", str(HERE / "avr_machine.h"), "-include", str(HERE / "wp.h"),
        "-DMSSL_DEV_SESSIONS=1", "-DMSSL_DEV_RESTRICTIONS=3"]
    done = subprocess.run(
        ["frama-c", "-load-module", str(machine), "-machdep", "avr", "-cpp-extra-args=" + " ".join(cpp), str(source),
         "-inline-calls", INLINE, "-wp", "-wp-prover", "z3", "-wp-timeout", str(seconds), "-wp-par", "1",
         "-wp-fct", ",".join(functions)],
        capture_output=True, text=True, timeout=LIMIT_S, check=False, env={**os.environ, "WHY3CONFIG": str(conf)})
    out = done.stdout + done.stderr
    proved = re.search(r"Proved goals: +(\d+) / (\d+)", out)
    if done.returncode or not proved:
        return "did not run: " + out[-1500:]
    return int(proved[1]), int(proved[2]), re.findall(r"Goal typed_(\S+) : (?!Valid)", out) + \
        re.findall(r"\[(?:Failed|Timeout|Unknown)\] Goal typed_(\S+)", out)


def todo(short):
    return [proof for proof in PROOFS if not (short and proof.minutes)]


def prove(root, machine, conf, proof, folder):
    """Proves a file's functions, and not its seeded twin; how many things were wrong."""
    quick = result = run(root, machine, conf, root / proof.file, proof.functions, QUICK_S)
    if not isinstance(quick, str) and quick[0] < quick[1]:
        result = run(root, machine, conf, root / proof.file, proof.functions, LONG_S)
    if isinstance(result, str):
        print(f"WP, {proof.file}: {result}")
        return 1
    text = (root / proof.file).read_text(encoding="utf-8")
    function, old, new = proof.seed
    if text.count(old) != 1:
        raise ValueError(f"{proof.file}: the place of the seeded mistake is gone: {old}")
    seeded = folder / Path(proof.file).name
    seeded.write_text(text.replace(old, new), encoding="utf-8")
    found = run(root, machine, conf, seeded, [function], SEEDED_S)
    noticed = not isinstance(found, str) and bool(set(found[2]) - set(quick[2]))
    print(f"WP, {', '.join(proof.functions)}: {result[0]} of {result[1]} goals proved; with a seeded mistake: "
          f"{'not proved' if noticed else 'NOT NOTICED'}", flush=True)
    print("".join(f"  not proved: {goal}\n" for goal in result[2]), end="")
    return (result[0] < result[1]) + (not noticed)


def check(root, machine, short):
    """Proves all; how many things were wrong."""
    wrong = 0
    listed = [name for proof in PROOFS for name in proof.functions]
    if sorted(listed) != sorted(declared()[1]):
        print(f"WP: wp.h says of other functions that they are proved: {sorted(set(listed) ^ set(declared()[1]))}")
        wrong += 1
    with tempfile.TemporaryDirectory() as name:
        conf = Path(name) / "why3.conf"
        subprocess.run(["why3", "config", "detect"], env={**os.environ, "WHY3CONFIG": str(conf)},
                       capture_output=True, check=True)
        for proof in todo(short):
            wrong += prove(root, machine, conf, proof, Path(name))
    return wrong
