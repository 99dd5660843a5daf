#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Streams through two tunnels: bytes, ends, cuts, renewal. docs/TUNNEL.md"""

import random
import socket
import threading
import time
import unittest

from tunnel_fixture import END, PATIENCE, RESET, TunnelTest, dial, echo, read_all


def send_in_chunks(line, data, seed):
    """Sends data in pieces of random size, then the end."""
    chance = random.Random(seed)
    at = 0
    while at < len(data):
        n = chance.choice((1, 2, 125, 126, 127, 128, 1000, 16384, 50000))
        line.sendall(data[at:at + n])
        at += n
    line.shutdown(socket.SHUT_WR)


class Stream(TunnelTest):
    def carry(self, port, size, seed):
        data = random.Random(seed).randbytes(size)
        with dial(port) as line:
            sender = threading.Thread(target=send_in_chunks, args=(line, data, seed))
            sender.start()
            got, how = read_all(line)
            sender.join()
        self.assertEqual(how, END)
        self.assertEqual(len(got), len(data))
        self.assertEqual(got, data)

    def test_megabytes_come_back_whole_in_chunks_of_any_size(self):
        port = self.pair()
        self.carry(port, 3_000_000, 1)
        for seed in range(2, 8):
            self.carry(port, random.Random(seed).randrange(3000), seed)
        line = self.access("client", "up=3000000 down=3000000")
        self.assertIn("end=done", line)
        self.assertIn("host=alice slot=0 task=stream up=3000000 down=3000000", self.access("server", "up=3000000"))

    def test_many_at_once_keep_their_bytes_apart(self):
        port = self.pair()
        failures = []

        def one(seed):
            try:
                self.carry(port, 20_000, seed)
            except BaseException as failure:
                failures.append(failure)
        threads = [threading.Thread(target=one, args=(seed,)) for seed in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        self.assertEqual((failures, [thread for thread in threads if thread.is_alive()]), ([], []))

    def test_an_end_of_one_direction_leaves_the_other(self):
        def act(line):
            data, _ = read_all(line)
            time.sleep(0.2)
            line.sendall(b"got " + str(len(data)).encode())
        port = self.pair(act)
        with dial(port) as line:
            line.sendall(b"x" * 1000)
            line.shutdown(socket.SHUT_WR)
            self.assertEqual(read_all(line), (b"got 1000", END))

    def test_the_service_may_end_first(self):
        got = []

        def act(line):
            line.sendall(b"bye")
            line.shutdown(socket.SHUT_WR)
            got.append(read_all(line))
        port = self.pair(act)
        with dial(port) as line:
            self.assertEqual(read_all(line), (b"bye", END))
            line.sendall(b"later")
        self.assertEqual(self.wait_until(lambda: got), [(b"later", END)])
        self.access("server", "end=done")

    def test_a_reset_of_either_side_is_a_reset_at_the_other(self):
        seen, open_now = [], threading.Event()

        def act(line):
            data = line.recv(100)
            if data == b"reset me":
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                return
            open_now.set()
            seen.append(read_all(line)[1])
        port = self.pair(act)
        with dial(port) as line:
            line.sendall(b"reset me")
            self.assertEqual(read_all(line), (b"", RESET))
        line = dial(port)
        line.sendall(b"hello")
        self.assertTrue(open_now.wait(PATIENCE))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        line.close()
        self.access("server", "end=cut", 2)
        self.assertEqual(self.wait_until(lambda: seen), [RESET])

    def test_a_service_that_is_down_shows_as_a_reset(self):
        far = self.server(self.nowhere())
        near = self.client(far.port("web"))
        with dial(near.port("web")) as line:
            self.assertEqual(read_all(line), (b"", RESET))
        self.access("client", "end=no-service")
        self.access("server", "end=no-service")

    def test_a_server_that_dies_cuts_the_stream_and_the_next_goes_to_its_successor(self):
        port = self.pair(port=self.held_port())
        with dial(port) as line:
            line.sendall(b"before")
            self.assertEqual(line.recv(100), b"before")
            self.far.kill()
            self.assertEqual(read_all(line), (b"", RESET))
        self.access("client", "end=cut")
        with dial(port) as line:        # asked while nobody is there: the client tries again
            line.sendall(b"after")
            time.sleep(0.3)
            self.server(f"127.0.0.1:{self.plain.port}", name="second", port=self.far.port("web"))
            self.assertEqual(line.recv(100), b"after")

    def test_sessions_are_renewed_without_loss_in_both_directions(self):
        port = self.pair(client_more="renew = 40\n")
        self.carry(port, 300_000, 5)
        line = self.access("client", "up=300000 down=300000")
        self.assertIn("end=done", line)
        self.assertGreater(int(line.split("renewals=")[1].split()[0]), 10)
        # One connection of the plain service saw all of it.
        self.assertEqual(self.plain.came(), 1)
        # Ends in all moments of a renewal.
        for seed in range(30):
            self.carry(port, 8000 + 97 * seed, seed)

    def test_a_kept_session_carries_one_stream_after_another(self):
        port = self.pair(client_more="keep = 4\n")
        for seed in range(20):
            self.carry(port, 500, seed)
        self.assertEqual(self.plain.came(), 20)
        self.access("client", "end=done", 20)


if __name__ == "__main__":
    unittest.main()
