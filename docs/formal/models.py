# SPDX-License-Identifier: ISC
"""Reading of models and results, shared by the runners and the tests of the house.

A model's hash leaves out comments and white space, so that a word mended in a
comment does not ask for a new run, and anything else does."""

import hashlib
import re

COMMENT = re.compile(r"\(\*.*?\*\)", re.S)
CLAIM = re.compile(r"\(\* (true|false): ([^\n]*?) \*\)\n(query [^.]*?\.)\n")


def digest(text):
    """The hash of a model: SHA-256 over its text without comments and white space."""
    return hashlib.sha256("".join(COMMENT.sub("", text).split()).encode()).hexdigest()


def claims(text):
    """(expected, name, query) for each claim of a ProVerif model, in order."""
    return [match.groups() for match in CLAIM.finditer(text)]


def read_results(path):
    """(hash, {claim: verdict}) of a committed .results file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = dict(line.split(": ", 1) for line in lines[:2])
    verdicts = dict(reversed(line.split(" | ", 1)) for line in lines[2:])
    return head["model"], verdicts
