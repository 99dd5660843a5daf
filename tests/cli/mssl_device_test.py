#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl and the device core: whole sessions over TCP."""

import fcntl
import signal
import subprocess
import sys
import termios
import unittest

from mssl_fixture import (ADC, ADMIN, ARGUMENT, BUSY, DENIED, DONE, FAILED, FORGED, KD, LED, REFUSED, UPTIME,
                          PROGRAM, UNWRITTEN, MsslTest, aes)


def unread(pipe):
    """How many bytes wait in a pipe."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


class Sessions(MsslTest):
    def test_a_command_is_answered(self):
        device, grant = self.device(), self.grant()
        self.expect(DONE, "exec", grant, device, "led", "on", out="on\n")
        self.expect(DONE, "exec", grant, device, "led", "state", out="on\n")
        self.expect(DONE, "exec", grant, device, "adc", "3", out="512\n")
        self.expect(DONE, "exec", grant, device, "uptime", out="42 s\n")

    def test_each_refusal_has_its_code(self):
        device = self.device("--busy", 99)
        grant = self.grant(tasks=LED | ADC)
        self.expect(DENIED, "exec", grant, device, "uptime", says="not permitted")
        self.expect(ARGUMENT, "exec", grant, device, "led", "maybe", says="bad arguments")
        self.expect(ARGUMENT, "exec", grant, device, "led", "maybe", says="see mssl info for the task's usage")
        self.expect(BUSY, "exec", grant, device, "adc", "7", says="--wait")
        self.expect(FAILED, "exec", grant, device, "adc", "6")

    def test_wait_asks_a_busy_device_again(self):
        self.expect(DONE, "exec", "--wait", "--timeout", "30", self.grant(), self.device("--busy", 2), "adc", "7",
                    out="512\n")

    def test_wait_gives_up_at_the_time_out(self):
        self.expect(BUSY, "exec", "--wait", "--timeout", "1", self.grant(), self.device("--busy", 99), "adc", "7")

    def test_control_bytes_of_an_answer_are_escaped(self):
        self.expect(DONE, "exec", self.grant(), self.device(), "led", "raw", out="\\x1b[2J\\\\\\x07\n")

    def test_words_after_the_host_belong_to_the_command(self):
        self.expect(ARGUMENT, "exec", self.grant(), self.device(), "adc", "--wait")

    def test_info_lists_what_the_grant_allows_there(self):
        self.expect(DONE, "info", self.grant(tasks=LED | UPTIME | ADMIN), self.device(),
                    out="led on|off|state\nuptime \nadmin (with mssl admin)\n")

    def test_a_grant_of_another_address_is_code_4(self):
        device = self.device("--peer", "10.0.2.3")
        done = self.expect(REFUSED, "exec", "--verbose", self.grant(address="10.0.2.2/32"), device, "led", "on")
        self.assertIn("address 10.0.2.2", done.stderr.decode())
        self.expect(DONE, "exec", self.grant(address="10.0.2.0/24"), device, "led", "on")

    def test_a_grant_for_another_device_is_code_4(self):
        self.expect(REFUSED, "exec", self.grant(device=2), self.device(), "led", "on")


class Restricted(MsslTest):
    def test_a_helper_does_what_it_got_and_no_more(self):
        device, grant, helper = self.device(), self.grant(), self.path("carol.grant")
        self.expect(DONE, "restrict", grant, "-o", helper, "--host", "carol", "--tasks", "led")
        self.expect(DONE, "exec", helper, device, "led", "on", out="on\n")
        self.expect(DENIED, "exec", helper, device, "uptime")

    def test_a_chain_of_three_works(self):
        device, last = self.device(), self.grant()
        for name in ("b", "c", "d"):
            self.expect(DONE, "restrict", last, "-o", self.path(name), "--host", name, "--address", "127.0.0.0/8")
            last = self.path(name)
        self.expect(DONE, "exec", last, device, "led", "on", out="on\n")

    def test_a_helper_at_another_address_is_refused(self):
        helper = self.path("carol.grant")
        self.expect(DONE, "restrict", self.grant(), "-o", helper, "--host", "carol", "--address", "10.9.9.9")
        self.expect(REFUSED, "exec", helper, self.device(), "led", "on", says="its build may take no restrictions")


class Admin(MsslTest):
    def test_a_revocation_is_delivered_and_shuts_out(self):
        device = self.device()
        admin = self.grant("admin.grant", tasks=ADMIN, slot=1, host="root")
        victim = self.grant()
        self.expect(DONE, "exec", victim, device, "led", "on")
        self.expect(DONE, "admin", admin, device, "revoke", "0", "3", out="confirm porch revoke 0 3 ok\n")
        self.expect(REFUSED, "exec", victim, device, "led", "on")
        self.expect(DONE, "admin", admin, device, "revoke", "0", "3", out="confirm porch revoke 0 3 ok\n")
        self.expect(ARGUMENT, "admin", admin, device, "revoke", "0", "2", says="higher already", out="")

    def test_an_epoch_step_ends_every_grant(self):
        device, admin = self.device(), self.grant("admin.grant", tasks=ADMIN, host="root")
        self.expect(DONE, "admin", admin, device, "epoch", out="confirm porch epoch 0 ok\n")
        self.expect(FORGED, "admin", admin, device, "epoch")

    def test_verbose_shows_the_hello_and_welcome_that_recover_asks_for(self):
        device, admin = self.device(), self.grant("admin.grant", tasks=ADMIN, host="root")
        self.expect(DONE, "admin", admin, device, "epoch")
        done = self.expect(FORGED, "admin", "--verbose", admin, device, "epoch")
        lines = dict(line.split(": ", 1) for line in done.stderr.decode().splitlines())
        hello, welcome = bytes.fromhex(lines["hello"]), bytes.fromhex(lines["welcome"])
        key = aes.f(aes.lab(KD, 0x31), hello[1:33])
        key = aes.f(key, b"\x21" + hello[26:33] + hello[33:] + welcome[:12])
        self.assertEqual(welcome[12:], aes.seal(key, 0, 0, b""))

    def test_admin_without_its_bit_is_code_5(self):
        self.expect(DENIED, "admin", self.grant(), self.device(), "epoch", out="")


class Batch(MsslTest):
    def test_a_pipe_runs_line_by_line_without_prompt(self):
        self.expect(DONE, "connect", self.grant(), self.device(), stdin="led on\n\n  led state  \r\nuptime",
                    out="on\non\n42 s\n")

    def test_help_comes_from_the_device(self):
        self.expect(DONE, "connect", self.grant(tasks=LED), self.device(), stdin="help\n", out="led on|off|state\n")

    def test_the_first_failure_is_the_code_and_the_rest_still_runs(self):
        self.expect(ARGUMENT, "connect", self.grant(), self.device(), stdin="led maybe\nlamp\nled on\n", out="on\n")

    def test_lines_that_are_no_text_or_too_long_are_refused(self):
        done = self.expect(1, "connect", self.grant(), self.device(),
                           stdin=b"led\0on\nled " + b"x" * 5000 + b"\nled on\n", out="on\n")
        self.assertEqual(done.stderr.count(b"\n"), 2)

    def test_a_long_line_of_blanks_is_refused_not_cut(self):
        self.expect(1, "connect", self.grant(), self.device(),
                    stdin=b"led on" + b" " * 2000 + b"not an argument\nled state\n", out="off\n")

    def test_nothing_printed_goes_onto_the_wire_when_standard_streams_are_closed(self):
        device, grant = self.device(), self.grant()
        for closed in (">&-", "2>&-", ">&- 2>&-"):
            done = subprocess.run(["sh", "-c", f'exec "$0" "$@" {closed}', PROGRAM, "connect", "--verbose",
                                   grant, device], input=b"uptime\nuptime\n", stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=60, env=self.environment())
            self.assertEqual(done.returncode, DONE, closed)

    def test_a_result_that_cannot_be_written_has_its_own_code(self):
        device = self.device()
        admin, grant = self.grant("admin.grant", tasks=ADMIN, slot=1, host="root"), self.grant()
        for words in (("exec", grant, device, "led", "state"), ("admin", admin, device, "revoke", "5", "1")):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([PROGRAM, *words], stdin=subprocess.DEVNULL, stdout=full,
                                      stderr=subprocess.PIPE, timeout=60, env=self.environment())
            self.assertEqual(done.returncode, UNWRITTEN, words)
            self.assertIn(b"standard output", done.stderr)

    def test_a_half_line_does_not_run_at_a_signal(self):
        device, grant = self.device(), self.grant()
        with subprocess.Popen([PROGRAM, "connect", grant, device], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, env=self.environment()) as process:
            process.stdin.write(b"led on")
            process.stdin.flush()
            self.wait_until(lambda: unread(process.stdin) == 0)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(30), DONE)
        self.expect(DONE, "exec", grant, device, "led", "state", out="off\n")

    def test_empty_input_is_a_session_without_a_command(self):
        self.expect(DONE, "connect", self.grant(), self.device(), stdin="", out="")


if __name__ == "__main__":
    unittest.main()
