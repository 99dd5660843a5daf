#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The manual pages: without a warning, with every command and option of --help, and
with examples that run: on the virtual board, with the real firmware.

usage: man_test.py SOURCE BUILD FIRMWARE"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

SOURCE, BUILD, FIRMWARE = (Path(word).resolve() for word in sys.argv[1:4])
PAGES = sorted((SOURCE / "docs/man").glob("*.[1-8]"))
PROGRAMS = {"mssl": BUILD / "cli/mssl", "mssl-authority": BUILD / "cli/mssl-authority",
            "mssl-board": BUILD / "board/mssl-board"}
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*|-[a-z])(?![\w-])")
ROFF = ((r"\-", "-"), (r"\en", r"\n"), (r"\(aq", "'"), (r"\&", ""), (r"\e", "\\"))
# The pages speak of an administrator's network, the board has its own.
NETWORK = (("192.168.1.75 --gateway 192.168.1.1", "10.0.2.15 --gateway 10.0.2.2"), ("192.168.1.0/24", "10.0.2.0/24"))
PREPARE = """
mssl-authority grant owner --device porch --tasks led,adc,uptime -o porch.grant --slot 5
mssl-authority grant admin --device porch --admin -o boss.grant --slot 3
for i in 1 2 3 4; do
    mssl-authority grant carol --device porch --tasks led --slot 2 -o old.grant && rm old.grant
    mssl-authority revoke carol --device porch >revoked
done
"""


def rendered(page):
    done = subprocess.run(["man", "--warnings=w", "--no-hyphenation", "--no-justification", "-E", "ascii", "-l", page],
                          env={**os.environ, "MANWIDTH": "500", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""},
                          capture_output=True, text=True, check=True)
    return re.sub(r".\x08|\x1b\[[0-9;]*m", "", done.stdout), done.stderr


def help_of(program, *words):
    done = subprocess.run([PROGRAMS[program], *words, "--help"], capture_output=True, text=True, check=True)
    # Without examples, and what is quoted: other programs' options.
    return re.sub(r"`[^`]*`|^  (mssl|printf|pkcs11|tcpdump)\S* \S.*$", "", done.stdout, flags=re.M)


def examples(name):
    """The command lines of a page's examples."""
    text = (SOURCE / "docs/man" / name).read_text(encoding="utf-8")
    section = re.search(r"^\.S[hH] EXAMPLES\n(.*?)(?=^\.S[hH] |\Z)", text, re.S | re.M)[1]
    block = re.search(r"^\.(?:Bd -literal[^\n]*|EX)\n(.*?)^\.E[dE]$", section, re.S | re.M)[1]
    for roff, plain in ROFF:
        block = block.replace(roff, plain)
    return [line for line in block.splitlines() if re.match(r"mssl|printf", line)]


class Pages(unittest.TestCase):
    def test_pages_have_no_warning(self):
        for page in PAGES:
            text, warnings = rendered(page)
            self.assertEqual(warnings, "", page.name)
            self.assertRegex(text, r"\bNAME\n", page.name)

    def test_pages_are_found_by_whatis(self):
        for page in PAGES:
            done = subprocess.run(["lexgrog", page], capture_output=True, text=True, check=False)
            self.assertIn(f'"{page.name.rsplit(".", 1)[0]} - ', done.stdout, page.name)

    def test_every_command_and_option_of_help_is_in_its_page(self):
        for program in PROGRAMS:
            pages = [p for p in PAGES if p.name == f"{program}.1" or program == "mssl" and
                     re.fullmatch(r"mssl-(tunnel|decode)\.1", p.name)]
            text = "".join(rendered(page)[0] for page in pages)
            said = help_of(program)
            commands = [] if program == "mssl-board" else \
                list(dict.fromkeys(re.findall(r"^  ([a-z]+(?: [a-z]+(?= +[\[A-Z]))?)", said, re.M)))
            for command in commands:
                first, *second = command.split()
                self.assertRegex(text, rf"\b{first}\b" + "".join(rf"\s+{word}\b" for word in second), program)
                if program != "mssl" or not second:
                    said += help_of(program, *command.split())
            missing = {option for option in OPTION.findall(said) if not re.search(rf"(?<![\w-]){option}(?![\w-])", text)}
            self.assertEqual(missing, set(), f"{program}: the page lacks them")


class Examples(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        config = self.top / "config/mssl"
        config.mkdir(parents=True)
        (self.top / "passphrase").write_text("a passphrase for a test\n")
        (self.top / "passphrase").chmod(0o600)
        (self.top / "staff.csv").write_text("device,host,tasks,slot\nporch,dora,led,6\n")
        shutil.copy(FIRMWARE / "atmega168/firmware/mssl-firmware.elf", self.top)
        path = os.pathsep.join([str(BUILD / "cli"), str(BUILD / "board"), os.environ["PATH"]])
        self.env = {**os.environ, "PATH": path, "HOME": str(self.top), "XDG_CONFIG_HOME": str(self.top / "config"),
                    "MSSL_AUTHORITY_DIR": str(self.top / "authority"), "LC_ALL": "C.UTF-8",
                    "MSSL_AUTHORITY": str(self.top / "authority/authority.pub"),
                    "MSSL_PASSPHRASE_FILE": str(self.top / "passphrase")}

    def run_all(self, lines):
        for line in lines:
            done = subprocess.run(["bash", "-o", "pipefail", "-c", line], cwd=self.top, env=self.env,
                                  capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL)
            self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout}{done.stderr}")

    def board(self, line):
        """Starts the board in the background and returns it and its port for host A."""
        events = self.top / "events"
        with events.open("w") as out:
            board = subprocess.Popen(["sh", "-c", "exec " + line.replace("A:40001", "A:0")], cwd=self.top, env=self.env,
                                     stdin=subprocess.DEVNULL, stdout=out)
        self.addCleanup(board.wait)
        self.addCleanup(board.kill)
        until = time.monotonic() + 30
        while " ready" not in events.read_text() and time.monotonic() < until and board.poll() is None:
            time.sleep(0.1)
        return board, re.search(r"host A 127\.0\.0\.1 (\d+)", events.read_text())[1]

    def test_examples_of_the_pages_run(self):
        authority, board, host = (examples(f"{name}.1") for name in ("mssl-authority", "mssl-board", "mssl"))
        for old, new in NETWORK:
            authority = [line.replace(old, new) for line in authority]
        to_device = [line for line in authority if line.startswith("mssl ")]
        self.run_all(line for line in authority if line not in to_device)
        self.run_all(line for line in PREPARE.strip().split("\n\n"))
        (self.top / "porch.hex").unlink()       # no image is written twice
        self.assertTrue(board[1].startswith("mssl-board ") and len(board) == 3, board)
        self.run_all(board[:1])
        running, port = self.board(board[1])
        (self.top / "config/mssl/config").write_text(
            f"[porch]\naddress = 127.0.0.1\nport = {port}\ngrant = {self.top}/porch.grant\n")
        self.assertGreaterEqual(len(host), 6)
        self.run_all(line.replace("192.0.2.7", f"127.0.0.1:{port}") for line in host)
        self.run_all(line.replace("192.168.1.75", f"127.0.0.1:{port}") for line in to_device)
        running.terminate()
        running.wait()
        self.run_all(board[2:])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
