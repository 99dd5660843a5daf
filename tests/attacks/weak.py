# SPDX-License-Identifier: ISC
"""Weakened firmware: the C twin of the core with one check taken out each, made by
exact text replacement, so that an attack that a check defeats can be seen to succeed.
And weakened mssl programs, where it is the host that defeats it.

A replacement whose text is not found exactly once is an error: then a check was
rewritten, and this table must follow it."""

import os
import re
import shlex
import shutil
import subprocess

HELLO, RECORD, TASK = (f"device/mssl_dev_{n}.c" for n in ("hello", "record", "task"))
NONCE, ADMIN, SESSION = (f"device/mssl_dev_{n}.c" for n in ("nonce", "admin", "session"))
CCM, SIGN = "device/mssl_dev_engine_ccm.c", "device/mssl_dev_signature.c"
TCP, RECEIVE, CONN, IP, FRAME = (f"net/net_{n}.c" for n in ("tcp", "receive", "conn", "ip", "frame"))
MAIN, CHIP, TASKS = "firmware/main.c", "firmware/chip.c", "firmware/tasks.c"
HOST_RECORD, HOST_CLIENT, HOST_DIAL = "host/record.c", "host/client.c", "cli/mssl_dial.c"
FIRMWARE, PROGRAM = ("mssl-firmware", "firmware/mssl-firmware.elf"), ("mssl", "cli/mssl")
SIGNED = ("mssl-firmware-signature", "firmware/mssl-firmware-signature.elf")
# The unit that compiles the files of a room which have none of their own.
ONE_UNIT = {"device": "device/mssl_dev_one.c", "net": "net/net_one.c"}

# name: (what is missing, replacements). A name that talk.py or lab.py knows as well
# is a change of the protocol that an honest host follows.
WEAK = {
    "address": ("peer's address is not compared", [
        (HELLO, "if (peer[i] != block[MSSL_G_ADDRESS + i])", "if (0)")]),
    "secret": ("the key comes from no secret, as if the address were the proof", [
        (HELLO, "    grant_take(s, buf);\n", "    grant_take(s, buf);\n    mssl_dev_wipe(s->key, MSSL_KEY_LEN);\n")]),
    "unbound": ("the key does not depend on the grant", [
        (HELLO, "mssl_dev_f(s->key, s->key, buf + at);", "(void)at;")]),
    "chain": ("the key does not depend on restrictions", [
        (HELLO, "        mssl_dev_f(s->key, s->key, buf + at);",
         "        if (at == FIRST_BLOCK)\n            mssl_dev_f(s->key, s->key, buf + at);")]),
    "narrow": ("tasks of a restriction are not ANDed", [
        (HELLO, "s->tasks[i] &= buf[at + MSSL_G_TASKS + i];", "(void)at;")]),
    "each": ("only the last block's address counts", [
        (HELLO, "if (!block_matches(buf + at, peer))",
         "if (at + MSSL_GRANT_LEN == end && !block_matches(buf + at, peer))")]),
    "transcript": ("the session key does not depend on the nonces", [
        (HELLO, "    mssl_dev_f(s->key, s->key, buf + TRANSCRIPT(len));\n", "")]),
    "type": ("the type of a block is not looked at", [
        (HELLO, "block[MSSL_G_TYPE] != type ||", "(type & 0) ||")]),
    "slot": ("a slot may lie beyond the table", [
        (HELLO, "block[MSSL_G_SLOT] >= MSSL_SLOTS", "block[MSSL_G_SLOT] > 254")]),
    "kind": ("any kind of address is taken", [
        (HELLO, "        if (kind != MSSL_ADDRESS_MAC)\n            return 0;\n", "")]),
    "length": ("any length of address is taken", [
        (HELLO, "if (block[MSSL_G_ADDRESS_LEN] > max)", "if (max > 99)")]),
    "table": ("the task table's number is not compared", [
        (HELLO, "if (g[MSSL_G_TABLE] != MSSL_DEV_TASK_TABLE)", "if (0)")]),
    "device": ("the device id is not compared", [
        (HELLO, "MSSL_G_DEVICE_LEN, MSSL_DEV_COMPARE);", "MSSL_G_DEVICE_LEN, MSSL_DEV_COMPARE) || 1;")]),
    "generation": ("the generation is not compared", [
        (HELLO, "block[MSSL_G_SLOT]) != generation)", "block[MSSL_G_SLOT]) > 254)")]),
    "erased": ("an erased generation is as good as any", [
        (HELLO, "generation == MSSL_GENERATION_ERASED\n        ||", "")]),
    "early": ("the nonce is stepped before the checks", [
        (HELLO, "if (!hello_holds(buf, s->peer)\n", "if (!mssl_dev_nonce_next(s->key) || !hello_holds(buf, s->peer)\n")]),
    "nonce": ("the nonce is not counted", [
        (NONCE, "for (i = MSSL_NONCE_LEN; i && ++n[i - 1] == 0; i--)", "for (i = 0; i; i--)")]),
    "seed": ("the stepped seed is not stored", [
        (NONCE, "mssl_dev_step(room, MSSL_EE_SEED, MSSL_TYPE_SEED)",
         "mssl_dev_cells(MSSL_EE_SEED, room, MSSL_SEED_LEN, MSSL_DEV_READ)")]),
    "seed-each": ("the seed is stepped at each HELLO", [
        (NONCE, "if (mssl_dev_nonce.state == MSSL_DEV_NONCE_RESET) {", "{")]),
    "tag": ("a bad tag is taken for a good one", [
        (CCM, "    return bad;\n}\n\nvoid mssl_dev_ccm_seal", "    return bad & 0;\n}\n\nvoid mssl_dev_ccm_seal")]),
    "counter": ("records are not counted", [
        (CCM, "(at)[1] = (uint8_t)((counter) >> 8), (at)[2] = (uint8_t)(counter)",
         "(at)[1] = (uint8_t)((counter) & 0), (at)[2] = 0")]),
    "direction": ("both directions have one nonce", [
        (CCM, "(at)[0] = (dir)", "(at)[0] = (dir) & 0")]),
    "gate": ("the grant's tasks are not looked at", [
        (TASK, "if (!mssl_dev_task_granted(s, task))", "if (!mssl_dev_task_granted(s, task) && 0)")]),
    "half": ("a record runs before its tag has come", [
        (RECORD, "        return 0;\n    return n + MSSL_RECORD_OVERHEAD;", "        return 0;\n    return n + 1;"),
        (CCM, "    return bad;\n}\n\nvoid mssl_dev_ccm_seal", "    return bad & 0;\n}\n\nvoid mssl_dev_ccm_seal")]),
    "epoch": ("the epoch step stores no key", [
        (ADMIN, "mssl_dev_step(room, MSSL_EE_KD, MSSL_TYPE_EPOCH)",
         "mssl_dev_cells(MSSL_EE_KD, room, MSSL_KEY_LEN, MSSL_DEV_READ)")]),
    "lower": ("a generation may fall", [
        (ADMIN, "(*generation < stored && stored != MSSL_GENERATION_ERASED)", "(stored > 255)")]),
    "expire": ("an admin command ends its own session only", [
        (ADMIN, "mssl_dev_sessions[i].state >= MSSL_DEV_AWAIT_PROOF", "mssl_dev_sessions[i].state > 99")]),
    "proof-time": ("the proof may come a minute late", [
        (HELLO, "MSSL_DEV_TICKS(MSSL_PROOF_TIMEOUT_S)", "MSSL_DEV_TICKS(MSSL_IDLE_TIMEOUT_S)")]),
    "idle-time": ("an open session has no time limit", [
        (SESSION, "if (!mssl_dev_session_expired(s) && --s->ticks)",
         "if (s->state == MSSL_DEV_OPEN || (!mssl_dev_session_expired(s) && --s->ticks))")]),
    "rearm": ("any byte gives a session new time", [
        (SESSION, "    buf[s->fill++] = byte;\n",
         "    buf[s->fill++] = byte;\n    s->ticks = MSSL_DEV_TICKS(MSSL_IDLE_TIMEOUT_S);\n")]),
    "proven": ("a proven session gives way to a newcomer", [
        (TCP, "if (net_is_proven(c->id))", "if (0)")]),
    "welcomed": ("a WELCOME counts as proof of the host", [
        (MAIN, ".state == MSSL_DEV_OPEN;", ".state >= MSSL_DEV_AWAIT_PROOF;")]),
    "replace": ("an unproven connection never gives way", [
        (TCP, "c->age < UNPROVEN_TICKS", "c->age < 255")]),
    "young": ("an unproven connection gives way at any age", [
        (TCP, "c->age < UNPROVEN_TICKS", "c->age < 0")]),
    "hello-size": ("any first byte of a HELLO is taken", [
        (HELLO, "    if (blocks > MSSL_DEV_RESTRICTIONS * MSSL_GRANT_LEN || blocks % MSSL_GRANT_LEN)\n        return 0;\n", "")]),
    "record-size": ("any first byte of a record is taken", [
        (RECORD, "    if (n & (uint8_t)(n - MSSL_RECORD_DATA_MIN))\n        return 0;\n", "")]),
    "task-range": ("task numbers above 31 are looked up", [
        (TASK, "    if (task >= MSSL_TASKS)\n        return MSSL_STATUS_UNKNOWN;\n", "")]),
    "offset": ("a TCP header may be longer than its segment", [
        (TCP, "header < TCP_LEN || header > len\n        ||", "")]),
    "fin": ("a FIN is not heard", [
        (RECEIVE, "            finish(c);\n", "            (void)finish;\n")]),
    "rst": ("a reset counts with any number", [
        (RECEIVE, "        if (skip == 0)\n", "        if (skip < 0xFFFFFFFF)\n")]),
    "mac": ("a segment counts from any MAC", [
        (TCP, "if (memcmp(NET_MAC(c), NET_MAC(s), 6) == 0) {", "if (1) {")]),
    "sum": ("the TCP checksum is not looked at", [
        (TCP, "(uint16_t)(len + 8)) != SUM_GOOD)", "(uint16_t)(len + 8)) > SUM_GOOD)")]),
    "future": ("bytes are taken whatever their number", [
        (RECEIVE, "(flags & SYN) || skip > s->len", "flags & SYN"),
        (RECEIVE, "consume(c, skip);", "consume(c, 0);")]),
    "overlap": ("bytes that came before are taken again", [
        (RECEIVE, "consume(c, skip);", "consume(c, 0);")]),
    "room": ("answers are made without room for them", [
        (CONN, "return c->len +", "return 1 || c->len +")]),
    "ip-length": ("a datagram may say it is longer than its frame", [
        (IP, " || len > frame_len - IP_START\n", "\n"),
        (IP, "    if (net_sum(0, len) != SUM_GOOD)\n        return;\n", "")]),
    "fragment": ("a fragment passes for a whole datagram", [
        (IP, "if (bad || fragment ||", "if (bad ||")]),
    "drain": ("all waiting frames are handled before the clock is looked at", [
        (FRAME, "    if (len == 0)\n        return;\n", "again:\n    if (len == 0)\n        return;\n"),
        (FRAME, "    dispatch(len);\n    nic_release();\n", "    dispatch(len);\n    nic_release();\n    len = nic_receive();\n    goto again;\n")]),
    "sign-wanted": ("an enrolment is not asked for", [
        (TASK, "if (task != MSSL_TASK_DESCRIBE && mssl_dev_signature_wanted(s))", "if (0)")]),
    "sign-check": ("any signature is taken for a good one", [
        (SIGN, "    if (mssl_dev_rsa_check(digest))\n        return 1;\n", "")]),
    "sign-grant": ("a slot is enrolled, not a grant", [
        (SIGN, "if (mssl_port_eeprom_read(cell + i) != digest[i])",
         "if (digest && mssl_port_eeprom_read(cell) == 0xff && mssl_port_eeprom_read(cell + 1) == 0xff)")]),
    "sign-offset": ("chunks of a signature are taken wherever they belong", [
        (SIGN, "    if (offset != filled ||", "    if (")]),
    "sign-discard": ("a session's end leaves its check under way", [
        (SIGN, "    if (owner == s) {", "    if (s == NULL) {")]),
    "host-tag": ("the host takes a bad tag for a good one", [
        (HOST_RECORD, "    e = mssl_ccm_open(rec + 1, rec + 1 + n, rec + 1, n, key, nonce);\n",
         "    uint8_t tag[MSSL_TAG_LEN];\n\n    e = mssl_ccm_seal(rec + 1, tag, rec + 1, n, key, nonce);\n")]),
    "host-cut": ("the host takes a cut for the device's close", [
        (HOST_CLIENT, "return c->close_got ? MSSL_E_NOT_RUN : MSSL_E_UNKNOWN;", "return MSSL_E_NOT_RUN;")]),
    "host-anew": ("the host leaves it to TCP to repeat a SYN", [
        (HOST_DIAL, "until < deadline_ms ? until : deadline_ms);", "until < deadline_ms ? deadline_ms : deadline_ms);")]),
    "hang": ("task 4 never returns", [
        (TASKS, "    default:          return MSSL_STATUS_UNKNOWN;", "    case 4:           for (;;)\n                          ;\n    default:          return MSSL_STATUS_UNKNOWN;")]),
    "no-dog": ("task 4 never returns, and there is no watchdog", [
        (TASKS, "    default:          return MSSL_STATUS_UNKNOWN;", "    case 4:           for (;;)\n                          ;\n    default:          return MSSL_STATUS_UNKNOWN;"),
        (CHIP, "wdt_enable(WDTO_2S);", "wdt_disable();")]),
}


def is_host(name):
    """Is it the host's program that is weakened?"""
    return name.startswith("host-")


class BuildError(Exception):
    pass


def call(words, **how):
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, **how)
    if done.returncode:
        raise BuildError(f"{words[0]}: {(done.stdout + done.stderr).strip()[-1500:]}")
    return done.stdout


def edited(source, edits):
    """The files that edits touch, {name: new text}."""
    texts = {}
    for name, old, new in edits:
        if name not in texts:
            with open(os.path.join(source, name), encoding="utf-8") as file:
                texts[name] = file.read()
        if texts[name].count(old) != 1:
            raise BuildError(f"{name}: found {texts[name].count(old)} times, wanted once: {old!r}")
        texts[name] = texts[name].replace(old, new)
    return texts


class Builder:
    """Builds in folder; bases are CMake build folders of the firmware."""

    def __init__(self, source, folder):
        self.source, self.folder = source, folder
        self.commands = {}

    def base(self, name, chip, *options):
        """A build of the whole firmware with CMake options; returns its folder."""
        build = os.path.join(self.folder, f"{chip}-{name}")
        call(["cmake", "-S", self.source, "-B", build, "-G", "Ninja", "-DCMAKE_TOOLCHAIN_FILE="
              + os.path.join(self.source, "cmake", chip + ".cmake"), *options])
        call(["cmake", "--build", build, "--target", "mssl-firmware"])
        return build

    def steps(self, base, product):
        """How base compiles each unit of a product, {source: (words, object)}, and links it."""
        target, out = product
        if (base, target) not in self.commands:
            units, link = {}, None
            for line in call(["ninja", "-C", base, "-t", "commands", target]).splitlines():
                if " -c " in line:
                    words = shlex.split(line)
                    name = os.path.relpath(words[words.index("-c") + 1], self.source)
                    units[name] = words, words[words.index("-o") + 1]
                elif f"-o {out} " in line:
                    link = shlex.split(next(p for p in line.split("&&") if f"-o {out} " in p))
            if link is None:
                raise BuildError(f"{base}: no link command of {target}")
            self.commands[base, target] = units, link
        return self.commands[base, target]

    def change(self, folder, edits):
        """Copies of the rooms that edits touch, changed; returns the units to compile."""
        texts = edited(self.source, edits)
        for room in {name.split("/")[0] for name in texts}:
            shutil.copytree(os.path.join(self.source, room), os.path.join(folder, room))
        for name, text in texts.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        return set(texts)

    def weaken(self, name, base, product=FIRMWARE):
        """The product of base without what WEAK[name] takes out; returns its path."""
        product = PROGRAM if is_host(name) else product
        folder = os.path.join(self.folder, "weak", f"{os.path.basename(base)}-{name}")
        elf = os.path.join(folder, os.path.basename(product[1]))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        if product == SIGNED:       # which no base builds by itself
            call(["cmake", "--build", base, "--target", product[0]])
        units, link = self.steps(base, product)
        link = list(link)
        link[link.index("-o") + 1] = elf
        link = [re.sub(r"-Map=.*", f"-Map={elf}.map", word) for word in link]
        for unit in sorted({n if n in units else ONE_UNIT[n.split("/")[0]]
                            for n in self.change(folder, WEAK[name][1])}):
            words, was = units[unit]
            words = ["-w" if word == "-Werror" else word for word in words]
            made = os.path.join(folder, os.path.basename(unit) + ".o")
            words[words.index("-c") + 1] = os.path.join(folder, unit)
            for option, value in (("-o", made), ("-MF", made + ".d"), ("-MT", made)):
                if option in words:
                    words[words.index(option) + 1] = value
            call(words, cwd=base)
            if was in link:
                link[link.index(was)] = made
            else:       # before the archives, so that nothing asks for the archive's own
                link.insert(next(i for i, w in enumerate(link) if w.endswith(".a")), made)
        call(link, cwd=base)
        return elf
