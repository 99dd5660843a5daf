#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mk_tasks.py TABLE HEADER: makes the firmware's header of a task table file
(docs/FORMATS.md): a number for every name, and the texts of describe."""

import re
import sys

TASK = re.compile(r"task +(0|[1-9][0-9]?) +([a-z][a-z0-9_-]{0,15})(?: +([ -~]*))?$")
TABLE = re.compile(r"table +(0|[1-9][0-9]{0,2})$")
RESERVED = ("describe", "enrol", "admin")


class Bad(Exception):
    pass


def read(text):
    """Returns the table's number and a list of (number, name, text)."""
    table, tasks = None, []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        if match := TABLE.match(line):
            if table is not None:
                raise Bad(f"line {number}: a second table line: leave one")
            table = int(match[1])
            if table > 255:
                raise Bad(f"line {number}: the table number is 0 to 255")
        elif match := TASK.match(line):
            if table is None:
                raise Bad(f"line {number}: 'table N' must come first")
            task, name = int(match[1]), match[2]
            described = f"{name} {match[3] or ''}"
            if task > 28:
                raise Bad(f"line {number}: task numbers are 0 to 28")
            if name in RESERVED or any(name == n or task == t for t, n, _ in tasks):
                raise Bad(f"line {number}: number {task} or name {name} is taken: choose another")
            if len(described) > 100:
                raise Bad(f"line {number}: name and usage take more than 100 bytes: shorten them")
            tasks.append((task, name, described))
        else:
            raise Bad(f"line {number}: expected 'table N' or 'task T NAME USAGE': {line}")
    if table is None:
        raise Bad("no 'table N' line: add one")
    return table, tasks


def header(table, tasks, source):
    lines = ["/* SPDX-License-Identifier: ISC */", f"/* Made of {source} by mk_tasks.py. */",
             "#ifndef TASKS_TABLE_H", "#define TASKS_TABLE_H", "", f"#define TASK_TABLE {table}", ""]
    for task, name, _ in tasks:
        lines.append(f"#define TASK_{name.upper().replace('-', '_')} {task}")
    lines += ["", "/* Number, name and usage, zero; and so on. */", "#define TASK_TEXTS \\"]
    for task, _, described in tasks:
        quoted = described.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?")
        lines.append(f'    "\\{task:03o}" "{quoted}\\0" \\')
    lines += ['    ""', "", "#endif", ""]
    return "\n".join(lines)


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 1
    try:
        with open(sys.argv[1], encoding="ascii") as file:
            table, tasks = read(file.read())
    except (Bad, OSError, UnicodeError) as error:
        print(f"mk_tasks: {sys.argv[1]}: {error}", file=sys.stderr)
        return 1
    with open(sys.argv[2], "w", encoding="ascii") as file:
        file.write(header(table, tasks, "tasks.table"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
