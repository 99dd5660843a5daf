#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The commands that the manual and --help show do what they say."""

import os
import subprocess
import unittest
from pathlib import Path

from mssl_fixture import ADC, ADMIN, DONE, LED, PROGRAM, UPTIME, MsslTest

PAGE = Path(__file__).resolve().parents[2] / "docs/man/mssl.1"
COMMANDS = ("connect", "exec", "info", "ping", "watch", "admin", "restrict", "list", "fingerprint")
# What this machine need not have, what has no end, and what other tests are about.
INSTEAD = (("| jq -r .text", ""), ("| mssl-authority confirm -", ""), ("logger", "echo"),
           ("mssl watch", "mssl watch -c 1"), ("192.0.2.7", "$PLACE"), ("porch.example.org:6775", "$PLACE"))


class Examples(MsslTest):
    def setUp(self):
        super().setUp()
        for name in ("porch", "boss", "admin"):
            self.grant(f"{name}.grant", tasks=LED | ADC | UPTIME | ADMIN)
        os.makedirs(self.path(".config/mssl"))
        os.symlink("../../porch.grant", self.path(".config/mssl/porch.grant"))
        self.write("new-authority.pub", Path(self.authority).read_bytes())
        self.folder_of_program = os.path.dirname(PROGRAM)

    def does(self, line):
        device = self.device("--event-ms", 100)
        self.write(".config/mssl/config", f"[porch]\naddress = 127.0.0.1\nport = {device.split(':')[1]}\ngrant = porch.grant\n")
        for shown, run in INSTEAD:
            line = line.replace(shown, run)
        env = dict(self.environment(), PLACE=device)
        env["PATH"] = f"{self.folder_of_program}:{env['PATH']}"
        done = subprocess.run(["sh", "-c", line], cwd=self.folder, env=env, capture_output=True, timeout=60, text=True,
                              stdin=subprocess.DEVNULL)
        self.assertEqual((done.returncode, done.stderr), (DONE, ""), line)
        for out in ("carol.grant", "pi.grant"):
            Path(self.path(out)).unlink(missing_ok=True)
        return done.stdout

    def test_those_of_the_manual(self):
        block = PAGE.read_text().split(".Sh EXAMPLES\n.Bd -literal\n")[1].split(".Ed")[0]
        lines = block.replace("\\en", "\\n").splitlines()
        self.assertGreater(len(lines), 8)
        said = {line: self.does(line) for line in lines}
        self.assertEqual(said["mssl porch led on"], "on\n")
        self.assertEqual(said["printf 'led on\\nuptime\\n' | mssl exec --batch porch"], "0 on\n0 42 s\n")

    def test_those_of_help(self):
        for command in COMMANDS:
            text = self.expect(DONE, command, "--help").stdout.decode()
            lines = [line.strip() for line in text.splitlines() if line.startswith(("  mssl ", "  printf "))]
            self.assertTrue(lines, command)
            for line in lines:
                with self.subTest(line=line):
                    self.does(line)


if __name__ == "__main__":
    unittest.main()
