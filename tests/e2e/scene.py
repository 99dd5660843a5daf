# SPDX-License-Identifier: ISC
"""An authority, its device on the virtual board with the real firmware, and the
programs of a user. Imported after sys.path holds examples/demo."""

import os
import subprocess
import tempfile

from board import Board

PATIENCE = 90   # seconds; the machine may be slow


class Failed(AssertionError):
    """A program ended otherwise than wanted."""


class Scene:
    def __init__(self, source, build, firmware, chip, *device):
        self.build, self.chip = build, chip
        self.firmware = os.path.join(firmware, chip, "firmware", "mssl-firmware.elf")
        self.folder = tempfile.TemporaryDirectory(prefix="mssl-e2e-")
        self.board = None
        self.authority("init", "--no-passphrase")
        self.authority("device", "add", "porch", "--ip", "10.0.2.15", "--tasks-table",
                       os.path.join(source, "firmware", "tasks.table"), *device)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def run(self, code, words, lines=None):
        """Runs a program; what it wrote, when it ended with code."""
        done = subprocess.run(words, input=lines or "", capture_output=True, text=True, timeout=PATIENCE,
                              cwd=self.folder.name)
        if done.returncode != code:
            raise Failed(f"{words} ended with {done.returncode}, not {code}: {done.stdout}{done.stderr}")
        return done

    def authority(self, *words, code=0, lines=None):
        program = os.path.join(self.build, "cli", "mssl-authority")
        return self.run(code, [program, "--dir", self.path("authority"), *words], lines).stdout

    def grant(self, host, *words, name=None):
        self.authority("grant", host, "--device", "porch", *words, "-o", self.path(name or host))

    def boot(self, *options):
        """Starts the board; the image is made for the first start only."""
        words = [os.path.join(self.build, "board", "mssl-board"), "--mcu", self.chip, "--firmware", self.firmware,
                 "--eeprom", self.path("eeprom"), "--host", "A:0", "--host", "B:0", *options]
        if not os.path.exists(self.path("eeprom")):
            self.authority("device", "image", "porch", "-o", self.path("image.hex"))
            words += ["--image", self.path("image.hex")]
        self.board = Board(words)
        if self.board.wait(lambda e: e[1] == "ready") is None:
            raise Failed("the board did not start")

    def halt(self):
        """Ends the board; its exit code."""
        board, self.board = self.board, None
        return board.stop() if board else 0

    def close(self):
        try:
            return self.halt()
        finally:
            self.folder.cleanup()

    def say(self, line):
        self.board.tell(line)

    def mssl(self, code, command, name, *words, lines=None, options=(), at="A"):
        return self.run(code, [os.path.join(self.build, "cli", "mssl"), command, "--authority",
                               self.path("authority/authority.pub"), "--timeout", "20", *options, self.path(name),
                               f"127.0.0.1:{self.board.port(at)}", *words], lines)
