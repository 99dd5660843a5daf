#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl against networks and devices that misbehave. PROTOCOL 6 to 8."""

import os
import socket
import struct
import threading
import time
import unittest

from mssl_fixture import (ADMIN, CONNECTION, DONE, FORGED, LED, REFUSED, UNKNOWN, FAILED, Deaf, FakeSession,
                          MsslTest)


SHARP = 0.25        # s: looks that are no later can tell whether times differ


class Network(MsslTest):
    def exec(self, code, place, *words, **options):
        return self.expect(code, "exec", "--timeout", "10", self.grant(), place, *(words or ("led", "on")), **options)

    def served(self, act, code, connections=1, **options):
        fake = self.fake(act, connections)
        done = self.exec(code, fake.place, **options)
        return fake, done

    # -- before WELCOME --

    def test_a_refused_connection_is_code_3(self):
        self.exec(CONNECTION, self.nowhere(), says="refused")

    def test_an_unknown_name_is_code_3(self):
        self.exec(CONNECTION, "device.invalid")

    def test_an_unanswered_connect_is_made_anew_after_a_random_time(self):
        deaf, codes = Deaf(self, 12), []
        grant = self.grant()

        def host(place):
            codes.append(self.run_mssl("exec", "--timeout", "4", grant, place, "led", "on").returncode)
        hosts = [threading.Thread(target=host, args=(place,)) for place in deaf.places]
        for thread in hosts:
            thread.start()
        for thread in hosts:
            thread.join(60)
        self.assertEqual(codes, [CONNECTION] * 12)
        self.assertTrue(all(deaf.gaps()), "one connect only")
        first = [gaps[0] for gaps in deaf.gaps()]
        self.assertGreater(min(longest for _, longest in first), 1)
        self.assertLess(max(shortest for shortest, _ in first), 3)
        seen = [sorted(at for _, at in looks.values()) for looks in deaf.seen.values()]
        waits = [looks[1] - looks[0] for looks in seen]
        self.assertGreater(max(waits) - min(waits), 0.05, waits)
        if all(longest - shortest < SHARP for shortest, longest in first):
            self.assertGreater(max(shortest for shortest, _ in first), min(longest for _, longest in first), first)

    def test_each_unanswered_connect_is_given_more_time(self):
        deaf = Deaf(self)
        self.exec(CONNECTION, deaf.places[0], says="timed out")
        gaps, = deaf.gaps()
        for i, (_, longest) in enumerate(gaps):
            self.assertGreater(longest, 1 + 0.5 * i)
        self.assertIn(len(gaps), (3, 4))

    def test_a_connect_made_anew_is_served(self):
        deaf, served = Deaf(self), []

        def act():
            while not deaf.gaps()[0]:
                time.sleep(0.01)
            with deaf.hear() as line:
                s = FakeSession(line)
                s.welcome()
                s.command()
                s.answer(b"\0on")
                s.command()
                s.close()
                served.append(line)
        device = threading.Thread(target=act, daemon=True)
        device.start()
        self.exec(DONE, deaf.places[0], out="on\n")
        device.join(30)
        self.assertTrue(served)

    def test_a_silent_close_is_code_4_after_three_tries(self):
        fake, _ = self.served(lambda s: s.hello(), REFUSED, connections=3)
        self.assertEqual(fake.served, 3)

    def test_a_reset_before_welcome_is_code_4(self):
        def act(s):
            s.hello()
            s.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.served(act, REFUSED, connections=3)

    def test_a_refusal_that_passes_is_tried_again(self):
        tries = []

        def act(s):
            tries.append(s)
            if len(tries) == 1:
                return s.hello()
            s.welcome()
            s.command()
            s.answer(b"\0on")
            s.command()
            return s.close()
        self.served(act, DONE, connections=2, out="on\n")

    def test_a_host_that_was_closed_waits_before_it_tries_again(self):
        """M-8.14"""
        times = []

        def act(s):
            times.append(time.monotonic())
            s.hello()
        self.served(act, REFUSED, connections=3)
        for before, after in zip(times, times[1:]):
            self.assertGreater(after - before, 0.29)
            self.assertLess(after - before, 5)

    def test_each_try_has_a_fresh_nonce(self):
        """M-8.23"""
        seen = []

        def act(s):
            s.hello()
            seen.append(s.hello_bytes[-12:])
        self.served(act, REFUSED, connections=3)
        self.assertEqual(len(set(seen)), 3)

    def test_a_device_that_says_nothing_is_code_3_at_the_time_out(self):
        fake = self.fake(lambda s: (s.hello(), s.line.recv(1)))
        self.expect(CONNECTION, "exec", "--timeout", "1", self.grant(), fake.place, "led", "on", says="no answer")

    def test_a_welcome_cut_at_any_byte_is_never_answered(self):
        """M-8.24"""
        for cut in (1, 11, 12, 13, 20):
            sent = []

            def act(s, cut=cut, sent=sent):
                s.hello()
                s.line.sendall((s.ns + s.seal(b""))[:cut])
                s.line.shutdown(socket.SHUT_WR)
                sent.append(s.line.recv(100))
            fake = self.fake(act)
            self.exec(CONNECTION, fake.place)
            fake.thread.join(30)
            self.assertEqual(sent, [b""])

    def test_a_welcome_with_a_bad_tag_is_code_2_and_nothing_is_sent(self):
        for flip in (0, 12, 13, 20):
            sent = []

            def act(s, flip=flip, sent=sent):
                s.hello()
                welcome = bytearray(s.ns + s.seal(b""))
                welcome[flip] ^= 1
                s.line.sendall(welcome)
                sent.append(s.line.recv(100))
            fake, _ = self.served(act, FORGED)
            fake.thread.join(30)
            self.assertEqual(sent, [b""])

    def test_a_device_without_the_key_is_code_2(self):
        def act(s):
            s.hello()
            s.key = os.urandom(16)
            s.line.sendall(s.ns + s.seal(b""))
            s.line.recv(100)
        self.served(act, FORGED)

    def test_what_is_no_mssl_device_is_code_2(self):
        self.served(lambda s: (s.line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), s.line.recv(200)), FORGED)

    # -- after the command --

    def after_command(self, act, code, **options):
        def whole(s):
            s.welcome()
            s.command()
            act(s)
        return self.served(whole, code, **options)

    def test_an_end_without_close_is_outcome_unknown_and_not_tried_again(self):
        fake, _ = self.after_command(lambda s: None, UNKNOWN, connections=1)
        self.assertEqual(fake.served, 1)

    def test_an_answer_cut_short_is_outcome_unknown(self):
        for cut in (1, 9, 16):
            self.after_command(lambda s, cut=cut: s.line.sendall(s.seal(b"\0on")[:cut]), UNKNOWN)

    def test_an_authenticated_close_means_it_did_not_run(self):
        self.after_command(lambda s: s.close(), CONNECTION, says="before the command ran")

    def test_no_answer_in_time_is_outcome_unknown(self):
        fake = self.fake(lambda s: (s.welcome(), s.command(), s.line.recv(100)))
        self.expect(UNKNOWN, "exec", "--timeout", "3", self.grant(), fake.place, "led", "on")

    def test_an_answer_with_a_bad_tag_is_outcome_unknown_and_shows_nothing(self):
        def act(s):
            record = bytearray(s.seal(b"\0on"))
            record[-1] ^= 0x80
            s.line.sendall(record)
            s.line.recv(100)
        self.after_command(act, UNKNOWN, out="")

    def test_a_bad_length_of_an_answer_is_outcome_unknown(self):
        self.after_command(lambda s: (s.line.sendall(b"\x07" * 20), s.line.recv(100)), UNKNOWN)

    def test_a_replayed_answer_is_outcome_unknown(self):
        def act(s):
            s.line.sendall(s.seal(b"\0on", counter=0))
            s.line.recv(100)
        self.after_command(act, UNKNOWN)

    def test_events_are_not_taken_for_the_answer(self):
        def act(s):
            s.answer(b"\x83tick")
            s.answer(b"\0on")
            s.command()
            s.close()
        self.after_command(act, DONE, out="on\n")

    def test_the_host_closes_with_a_record_and_answers_no_close(self):
        seen = []

        def act(s):
            s.answer(b"\0on")
            seen.append(s.command())
            s.close()
            seen.append(s.line.recv(100))
        fake, _ = self.after_command(act, DONE)
        fake.thread.join(30)
        self.assertEqual(seen, [0, b""])

    def test_a_device_that_answers_no_close_does_not_hold_the_host_up(self):
        ended, seen = threading.Event(), []
        self.addCleanup(ended.set)
        fake, _ = self.after_command(lambda s: (s.answer(b"\0on"), s.command(), seen.append(ended.wait(30))), DONE,
                                     out="on\n")
        ended.set()
        fake.thread.join(30)
        self.assertEqual(seen, [True])

    def test_an_unknown_status_is_a_failure(self):
        self.after_command(lambda s: (s.answer(b"\x09why"), s.command(), s.close()), FAILED, says="why")

    def test_a_lost_epoch_step_points_to_recover(self):
        fake = self.fake(lambda s: (s.welcome(), s.command()))
        self.expect(UNKNOWN, "admin", self.grant(tasks=LED | ADMIN), fake.place, "epoch",
                    says="mssl-authority recover")

    def test_a_batch_stops_at_a_lost_session(self):
        fake = self.fake(lambda s: (s.welcome(), s.command(), s.answer(b"\0\1\2\0\0\0\0"), s.command()))
        self.expect(UNKNOWN, "connect", self.grant(), fake.place, stdin="led on\nled off\n", out="")


if __name__ == "__main__":
    unittest.main()
