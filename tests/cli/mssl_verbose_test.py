#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl --verbose: how far a session came, and why it may have failed, as far as the host
itself can know."""

import re
import socket
import struct
import unittest

from mssl_fixture import (ADMIN, CONNECTION, DENIED, DONE, FORGED, REFUSED, UNKNOWN, MsslTest, grant_text,
                          grant_block)


class Verbose(MsslTest):
    def said(self, code, place, *words, grant=None, options=()):
        """The stage, and the causes in their order."""
        words = words or ("led", "on")
        done = self.expect(code, "exec", "--verbose", *options, grant or self.grant(), place, *words)
        text = done.stderr.decode()
        stages = re.findall(r"^mssl: .*: stage: (.*)$", text, re.M)
        causes = re.findall(r"^mssl: cause (\d+): (.*)$", text, re.M)
        self.assertEqual([int(n) for n, _ in causes], list(range(1, len(causes) + 1)))
        self.assertEqual(len(stages), 0 if code in (DONE, DENIED) else 1, text)
        return stages[0] if stages else None, [cause for _, cause in causes]

    def place_of(self, *acts):
        waiting = list(acts)
        return self.fake(lambda s: waiting.pop(0)(s), len(acts)).place

    def test_success_needs_no_causes(self):
        self.assertEqual(self.said(DONE, self.device()), (None, []))

    def test_without_the_option_one_line_is_said(self):
        done = self.expect(CONNECTION, "exec", self.grant(), "127.0.0.1:9", "led", "on")
        self.assertEqual(done.stderr.count(b"\n"), 1)

    def test_a_grant_for_another_address_comes_first(self):
        grant = self.grant(address="10.0.2.2/32")
        stage, causes = self.said(REFUSED, self.device("--peer", "10.0.2.3"), grant=grant)
        self.assertRegex(stage, r"^connected from 127\.0\.0\.1 to 127\.0\.0\.1 port \d+, HELLO sent; ")
        self.assertEqual(causes[0], "this host's address is 127.0.0.1, and the grant of alice is for 10.0.2.2 (a router "
                                    "between may change it)")
        self.assertNotIn("a router between changes this host's address, which is the grant's", causes)

    def test_a_grant_for_this_address_leaves_the_router_last(self):
        _, causes = self.said(REFUSED, self.device("--peer", "10.0.2.3"), grant=self.grant(address="127.0.0.0/8"))
        self.assertEqual(causes[-1], "a router between changes this host's address, which is the grant's")
        self.assertFalse([c for c in causes if c.startswith("this host's address")])

    def test_a_grant_for_any_address_blames_no_router(self):
        _, causes = self.said(REFUSED, self.device(), grant=self.grant(device=2))
        self.assertTrue(causes)
        self.assertFalse([c for c in causes if "router" in c])

    def test_every_block_is_looked_at_and_generation_and_device_are_named(self):
        helper = self.path("carol.grant")
        self.expect(DONE, "restrict", self.grant(device=0xAB, slot=3, generation=7), "-o", helper, "--host", "carol",
                    "--address", "10.9.9.9")
        _, causes = self.said(REFUSED, self.device(), grant=helper)
        self.assertIn("and the grant of carol is for 10.9.9.9", causes[0])
        self.assertEqual(causes[1], "its build takes fewer restrictions than the 1 of this grant, or none")
        self.assertIn("its sessions are taken", causes[2])
        self.assertEqual(causes[3], "generation 7 of slot 3 was revoked: ask the authority for a new grant")
        self.assertEqual(causes[4], "it is another device than porch (000000ab): is the address right?")
        self.assertIn("its firmware has another task table than 1", causes)

    def test_a_mac_address_is_compared_with_this_hosts(self):
        block = bytearray(grant_block())
        block[8:10], block[16:22] = bytes([6, 4]), bytes.fromhex("52550a000202")
        grant = self.write("mac.grant", grant_text(bytes(block)))
        _, causes = self.said(REFUSED, self.device("--peer", "10.0.2.3"), grant=grant)
        # The loopback's own is 00:00:00:00:00:00.
        self.assertRegex(causes[0], "^this host's MAC address is 00:.*, and the grant of alice is for 52:55:0a:00:02:02$"
                                    "|^the grant of alice is for the MAC address 52:55:0a:00:02:02")

    def test_an_old_epoch_is_named_when_the_device_proves_nothing(self):
        device = self.device()
        self.expect(DONE, "admin", self.grant("admin.grant", tasks=ADMIN, slot=1), device, "epoch")
        stage, causes = self.said(FORGED, device)
        self.assertIn("HELLO sent; the device did not prove itself", stage)
        self.assertIn("in a later epoch than the grant's, 0", causes[0])

    def test_another_server_is_named(self):
        _, causes = self.said(FORGED, self.place_of(lambda s: (s.line.sendall(b"HTTP/1.1 400 Bad Request"),
                                                               s.line.recv(100))))
        self.assertEqual(causes[0], "no MSSL device listens there")

    def test_a_name_that_is_not_found_is_the_first_stage(self):
        place = "no-such-host.invalid"
        self.assertEqual(self.said(CONNECTION, place), ("the name could not be looked up", []))
        self.expect(CONNECTION, "exec", self.grant(), place, "led", "on", says="or give an IPv4 address")

    def test_a_refused_connection_says_why(self):
        stage, causes = self.said(CONNECTION, self.nowhere())
        self.assertEqual(stage, "the name was looked up; no connection")
        self.assertIn("all its sessions are taken", causes[0])

    def test_a_device_that_says_nothing_may_be_busy(self):
        stage, causes = self.said(CONNECTION, self.place_of(lambda s: (s.hello(), s.line.recv(1))),
                                  options=("--timeout", "1"))
        self.assertIn("HELLO sent", stage)
        self.assertIn("it checks another host's signature", causes[1])

    def test_a_lost_command_says_how_far_it_came(self):
        stage, causes = self.said(UNKNOWN, self.place_of(lambda s: (s.welcome(), s.take())))
        self.assertIn("a command was sent; no answer", stage)
        self.assertEqual(len(causes), 3)

    def test_a_close_instead_of_an_answer_says_why(self):
        _, causes = self.said(CONNECTION, self.place_of(lambda s: (s.welcome(), s.take(), s.close())))
        self.assertEqual(causes[0], "an administrator's command ended all sessions")

    def test_a_reset_before_the_proof_is_explained_as_a_refusal(self):
        def act(s):
            s.hello()
            s.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stage, causes = self.said(REFUSED, self.place_of(act, act, act))
        self.assertIn("HELLO sent", stage)
        self.assertTrue(causes)

    def test_a_refused_task_is_no_failure_of_the_session(self):
        self.said(DENIED, self.device(), "uptime", grant=self.grant(tasks=2))


if __name__ == "__main__":
    unittest.main()
