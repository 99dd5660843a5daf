#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl --json: an object a line, whatever bytes a device answers. docs/FORMATS.md"""

import json
import os
import subprocess
import unittest

from mssl_fixture import (ADMIN, ARGUMENT, CONNECTION, DENIED, DONE, FORGED, LED, PROGRAM, REFUSED, UNKNOWN,
                          UNWRITTEN, UPTIME, USAGE, MsslTest)

NOWHERE = "127.0.0.1:9"


class JsonTest(MsslTest):
    def json(self, code, command, *words, **options):
        """The objects of standard output; nothing else may be there."""
        done = self.expect(code, command, "--json", *words, **options)
        self.assertTrue(done.stdout.isascii())
        return [json.loads(line) for line in done.stdout.decode().splitlines()]

    def error(self, code, *words, **options):
        objects = self.json(code, *words, **options)
        self.assertEqual(len(objects), 1, objects)
        self.assertEqual(objects[0]["error"]["code"], code)
        self.assertEqual(sorted(objects[0]["error"]), ["code", "reason", "remedy", "thing"])
        return objects[0]

    def answering(self, answer, n=1):
        """A device that says answer to every command."""
        def act(s):
            s.welcome()
            while s.take():
                s.answer(answer)
            s.close()
        return self.fake(act, n).place


class Answers(JsonTest):
    def test_exec_gives_one_object(self):
        self.assertEqual(self.json(DONE, "exec", self.grant(), self.device(), "led", "on"),
                         [{"device": "porch", "task": "led", "arguments": "on", "status": 0, "text": "on", "hex": "6f6e"}])

    def test_a_refused_command_has_its_status_and_its_error(self):
        o = self.error(ARGUMENT, "exec", self.grant(), self.device(), "led", "maybe")
        self.assertEqual((o["task"], o["arguments"], o["status"], o["hex"]), ("led", "maybe", 3, ""))
        self.assertIn("bad arguments", o["error"]["reason"])

    def test_any_byte_of_an_answer_comes_through(self):
        for said, text in ((b'"\\\n\x1b[2J', '"\\\n\x1b[2J'), ("\u00e9\u20ac\U0001f6aa".encode(), "\u00e9\u20ac\U0001f6aa"),
                           (b"\x7f", "\x7f"), (b"\xff", None), (b"a\xc3", None), (b"\xc0\x80", None), (b"a\0b", None),
                           (b"\xed\xa0\x80", None), (bytes(range(1, 128)), bytes(range(1, 128)).decode()),
                           (bytes(range(129, 256)), None), (b"", "")):
            with self.subTest(said=said):
                o, = self.json(DONE, "exec", self.grant(), self.answering(b"\0" + said), "led", "on")
                self.assertEqual((o["text"], o["hex"]), (text, said.hex()))

    def test_any_byte_of_the_command_line_comes_through(self):
        o = self.error(DENIED, "exec", self.grant(), NOWHERE, b"l\xff\x1b\"".decode(errors="surrogateescape"))
        self.assertEqual(o["error"]["thing"], 'l\\xff\\x1b"')
        o, = self.json(ARGUMENT, "exec", self.grant(), self.device(), "led", "\u00fc\"")
        self.assertEqual(o["arguments"], "\u00fc\"")

    def test_info_gives_one_object_with_the_tasks(self):
        self.assertEqual(self.json(DONE, "info", self.grant(tasks=LED | UPTIME | ADMIN | 1 << 2), self.device()),
                         [{"device": "porch", "table": 1, "signature": False, "enrolled": False, "tasks": [
                             {"task": 1, "name": "led", "usage": "on|off|state", "available": True},
                             {"task": 2, "name": "adc", "usage": "CHANNEL", "available": True},
                             {"task": 3, "name": "uptime", "usage": "", "available": True},
                             {"task": 31, "name": "admin", "usage": "", "available": True}]}])
        self.assertEqual(self.json(DONE, "info", self.grant(tasks=0), self.device())[0]["tasks"], [])

    def test_admin_gives_the_order_and_its_confirmation(self):
        device, admin = self.device(), self.grant(tasks=ADMIN, slot=1)
        self.assertEqual(self.json(DONE, "admin", admin, device, "revoke", "0", "3"),
                         [{"device": "porch", "order": "revoke", "slot": 0, "generation": 3,
                           "confirm": "confirm porch revoke 0 3 ok"}])
        o = self.error(ARGUMENT, "admin", admin, device, "revoke", "0", "2")
        self.assertEqual((o["order"], o["generation"]), ("revoke", 2))
        self.assertNotIn("confirm", o)
        self.assertEqual(self.json(DONE, "admin", admin, device, "epoch"),
                         [{"device": "porch", "order": "epoch", "confirm": "confirm porch epoch 0 ok"}])

    def test_list_gives_an_object_for_each_name(self):
        os.makedirs(self.path(".config/mssl"))
        self.write(".config/mssl/config", "[a]\naddress=h\ngrant=/g\n[b]\naddress=i\nport=7\ngrant=/g\n"
                                          "authority=/p\ntimeout=9\n")
        self.assertEqual(self.json(DONE, "list"),
                         [{"name": "a", "address": "h", "port": 6775, "grant": "/g"},
                          {"name": "b", "address": "i", "port": 7, "grant": "/g", "authority": "/p", "timeout": 9}])

    def test_batch_gives_an_object_a_line(self):
        objects = self.json(ARGUMENT, "exec", "--batch", "--keep-going", self.grant(), self.device(),
                            stdin="led on\nled maybe\n\nlamp\nuptime\n")
        self.assertEqual([(o["line"], o["code"], o.get("task"), o.get("text"), "error" in o) for o in objects],
                         [(1, 0, "led", "on", False), (2, 6, "led", "", True), (4, 5, None, None, True),
                          (5, 0, "uptime", "42 s", False)])


class Errors(JsonTest):
    def test_each_error_is_an_object_on_standard_output_and_a_line_on_standard_error(self):
        grant = self.grant()
        other = self.write("other.pub", "x")
        self.error(USAGE, "exec", self.path("no"), NOWHERE, "led", says="No such file")
        self.error(USAGE, "exec", "--authority", other, grant, NOWHERE, "led", says="no RSA public key")
        self.error(USAGE, "exec", "--fly", says="no such option")
        self.error(CONNECTION, "exec", grant, NOWHERE, "led", says="refused")
        self.error(REFUSED, "exec", self.grant("other.grant", device=2), self.device(), "led", "on", says="closed")
        self.error(FORGED, "info", grant, self.fake(lambda s: (s.line.sendall(b"x" * 40), s.line.recv(9))).place)

    def test_words_that_make_no_command_are_an_object_too(self):
        for words in (["info"], ["exec", self.grant(), NOWHERE], ["exec", "--keep-going", self.grant(), NOWHERE, "led"],
                      ["list", "porch"], ["fingerprint", "a", "b"], ["admin", self.grant(), NOWHERE]):
            o = self.error(USAGE, *words, says=f"usage: mssl {words[0]}")
            self.assertEqual(o["error"]["thing"], words[0])

    def test_a_lost_command_is_in_its_object(self):
        o = self.error(UNKNOWN, "exec", self.grant(), self.fake(lambda s: (s.welcome(), s.take())).place, "led", "on")
        self.assertEqual((o["task"], o["arguments"]), ("led", "on"))
        self.assertNotIn("status", o)

    def test_a_result_that_cannot_be_written_has_its_own_code(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "exec", "--json", self.grant(), self.device(), "led", "state"], stdout=full,
                                  stderr=subprocess.PIPE, timeout=60, env=self.environment())
        self.assertEqual(done.returncode, UNWRITTEN)

    def test_a_command_without_json_refuses_the_option(self):
        for words in (["connect", "--json", self.grant(), NOWHERE], ["restrict", "--json", self.grant()]):
            self.expect(USAGE, *words, says="--json: not an option of this command", out="")
        for command in ("import", "tunnel"):
            self.expect(USAGE, command, "--json", says="--json: no", out="")

    def test_decode_prints_messages_alone_and_says_so(self):
        self.expect(USAGE, "decode", "--json", self.path("no"), says="No such file", out="")
        self.expect(USAGE, "decode", "--json", says="usage: mssl decode", out="")
        self.assertIn("of decode no errors", self.expect(DONE, "--help").stdout.decode())


if __name__ == "__main__":
    unittest.main()
