#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""bash, zsh and fish know every command and option that --help names, and no others;
they complete names of devices, tasks and files.

usage: completions_test.py SOURCE BUILD, the latter with the programs"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE, BUILD = (Path(word).resolve() for word in sys.argv[1:3])
MAKER = SOURCE / "packaging/completions"
sys.path[:0] = [str(MAKER), str(SOURCE / "tests/packaging")]
import table  # noqa: E402 (their folders are known only now)
from ask_shells import SHELLS, offers, zsh_types  # noqa: E402

PROGRAMS = {"mssl": "cli/mssl", "mssl-authority": "cli/mssl-authority", "mssl-board": "board/mssl-board"}
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*|-[a-z])(?![\w-])")
CONFIG = """# the porch
[porch]
address = 192.0.2.7
grant = porch.grant
[cellar.$(touch broken)]
grant = x
[shed-2]
  grant = shed.grant
address = 192.0.2.8
"""
GRANT = "mssl-grant: 1\ntask: 1 led 0|1\ntask: 2 uptime\ntask: 3 $(touch${IFS}broken)\ntask: 4 `touch${IFS}broken`\n"


def helps(program):
    """{command's words, "" for the program: its --help}."""
    def say(*words):
        done = subprocess.run([BUILD / PROGRAMS[program.name], *words, "--help"], capture_output=True, text=True,
                              check=True)
        return re.sub(r"`[^`]*`", "", done.stdout)      # what is quoted are other commands
    found = {"": say()}
    for command in program.commands:
        found[" ".join(command.words)] = say(*command.words)
    return found


def without_examples(text):
    return "\n".join(line for line in text.splitlines() if not re.match(r"  (mssl|printf|pkcs11|tcpdump)\S* \S", line))


class Completions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.top = Path(folder.name)
        subprocess.run([sys.executable, "-B", MAKER / "mk_completions.py", cls.top / "made"], check=True)
        (cls.top / "here/sub").mkdir(parents=True)
        (cls.top / "config/mssl").mkdir(parents=True)
        (cls.top / "config/mssl/config").write_text(CONFIG)
        (cls.top / "config/mssl/porch.grant").write_text(GRANT)
        (cls.top / "here/x.grant").write_text("task: 5 adc CHANNEL\n")
        (cls.top / ".ssh").mkdir()
        (cls.top / ".ssh/known_hosts").write_text("lamp.example ssh-ed25519 AAAA\n")   # fish looks here
        (cls.top / "hosts").write_text("192.0.2.9 lamp.example\n")                      # and bash here
        cls.env = {"HOSTFILE": str(cls.top / "hosts"),"PATH": os.environ["PATH"], "HOME": str(cls.top), "XDG_CONFIG_HOME": str(cls.top / "config"),
                   "LC_ALL": "C.UTF-8", "TERM": "dumb"}
        cls.programs = table.read(MAKER / "programs.table")

    def offered(self, *lines):
        """{shell: [what it offers for each line]}"""
        return {shell: offers(shell, self.top / "made", lines, self.top / "here", self.env) for shell in SHELLS}

    def all_offer(self, line, wanted, but=()):
        for shell, (found,) in self.offered(line).items():
            self.assertLessEqual(set(wanted), found, f"{shell}: {line}")
            self.assertFalse(found & set(but), f"{shell}: {line}: {found}")

    # -- The table is what the programs say --

    def test_every_command_of_help_is_known(self):
        for program in self.programs:
            text = helps(program)[""]
            said = set(re.findall(r"^  (?:mssl )?([a-z][a-z-]*)(?: +|$)", without_examples(text), re.M))
            self.assertEqual(said - set(program.first_words()), set(), f"{program.name}: add them to programs.table")
            for first, second in re.findall(r"^  (device) ([a-z]+) ", text, re.M):
                self.assertIn((first, second), [command.words for command in program.commands])

    def test_no_command_stands_twice(self):
        for program in self.programs:
            words = [command.words for command in program.commands]
            self.assertEqual(len(words), len(set(words)), program.name)

    def test_every_option_of_help_is_known_where_it_stands(self):
        for program in self.programs:
            known = {name for option in program.options.values() for name in option.names}
            for words, text in helps(program).items():
                said = set(OPTION.findall(without_examples(text)))
                command = next((c for c in program.commands if " ".join(c.words) == words), None)
                mine = {n for o in program.options_of(command) for n in o.names} if command else known
                self.assertEqual(said - mine, set(), f"{program.name} {words}: add them to programs.table")

    def test_every_option_that_is_offered_exists(self):
        for program in self.programs:
            texts = helps(program)
            said = set(OPTION.findall("\n".join(texts.values()))) | {"--help", "--version", "-h", "-v"}
            for option in program.options.values():
                self.assertLessEqual(set(option.names), said, program.name)

    # -- The shells are what the table says --

    def test_every_shell_offers_every_command_and_option(self):
        lines, wanted = [], []
        for program in self.programs:
            if program.commands:
                lines.append(f"{program.name} ")
                wanted.append(set(program.first_words()))
            for command in [None, *program.commands]:
                words = f"{' '.join(command.words)} " if command else ""
                lines.append(f"{program.name} {words}-")
                wanted.append({name for option in program.options_of(command) for name in option.names})
        for shell, found in self.offered(*lines).items():
            for line, each, want in zip(lines, found, wanted):
                self.assertEqual(each - {"porch", "shed-2"}, want, f"{shell}: {line}")

    def test_words_of_a_value_are_offered_and_nothing_else(self):
        self.all_offer("mssl-authority device image porch --chip ", {"atmega88", "atmega168", "atmega328p"}, {"-o"})
        self.all_offer("mssl-authority device ", {"add", "image", "list", "remove", "show"}, {"grant"})

    def test_zsh_at_a_terminal_completes_a_word(self):
        for line, wanted in (("mssl fingerp", "mssl fingerprint"), ("mssl exec --tim", "mssl exec --timeout")):
            self.assertTrue(zsh_types(self.top / "made", line, wanted, self.top / "here", self.env), line)

    # -- Names, tasks and files --

    def test_names_of_the_config_are_offered_as_device_and_as_first_word(self):
        self.all_offer("mssl ", {"porch", "shed-2", "exec"})
        self.all_offer("mssl connect ", {"porch", "shed-2", "x.grant"})

    def test_tasks_of_the_grant_follow_a_name_and_an_address(self):
        self.all_offer("mssl porch ", {"led", "uptime"}, {"x.grant"})
        self.all_offer("mssl exec --wait --timeout 5 porch ", {"led", "uptime"})
        self.all_offer("mssl exec x.grant 192.0.2.7 ", {"adc"}, {"led"})

    def test_hosts_follow_a_grant_file_and_files_an_option_for_files(self):
        for shell, (found,) in self.offered("mssl exec x.grant l").items():
            self.assertEqual(found, {"localhost" if shell == "zsh" else "lamp.example"}, shell)
        self.all_offer("mssl exec --authority ", {"x.grant", "sub"}, {"porch"})
        self.all_offer("mssl-authority --dir ", {"sub"}, {"x.grant"})

    def test_nothing_in_config_or_grant_is_run_or_offered_as_code(self):
        for found in self.offered("mssl ", "mssl porch ", "mssl connect ", "mssl exec porch ").values():
            self.assertFalse([word for words in found for word in words if "$" in word or "`" in word])
        self.assertEqual(list(self.top.rglob("broken*")), [])

    def test_without_config_there_are_commands_and_no_complaint(self):
        env = {**self.env, "XDG_CONFIG_HOME": str(self.top / "none")}
        for shell in SHELLS:
            found, tasks = offers(shell, self.top / "made", ["mssl ", "mssl porch "], self.top / "here", env)
            self.assertIn("exec", found)
            self.assertEqual(tasks, set())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
