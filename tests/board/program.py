# SPDX-License-Identifier: ISC
"""What the tests of mssl-board from outside share: images, and a board that runs."""
import os
import subprocess
import sys
import threading

BOARD, PROBES = sys.argv[1:3]
PATIENCE = 60  # seconds; the machine may be slow


def image(path, ip=(10, 0, 2, 9)):
    """An Intel HEX file of 326 bytes with the device's address at MSSL_EE_IP."""
    cells = bytearray(b"\xff" * 326)
    cells[314:318] = bytes(ip)
    with open(path, "w") as out:
        for at in range(0, len(cells), 16):
            record = bytes([len(cells[at:at + 16]), at >> 8, at & 255, 0]) + cells[at:at + 16]
            out.write(":%s%02X\n" % (record.hex().upper(), -sum(record) & 255))
        out.write(":00000001FF\n")
    os.chmod(path, 0o600)


class Running:
    """A board that runs, and the events it has told."""

    def __init__(self, folder, probe, *words):
        self.process = subprocess.Popen(
            [BOARD, "--firmware", "%s/board-probe_%s.elf" % (PROBES, probe), "--eeprom", folder + "/ee",
             "--image", folder + "/image.hex", *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
        self.events, self.more = [], threading.Condition()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            with self.more:
                self.events.append(tuple(line.rstrip("\n").split(" ", 1)))
                self.more.notify_all()

    def wait(self, start):
        """The first event, told or to come, whose text begins with start."""
        def told():
            return next((e for e in self.events if e[1].startswith(start)), None)
        with self.more:
            if not self.more.wait_for(told, PATIENCE):
                raise AssertionError("no event '%s' in %s" % (start, self.events))
            return told()

    def forget(self):
        with self.more:
            self.events.clear()

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self):
        """Reads the rest; the exit code."""
        code = self.process.wait(PATIENCE)
        self.reader.join()
        self.error = self.process.stderr.read()
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
