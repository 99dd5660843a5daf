#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Files stay under 400 lines; C has no #if inside a function's body; nothing is
left to be done later in a comment; no path of somebody's machine."""

import re
import sys
from pathlib import Path

import files

LINES_MAX = 400
SOURCES = (".c", ".h", ".S", ".py", ".sh", ".cmake", ".pml")
LATER = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
MACHINE = re.compile(r"(?<![\w$}.])/(?:wo" r"rk|ho" r"me|ro" r"ot|Us" r"ers|tm" r"p)/\w")
LITERAL = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(match):
    """A comment or literal without its content, its lines kept."""
    return "\n" * match[0].count("\n")


def conditions_in_bodies(text):
    """Line numbers of #if, #ifdef and #ifndef while a brace of a function is open."""
    depth, extern_c = 0, 0
    for number, line in enumerate(LITERAL.sub(blank, text).splitlines(), 1):
        if re.match(r"\s*#\s*if", line) and depth > extern_c:
            yield number
        if not line.lstrip().startswith("#"):
            extern_c += line.strip() == "extern  {"
            depth += line.count("{") - line.count("}")


def check(root, name):
    text = files.read(root, name)
    if text is None:
        return
    if name.endswith(SOURCES) and text.count("\n") >= LINES_MAX:
        yield f"{name}: {text.count(chr(10))} lines, the limit is {LINES_MAX}"
    if name.endswith((".c", ".h")):
        for number in conditions_in_bodies(text):
            yield f"{name}:{number}: #if inside a body; an option is a file or a table entry"
    for number, line in enumerate(text.splitlines(), 1):
        if LATER.search(line):
            yield f"{name}:{number}: work left in a comment"
        if MACHINE.search(line) and "XXXXXX" not in line:   # the template of a fresh folder
            yield f"{name}:{number}: a path of a machine"


def main(root):
    names = files.tracked(root)
    wrong = [line for name in names for line in check(root, name)]
    return files.report("style", wrong, len(names), "files")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
