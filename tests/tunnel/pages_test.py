#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The examples of the manual pages and of the help, run as they stand but for addresses."""

import os
import re
import shutil
import socket
import subprocess
import unittest
from pathlib import Path

from tunnel_fixture import END, PATIENCE, PROGRAM, Service, Tunnel, TunnelTest, dial, echo, read_all

ROOT = Path(__file__).resolve().parent.parent.parent


def example(page):
    text = (ROOT / "docs" / "man" / page).read_text(encoding="utf-8")
    return re.search(r"^\.Bd -literal.*?\n(.*?)^\.Ed$", text, re.M | re.S)[1]


class Pages(TunnelTest):
    def shell(self, text):
        env = {**self.environment(), "MSSL_AUTHORITY_DIR": self.path("authority")}
        env["PATH"] = os.path.dirname(PROGRAM) + os.pathsep + env["PATH"]
        done = subprocess.run(["/bin/sh", "-e"], input=text, text=True, capture_output=True, timeout=PATIENCE, env=env,
                              cwd=self.folder)
        self.assertEqual(done.returncode, 0, text + done.stderr)

    def test_a_server_and_its_client_as_mssl_tunnel_1_makes_them(self):
        shutil.copy(ROOT / "tunnel" / "tunnel.tasks", self.folder)
        commands, server, client = re.split(r"^# tunnel\.conf of the .*\n", example("mssl-tunnel.1"), flags=re.M)
        self.shell("mssl-authority init --no-passphrase\n" + commands)
        shutil.copy(self.path("authority/authority.pub"), self.path("authority.pub"))
        plain = Service(self, echo)
        server = server.replace("0.0.0.0:6775", "127.0.0.1:0").replace("127.0.0.1:80", f"127.0.0.1:{plain.port}")
        far = Tunnel(self, server, "server")
        client = client.replace("127.0.0.1:8080", "127.0.0.1:0").replace("192.0.2.20", f"127.0.0.1:{far.port('web')}")
        near = Tunnel(self, client, "client")
        with dial(near.port("web")) as line:
            line.sendall(b"hello")
            line.shutdown(socket.SHUT_WR)
            self.assertEqual(read_all(line), (b"hello", END))

    def test_the_config_of_mssl_tunnel_conf_5_and_the_commands_of_the_help(self):
        text = example("mssl-tunnel.conf.5").replace("/etc/mssl/authority.pub", self.authority)
        self.grant("porch.grant")
        self.write("tunnel.conf", text)
        said = subprocess.run([PROGRAM, "tunnel", "--help"], capture_output=True, text=True, timeout=PATIENCE).stdout
        commands = re.findall(r"^  (mssl tunnel .*)$", said, re.M)
        self.assertEqual(len(commands), 2)
        for command in commands:
            command = command.replace("/etc/mssl/", "").replace("tunnel --check", "tunnel")
            self.shell(command.replace("mssl tunnel", "mssl tunnel --check"))

    def test_the_page_has_the_range_of_every_number(self):
        page = (ROOT / "docs" / "man" / "mssl-tunnel.conf.5").read_text(encoding="utf-8")
        source = (ROOT / "tunnel" / "config.c").read_text(encoding="utf-8")
        ranges = {name: re.search(r"\b(\d+) to (\d+)", text) for name, text in
                  re.findall(r"^\.It Cm (\S+) = Ar (?:SECONDS|RECORDS|NUMBER|OCTAL)\n(.*?)^(?=\.(?:It|El))", page, re.M | re.S)}
        self.assertEqual(len(ranges), len(re.findall(r'[("{ ]"[a-z-]+", (?:NUMBER|OCTAL)', source)))
        service = "[a]\nmode = server\naccept = 1\nconnect = 127.0.0.1:9\n"
        for name, found in ranges.items():
            self.assertTrue(found, name)
            base = 8 if name == "socket-mode" else 10
            least, most = int(found[1], base), int(found[2], base)
            for value in (least - 1, least, most, most + 1):
                line = f"{name} = {value:o}\n" if base == 8 else f"{name} = {value}\n"
                path = self.write("range.conf", "store = s\n" + (line + service if name == "drain" else service + line))
                done = subprocess.run([PROGRAM, "tunnel", "--check", path], capture_output=True, text=True, timeout=PATIENCE)
                self.assertEqual(done.returncode == 0, least <= value <= most, line + done.stderr)


if __name__ == "__main__":
    unittest.main()
