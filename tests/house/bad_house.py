#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Each check of the house fails on a house that breaks its rule, for that reason.
The checks run on a good little house first, where they must pass."""

import contextlib
import io
import sys
import tempfile
from pathlib import Path

import cycles
import includes
import known_answers
import licences
import links
import records
import requirements
import style

HERE = Path(__file__).resolve().parent
ISC = "/* SPDX-License-Identifier: ISC */\n"
WIRE, GOOD = "wire/mssl_wire.h", "device/core.c"
DESIGN = """| room | what | may include |
|---|---|---|
| `wire/` | the contract | nothing |
| `device/` | the core | wire |
| `host/` | the library | wire |
| `docs/` | why | no C |
| `tests/` | all of it | all |
"""
TESTING = """100 mutants, 99 killed, none survived, 1 (1.0 %) argued.
2,000,000, 3 of 4 edges, together 2.0 million, no finding.
"""
GOOD_HOUSE = {
    "docs/DESIGN.md": DESIGN,
    "docs/PROTOCOL.md": "- **[M-1.1]** It MUST.\n[there](DESIGN.md)\n",
    "docs/RSA.md": "A check takes 16,000,000 cycles, 1.0 s.\n",
    "build/bench.json": '{"core": {"check": 16000000}}',
    "tests/house/uncited.txt": "",
    WIRE: ISC + "#define A 1\n",
    "host/host.h": ISC,
    GOOD: ISC + '#include "mssl_wire.h"\n/* M-1.1 */\n',
    "tests/mutate/results.json": '{"device/core.c": {"killed": 99, "survived": 0, "argued": 1}}',
    "tests/fuzz/campaign.json": '{"core": {"executions": 2000000, "findings": 0, "edges": 3, "edges_of": 4}}',
    "README.md": "2 million executions, no finding; 100, none survives the tests; 1 argued\n",
    "docs/TESTING.md": TESTING,
}


def counts(root):
    return cycles.main(root, root / "build/bench.json")


# (the check, the file that breaks its rule, its text, what the check must say)
BAD = [
    (includes.main, GOOD, ISC + '#include "host.h"\n', 'includes "host.h" of host'),
    (includes.main, "attic/a.c", ISC + '#include "host.h"\n', "no room attic/"),
    (includes.main, "attic/a.py", "", "no room attic/"),
    (counts, "docs/RSA.md", "A check takes 16,000,001 cycles.\n", "make chip-bench has no such count"),
    (counts, "docs/RSA.md", "A check takes 16,000,000 cycles, 1.1 s.\n", "16,000,000 cycles are not 1.1 s"),
    (counts, "docs/RSA.md", "A check takes 16,000,000 cycles, 1.0 ms.\n", "16,000,000 cycles are not 1.0 ms"),
    (licences.main, GOOD, "int a;\n", "no SPDX line"),
    (licences.main, GOOD, ISC.replace("ISC", "GPL-3.0-or-later"), "GPL-3.0-or-later, not ISC"),
    (licences.main, "board/a.c", ISC, "ISC, not GPL-3.0-or-later"),
    (style.main, GOOD, ISC + "\n" * 400, "the limit is 400"),
    (style.main, GOOD, ISC + "int a(void)\n{\n#ifdef B\n#endif\n}\n", "core.c:4: #if inside"),
    (style.main, GOOD, ISC + "/* TO" "DO: more */\n", "work left"),
    (style.main, GOOD, ISC + '#define A "/ho' 'me/a/b"\n', "a path of a machine"),
    (links.main, "docs/PROTOCOL.md", "[x](NOWHERE.md)\n", "no such file"),
    (links.main, "docs/PROTOCOL.md", "[x](DESIGN.md#nowhere)\n", "no such heading"),
    (links.main, "docs/PROTOCOL.md", "see `device/gone.c`\n", "`device/gone.c` is not there"),
    (records.main, "docs/TESTING.md", TESTING.replace("99", "98"), "doesn't say '100 mutants, 99 killed"),
    (records.main, "docs/TESTING.md", TESTING.replace("2,000,000", "3,000,000"), "doesn't say '2,000,000'"),
    (records.main, "tests/mutate/results.json", '{"device/core.c": {"killed": 98, "survived": 1, "argued": 1}}',
     "README.md: doesn't say '100, 1 survives"),
    (lambda root: requirements.main(root, False), GOOD, ISC, "M-1.1: cited nowhere"),
    (lambda root: requirements.main(root, False), WIRE, ISC + "/* M-9" ".9 */\n", "no such requirement"),
    (lambda root: requirements.main(root, False), "docs/PROTOCOL.md",
     "- **[M-1.1]** It MUST.\n- **[M-1.1]** It MUST.\n", "defined twice"),
]


def build(root, house):
    for name, text in house.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def said(check, house):
    """The check's exit code and output on a house."""
    with tempfile.TemporaryDirectory() as folder, io.StringIO() as out:
        build(Path(folder), house)
        with contextlib.redirect_stdout(out):
            code = check(Path(folder))
        return code, out.getvalue()


def protocol_with_a_flipped_digit(root):
    real = (HERE / "../../docs/PROTOCOL.md").read_text(encoding="utf-8")
    build(root, {"docs/PROTOCOL.md": real.replace("| `0dec19f6", "| `1dec19f6")})
    return known_answers.main(root)


def main():
    wrong = []
    for check, name, text, reason in BAD:
        code, output = said(check, GOOD_HOUSE)
        if code != 0:
            wrong.append(f"fails on the good house: {output}")
        code, output = said(check, {**GOOD_HOUSE, name: text})
        if code == 0 or reason not in output:
            wrong.append(f"{name}: must be refused with '{reason}', but: {output}")
    if said(protocol_with_a_flipped_digit, {})[0] == 0:
        wrong.append("known_answers: does not see a flipped digit")
    print("\n".join(wrong + [f"bad_house: {len(BAD) + 1} breaches, {len(wrong)} missed"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
