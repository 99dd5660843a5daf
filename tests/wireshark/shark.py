# SPDX-License-Identifier: ISC
"""What tshark with the dissector says of a capture, and what `mssl decode` says, in one
form: a list of messages, each a dict with the names of `mssl decode --json`."""

import json
import os
import subprocess

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
DISSECTOR = os.path.join(SOURCE, "wireshark", "mssl.lua")
TABLE = os.path.join(SOURCE, "firmware", "tasks.table")
PATIENCE = 120
PORTS = ("6775", "6776")            # of devices, in these tests


def hex_of(text):
    return text.replace(":", "")


def number(text):
    return int(text, 0)


def task_bits(text):
    word = int.from_bytes(bytes.fromhex(hex_of(text)), "little")
    return [t for t in range(32) if word >> t & 1]


def same(text):
    return text


FIELDS = {
    "mssl.kind": ("kind", same), "mssl.direction": ("direction", same), "mssl.length": ("length", number),
    "mssl.nc": ("nc", hex_of), "mssl.ns": ("ns", hex_of), "mssl.counter": ("counter", number),
    "mssl.tag.state": ("tag", same), "mssl.plain": ("plain", hex_of), "mssl.task": ("task", number),
    "mssl.task.name": ("task_name", same), "mssl.status": ("status", number), "mssl.text": ("text", same),
    "mssl.describe.task": ("describe_task", number), "mssl.describe.table": ("describe_table", number),
    "mssl.describe.tasks": ("describe_tasks", task_bits), "mssl.describe.flags": ("describe_flags", number),
    "mssl.enrol.offset": ("enrol_offset", number), "mssl.enrol.count": ("enrol_count", number),
    "mssl.enrol.result": ("enrol_result", number), "mssl.admin.slot": ("admin_slot", number),
    "mssl.admin.generation": ("admin_generation", number),
    "mssl.admin.epoch_step": ("admin_epoch_step", lambda text: text == "1"),
}
BLOCK = {
    "mssl.block.type": ("type", number), "mssl.block.table": ("table", number),
    "mssl.block.device": ("device", lambda text: f"{int(text, 0):08x}"), "mssl.block.slot": ("slot", number),
    "mssl.block.generation": ("generation", number), "mssl.block.address_len": ("address_len", number),
    "mssl.block.address_kind": ("address_kind", number), "mssl.block.address": ("address", same),
    "mssl.block.epoch": ("epoch", number), "mssl.block.tasks": ("tasks", task_bits),
    "mssl.block.parameters": ("parameters", hex_of), "mssl.block.host": ("host", same),
}


def warnings_in(pairs):
    """Expert informations anywhere below."""
    for name, value in pairs:
        if name == "_ws.expert.message":
            yield value
        elif isinstance(value, list):
            yield from warnings_in(value)


def message(pairs):
    out = {FIELDS[name][0]: FIELDS[name][1](value) for name, value in pairs if name in FIELDS}
    blocks = [{BLOCK[n][0]: BLOCK[n][1](v) for n, v in value if n in BLOCK} for name, value in pairs if name == "mssl"]
    if blocks:
        out["blocks"] = blocks
    warnings = sorted(set(warnings_in(pairs)))
    if warnings:
        out["warnings"] = warnings
    if out["kind"] == "WELCOME":
        del out["length"]
    return out


def ending(pairs):
    said = dict(pairs)
    return {"kind": "end", "name": said["mssl.end.name"], "text": said["mssl.end"]}


def packet(layers):
    """The messages of a packet's layers, and its end."""
    place = {}
    for name, value in layers:
        if name == "frame":
            place["frame"] = int(dict(value)["frame.number"])
            place["time"] = dict(value)["frame.time_epoch"][:-3]
        elif name == "tcp":
            place["stream"] = int(dict(value)["tcp.stream"])
            host = dict(value)["tcp.dstport"] in PORTS
        elif name == "mssl" and isinstance(value, list):
            yield {**place, **message(value)}
        elif name == "mssl_end" and isinstance(value, list):
            yield {**place, "direction": "host" if host else "device", **ending(value)}


def run_tshark(capture, keys=None, table=TABLE, options=(), dissector=DISSECTOR, env=None):
    words = ["tshark", "-r", capture, "-o", "tcp.reassemble_out_of_order:TRUE", *options]
    if dissector:
        words += ["-X", "lua_script:" + dissector]
    if keys:
        words += ["-o", "mssl.keylog_file:" + keys]
    if table:
        words += ["-o", "mssl.task_table:" + table]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False, env=env)
    wrong = [line for line in done.stderr.splitlines() if "Running as user" not in line and line]
    if done.returncode != 0 or wrong or "Lua Error" in done.stdout:
        raise AssertionError(f"{words}: {done.returncode}: {wrong} {done.stdout[:500]}")
    return done.stdout


def tshark(capture, keys=None, options=(), **more):
    """The messages that the dissector finds."""
    text = run_tshark(capture, keys, options=["-T", "json", *options], **more)
    packets = json.loads(text, object_pairs_hook=list)
    return [m for p in packets for m in packet(dict(dict(p)["_source"])["layers"])]


def install(home):
    """The dissector in the folder of plugins of a user whose home this is."""
    folder = os.path.join(home, ".local/lib/wireshark/plugins/mssl")
    os.makedirs(folder)
    for name in os.listdir(os.path.dirname(DISSECTOR)):
        if name.endswith(".lua"):
            os.symlink(os.path.join(os.path.dirname(DISSECTOR), name), os.path.join(folder, name))
    return {**os.environ, "HOME": home}


def click(capture, keys, home, frames):
    """What Wireshark's daemon shows of frames, asked for in this order: {frame: titles}."""
    calls = [("setconf", {"name": "mssl.keylog_file", "value": keys}),
             ("setconf", {"name": "tcp.reassemble_out_of_order", "value": "TRUE"}), ("load", {"file": capture}),
             *[("frame", {"frame": n, "proto": True}) for n in frames], ("bye", {})]
    lines = "".join(json.dumps({"jsonrpc": "2.0", "id": i, "method": m, "params": p}) + "\n" for i, (m, p) in enumerate(calls, 1))
    done = subprocess.run(["sharkd", "-"], input=lines, capture_output=True, text=True, timeout=PATIENCE, check=False,
                          env=install(home))
    answers = [json.loads(line)["result"] for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or len(answers) < len(frames) + 3:
        raise AssertionError(f"sharkd ended with {done.returncode} after {len(answers)} answers: {done.stderr[-500:]}")
    return {n: [item["l"] for item in answer["tree"] if item["l"].startswith("MSSL")]
            for n, answer in zip(frames, answers[3:])}


def run_decode(program, capture, keys=None, table=TABLE, options=()):
    words = [program, "decode", *options, str(capture)]
    if keys:
        words += ["--keylog", str(keys)]
    if table:
        words += ["--tasks-table", table]
    return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)


def decode(program, capture, keys=None, code=0, options=(), **more):
    """The messages that mssl decode finds; code None: it may find bad tags or not."""
    done = run_decode(program, capture, keys, options=["--json", *options], **more)
    if done.returncode not in ((0, 2) if code is None else (code,)):
        raise AssertionError(f"decode {capture} ended with {done.returncode}, not {code}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def alike(m):
    """A message of mssl decode without what the dissector's JSON does not have."""
    out = {k: v for k, v in m.items() if k not in ("host", "device", "status_name")}
    if "warnings" in out:
        out["warnings"] = sorted(out["warnings"])
    return out
