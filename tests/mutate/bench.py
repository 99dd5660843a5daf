# SPDX-License-Identifier: ISC
"""A build folder where mutants are tried: one compiles the changed source alone,
without optimisation, links it before the library it belongs to, and runs the test
that caught most of its kind so far first."""

import json
import re
import resource
import shlex
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

# The tests of a room: targets below build/host/tests.
TESTS = {
    "device": ["device/device_" + name for name in (
        "vectors_core refusal_hello session_tasks refusal_record refusal_vectors session_close session_timers "
        "admin_revoke admin_epoch session_events session_restrictions refusal_address session_wipe nonce_store "
        "session_counter session_many session_two refusal_plain refusal_transport cavp_ccm cavp_aes nonce_cut "
        "check_short_2048 check_short_3072 check_short_4096 signature_enrol signature_refusal signature_many "
        "signature_two signature_long").split()],
    "host": ["host/host_" + name for name in (
        "edges client client_end text typed typed_bytes typed_lines grant grant_text grant_file task_table vectors "
        "keylog fingerprint wrong_files enrol observe ciphers cipher_keys no_thread_keys faults file_calls "
        "stack stack_keys").split()],
    "net": ["net/net_" + name for name in
            "ahead room tcp_data tcp_open tcp_close link tcp_window places noise driver driver_nic driver_tcp".split()],
}
LINKER = ["-fuse-ld=lld"] if shutil.which("ld.lld") else []
# What is undefined traps, without a runtime library; an odd mutant may warn: that alone is no test.
FLAGS = ["-w", "-O0", "-g0"]
TRAPS = ["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"]
PLAIN_ONLY = {"host/host_cipher_keys", "host/host_stack"}       # look into memory: not under sanitizers
QUICK = 1.0                         # seconds that a test may take to be run under sanitizers too


def limit_of(seconds):
    """How long a mutant may take for what takes SECONDS. Too little kills what only lacks optimisation: AES then
    takes six times as long."""
    return 1 + int(20 * seconds)


def limited(seconds):
    """Time on the processor, which other programs do not use up."""
    return lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


class Test:
    """A test program: how it is linked, and how long it takes."""

    def __init__(self, build, target):
        self.target, self.name = target, target.split("/")[1]
        out = subprocess.run(["ninja", "-C", str(build), "-t", "commands", "-s", f"tests/{target}"],
                             capture_output=True, text=True, check=True).stdout
        link = re.sub(r"^: && | && :$", "", out.strip().splitlines()[-1])
        self.link = [arg for arg in shlex.split(link) if not arg.endswith("ccache")]
        start, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([build / f"tests/{target}"], cwd=build, capture_output=True, check=True)
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.seconds = now.ru_utime - used.ru_utime + now.ru_stime - used.ru_stime
        self.limit = limit_of(self.seconds)
        self.longest = 20 + 20 * (time.monotonic() - start)

    def place(self, source, owner):
        """Where the object of OWNER's SOURCE belongs in the link: (index, replace it?); None: nowhere."""
        for at, arg in enumerate(self.link):
            if f"CMakeFiles/{owner}.dir/" in arg and arg.endswith(f"/{source.name}.o"):
                return at, True
        if any(arg.endswith(f"lib{owner}.a") for arg in self.link):
            return next(at for at, arg in enumerate(self.link) if arg.endswith(".o")), False
        return None

    def notices(self, build, place, made, folder):
        """Does it fail, hang or crash when linked with the mutant's object?"""
        at, replace = place
        args = self.link[:at] + [str(made)] + self.link[at + replace:] + LINKER
        program = folder / self.name
        args[args.index("-o") + 1] = str(program)
        linked = subprocess.run(args, cwd=build, capture_output=True, check=False)
        if linked.returncode:
            raise RuntimeError(linked.stderr.decode()[-500:])
        try:
            done = subprocess.run([program], cwd=folder, capture_output=True, timeout=self.longest, check=False,
                                  preexec_fn=limited(self.limit))
        except subprocess.TimeoutExpired:
            return True
        finally:
            program.unlink()
        return done.returncode != 0


def benches(root, rooms, jobs):
    """The plain one with all tests of the rooms, and the one under sanitizers with the quick ones."""
    plain = Bench(root / "build/host", {room: TESTS[room] for room in rooms}, jobs, FLAGS + TRAPS)
    quick = {room: [test.target for test in plain.tests[room] if test.seconds < QUICK and test.target not in PLAIN_ONLY]
             for room in rooms}
    return plain, Bench(root / "build/sanitize", quick, jobs, FLAGS)


class Bench:
    """A build folder, with its tests by room."""

    def __init__(self, build, targets, jobs, flags):
        """targets: {room: [target]}."""
        names = [target.split("/")[1] for room in targets.values() for target in room]
        subprocess.run(["cmake", "--build", str(build), "-j", str(jobs), "--target",
                        *names], check=True, stdout=subprocess.DEVNULL)
        self.build, self.flags = build, flags
        self.tests = {room: [Test(build, target) for target in mine] for room, mine in targets.items()}
        self.commands, self.kills = {}, {}
        for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
            args = [arg for arg in shlex.split(entry["command"]) if not arg.endswith("ccache")]
            owner = re.search(r"CMakeFiles/([-\w]+)\.dir/", args[args.index("-o") + 1])
            self.commands.setdefault(Path(entry["file"]), {})[owner[1]] = args

    def compile(self, source, owner, text, folder):
        """The object of the mutated source; None if the compiler refuses it."""
        changed, made = folder / source.name, folder / f"{owner}.o"
        changed.write_text(text, encoding="utf-8")
        args = [str(changed) if arg == str(source) else arg for arg in self.commands[source][owner]]
        args[args.index("-o") + 1] = str(made)
        done = subprocess.run(args + self.flags + [f"-I{source.parent}"], cwd=self.build, capture_output=True,
                              check=False)
        return None if done.returncode else made

    def order(self, room, source):
        """The tests that SOURCE is linked into, likely and short ones first: (test, owner, place)."""
        found = []
        for test in self.tests[room]:
            for owner in self.commands[source]:
                place = test.place(source, owner)
                if place:
                    found.append((test, owner, place))
        return sorted(found, key=lambda row: -(1 + self.kills.get((source, row[0].name), 0)) / (0.1 + row[0].seconds))

    def judge(self, room, source, text):
        """(killed, survived or refused by the compiler; by which test)."""
        objects = {}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for test, owner, place in self.order(room, source):
                if owner not in objects:
                    objects[owner] = self.compile(source, owner, text, folder)
                if objects[owner] is None:
                    return "refused", None
                if test.notices(self.build, place, objects[owner], folder):
                    self.kills[source, test.name] = self.kills.get((source, test.name), 0) + 1
                    return "killed", test.name
        return "survived", None
