# SPDX-License-Identifier: ISC
"""Reads programs.table, whose head says what it holds."""

from dataclasses import dataclass, field


@dataclass
class Option:
    names: list                 # the long one first
    kind: str                   # "" for none
    text: str


@dataclass
class Command:
    words: tuple
    positions: list             # kinds; the last may be "..."
    options: list
    text: str


@dataclass
class Program:
    name: str
    options: dict = field(default_factory=dict)         # by the first name
    everywhere: list = field(default_factory=list)
    commands: list = field(default_factory=list)

    def options_of(self, command):
        """Option objects of a command; of the program without one for None."""
        names = self.everywhere + (command.options if command else ["--help", "--version"])
        return [self.options[name] for name in dict.fromkeys(names)]

    def groups(self):
        """{first word: [second words]} of the commands with two words."""
        found = {}
        for command in self.commands:
            if len(command.words) == 2:
                found.setdefault(command.words[0], []).append(command.words[1])
        return found

    def first_words(self):
        return list(dict.fromkeys(command.words[0] for command in self.commands))


def read(path):
    programs, sets = [], {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "program":
            programs.append(Program(rest))
        elif word == "option":
            names, kind, text = rest.split(None, 2)
            names = names.split(",")
            programs[-1].options[names[0]] = Option(names, "" if kind == "-" else kind, text)
        elif word == "everywhere":
            programs[-1].everywhere = rest.split()
        elif word == "set":
            name, *names = rest.split()
            sets[name] = names
        elif word == "command":
            words, positions, options, text = (part.strip() for part in rest.split(";"))
            options = [name for option in options.split() for name in sets.get(option, [option])]
            programs[-1].commands.append(Command(tuple(words.split()), positions.split(), options, text))
        elif word and not word.startswith("#"):
            raise ValueError(f"{path}: {line}: not understood")
    return programs
