# SPDX-License-Identifier: ISC
"""The record of what was fuzzed: campaign.json, by target. Executions add up as long
as the sources they ran on stay the same; after a change they begin anew, and what an
earlier text got is kept as one line."""

import fcntl
import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORD = Path(__file__).with_name("campaign.json")
COMMON = ("wire/*.h",)
SOURCES = {                         # what a target runs
    "core": ("device/*.[ch]",),
    "client": ("host/*.[ch]",),
    "text": ("host/*.[ch]",),
    "net": ("net/*.[ch]",),
    "enc28j60": ("board/enc28j60_*.[ch]",),
    "capture": ("cli/decode*.[ch]", "host/*.[ch]"),
}


def sources(target):
    """A hash over the text that a target runs."""
    total = hashlib.sha256()
    files = set()
    for pattern in (*SOURCES.get(target, ()), *COMMON):
        files.update(ROOT.glob(pattern))
    for path in sorted(files):
        total.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def read():
    """{target: its record}."""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}


def change(target, how):
    """Lets HOW change a target's record, one process at a time."""
    lock = RECORD.with_suffix(".lock")
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        record = read()
        mine = record.setdefault(target, {})
        how(mine)
        order = {name: record[name] for name in SOURCES if name in record}
        new = RECORD.with_suffix(".new")
        new.write_text(json.dumps(order, indent=1) + "\n", encoding="utf-8")
        new.replace(RECORD)


def add(target, now, executions, seconds, finding):
    """What one run did on the sources NOW."""
    def how(mine):
        if mine.get("sources") != now:
            before = mine.get("earlier_executions", 0) + mine.get("executions", 0)
            mine.clear()
            mine.update(sources=now, executions=0, seconds=0, findings=0, earlier_executions=before)
        mine["executions"] += executions
        mine["seconds"] += seconds
        mine["findings"] += finding
    change(target, how)


def edges(target, reached, there_are):
    """What the corpus of a campaign reaches of the code under test."""
    change(target, lambda mine: mine.update(edges=reached, edges_of=there_are))


def lines():
    """The record, said in lines."""
    record = read()
    for target, mine in record.items():
        same = "" if mine["sources"] == sources(target) else "; the sources have changed since"
        yield (f"{target:9} {mine['executions']:10} executions in {mine['seconds']} s, "
               f"{mine.get('edges', 0)} of {mine.get('edges_of', 0)} edges, {mine['findings']} findings{same}")
    yield f"campaigns: {sum(mine['executions'] for mine in record.values())} executions on record"
