#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""bars_test.py ROOT PEERS: the bars of bench/bench.py against OpenSSL alone, in a
few seconds: a handshake's instructions, a session's bytes, libmssl's heap. They
are the same each time, so a change that misses one is at fault."""

import socket
import sys
import unittest
from pathlib import Path

ROOT, FOLDER = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "bench" / "peers")]

import bench        # noqa: E402
import programs     # noqa: E402

MSSL, TLS = "mssl", "openssl-tls12-psk"


class Bars(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        found, _ = programs.find(FOLDER)
        cls.peers = {peer.name: peer for peer in found}

    def measured(self):
        """The part of build/bench.json that the bars look at, of two peers."""
        rows = {}
        for name in (MSSL, TLS):
            peer = self.peers[name]
            rows[name] = {"instructions": programs.count(peer, sessions=1),
                          "wire": {"bytes": programs.job(peer)["session"]},
                          "growth": programs.grow(peer, (100,), lambda text: None)}
        return {"peers": rows}

    def test_handshake_bytes_and_heap_are_within_their_bars(self):
        data = self.measured()
        held = list(bench.session_bars(data))
        self.assertEqual(len(held), 3)
        for claim, figures, holds in held:
            self.assertTrue(holds, f"{claim}: {figures}")
        self.a_bar_that_is_missed_is_said(data)

    def a_bar_that_is_missed_is_said(self, data):
        """With the two peers exchanged nothing holds."""
        rows = data["peers"]
        swapped = {"peers": {MSSL: rows[TLS], TLS: rows[MSSL]}}
        self.assertEqual([holds for _, _, holds in bench.session_bars(swapped)], [False, False, False])

    def test_a_heap_that_nobody_counts_is_no_figure(self):
        self.assertIsNone(programs.run(self.peers[MSSL].command("grow", 1)))

    def test_a_port_that_is_somebody_s_is_no_figure_and_no_wait(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.assertIsNone(programs.over_loopback(self.peers[TLS], 1, taken.getsockname()[1]))

    def test_a_session_of_118_bytes_is_what_the_protocol_says(self):
        self.assertEqual(programs.job(self.peers[MSSL]), {"handshake": 66, "session": 118})


if __name__ == "__main__":
    unittest.main()
