# SPDX-License-Identifier: ISC
"""The mutants of a C source: one small mistake each. They are found by the house
style: binary operators have a space on both sides, a statement a line."""

import re
from collections import namedtuple

Mutant = namedtuple("Mutant", "number before after operator start end text")

HIDDEN = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#[^\n]*(?:\\\n[^\n]*)*', re.S | re.M)
SWAPS = {
    "relation": {"==": ["!="], "!=": ["=="], "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"]},
    "arithmetic": {"+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"], "<<": [">>"], ">>": ["<<"],
                   "&": ["|"], "|": ["&"], "^": ["&"], "&&": ["||"], "||": ["&&"],
                   "+=": ["-="], "-=": ["+="], "|=": ["&="], "&=": ["|="], "^=": ["="]},
}
BINARY = re.compile(r"(?<=[\w)\]]) (==|!=|<=|>=|<<|>>|&&|\|\||[-+*/%&|^]=|[-+*/%&|^<>])(?=\s)|^(\s+)(&&|\|\||[-+*/%&|^])(?= )", re.M)
STEP = re.compile(r"\+\+|--")
NUMBER = re.compile(r"(?<![\w.])(0x[0-9a-fA-F]+|\d+)(?=[uUlL]*\b)")
STATEMENT = re.compile(r"^( +)((?!return|break|continue|goto|else|case|default|static|const|struct|do\b|typedef|extern)"
                       r"[*(A-Za-z_][^;{}]*;)(?=\s*$)", re.M)
DECLARATION = re.compile(r"(?:unsigned |volatile )?(?:u?int\d*_t|int|char|size_t|ssize_t|bool|mssl_err|EVP_\w+|BIO|BIGNUM|BN_CTX) [\w*]")
CONDITION = re.compile(r"\b(if|while) \(")
RETURN = re.compile(r"\breturn ([^;{}]+);")
TRUTH = re.compile(r"\breturn 1;")
PARAMETER = re.compile(r"[(,]\s*(?:const )?(?:u?int\d+_t|char) \*?\w+\[\Z")
TABLE_ROW = re.compile(r"^\s*(?:0x[0-9a-f]{2},\s*){8,}$")


def blank(text):
    """The text, comments, literals and directives blanked out, offsets kept."""
    return HIDDEN.sub(lambda m: re.sub(r"[^\n]", "\x01", m[0]), text)


def closing(text, at):
    """Where the parenthesis that opens at text[at] closes."""
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0:
            return i
    return -1


def edits(code):
    """(operator, start, end, replacement) for each mutant."""
    for match in BINARY.finditer(code):
        group = 1 if match[1] else 3
        for name, swaps in SWAPS.items():
            for new in swaps.get(match[group], []):
                yield name, match.start(group), match.end(group), new
    for match in STEP.finditer(code):
        yield "arithmetic", match.start(), match.end(), "--" if match[0] == "++" else "++"
    for match in NUMBER.finditer(code):
        value = int(match[1], 0)
        if TRUTH.search(code, max(0, match.start() - 7), match.end() + 1):  # 2 is as true as 1
            yield "constant", match.start(1), match.end(1), "0"
            continue
        if PARAMETER.search(code[:match.start()]) and code[match.end()] == "]":     # its brackets hold no code
            continue
        yield "constant", match.start(1), match.end(1), str(value + 1)
        if value:
            yield "constant", match.start(1), match.end(1), str(value - 1)
    for match in STATEMENT.finditer(code):
        if not DECLARATION.match(match[2]) and "for (" not in match[2]:
            yield "deletion", match.start(2), match.end(2), ";"
    for match in CONDITION.finditer(code):
        end = closing(code, match.end() - 1)
        yield "condition", match.end(), end, f"!({code[match.end():end]})"
    for match in RETURN.finditer(code):
        if match[1].isdigit():      # a constant, changed above
            continue
        yield "return", match.start(1), match.end(1), f"!({match[1]})"


def mutants(text):
    """All mutants of a source."""
    code = blank(text)
    rows = text.splitlines()
    for operator, start, end, new in edits(code):
        number = text.count("\n", 0, start)
        if end < 0 or "\x01" in new or TABLE_ROW.match(rows[number]):
            continue
        made = text[:start] + new + text[end:]
        before, after = rows[number].strip(), made.splitlines()[number].strip()
        yield Mutant(number + 1, before, after, operator, start, end, made)
