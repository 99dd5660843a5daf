#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Captures by hand (stream_cases.py): `mssl decode` must say what is wanted, and the
dissector the same. Usage: streams_test.py SOURCE BUILD [OPTIONS OF UNITTEST]"""

import os
import re
import sys
import tempfile
import unittest
from random import Random

source, build = sys.argv[1:3]
sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(source, "wire", "vectors")]
import mssl_model as model  # noqa: E402
from capture import FIN, Capture, tagged  # noqa: E402
from shark import alike, click, decode, run_decode, run_tshark, tshark  # noqa: E402
from stream_cases import CASES, LED, MESSAGES, OK  # noqa: E402

MSSL = os.path.join(build, "cli", "mssl")
WARNINGS = {
    "bad_tag": "does not verify", "hello_length": "44 + 32r", "record_length": "0, 8, 16, 32, 64 or 128",
    "device_early": "before HELLO", "before_welcome": "before WELCOME", "welcome_record": "record in WELCOME",
    "after_close": "after its direction's close", "not_asked": "to no command", "task_range": "a task above",
    "missing": "beginning of this session", "slot": "slot above", "generation": "generation 255", "reserved": "must be zero",
    "address_kind": "neither 0 nor 4", "address_length": "longer than its kind", "block_type": "type of a block",
    "host_id": "host id is not",
}


def short(m):
    """A message in the words of a case."""
    words = m["kind"] + (" " + m["task_name"] if "task_name" in m else " " + m["name"] if m["kind"] == "end" else "")
    named = [name for name, part in WARNINGS.items() for text in m.get("warnings", ()) if part in text]
    return words + ("! " + " ".join(sorted(named)) if named else "")


class Streams(unittest.TestCase):
    maxDiff = 6000

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="mssl-streams-")
        cls.capture, cls.ports, cls.count = Capture(), {}, {}
        for name, _, options, fill in CASES:
            c = cls.capture.connection(**options)
            cls.ports[f"192.0.2.2:{c.port}"] = name
            fill(c)
        cls.pcap = cls.capture.write(cls.path("all.pcap"))
        cls.keys = cls.capture.write_keys(cls.path("all.keys"))
        cls.said = decode(MSSL, cls.pcap, cls.keys, code=2)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder.name, name)

    def test_each_case_is_decoded_as_wanted(self):
        for name, wanted, _, _ in CASES:
            with self.subTest(name):
                self.assertEqual([short(m) for m in self.said if self.ports[m["host"]] == name], wanted)

    def agree(self, keys, options=(), code=2):
        names = {m["stream"]: self.ports[m["host"]] for m in self.said}
        said, found = decode(MSSL, self.pcap, keys, code=code), tshark(self.pcap, keys, options)
        for stream, name in names.items():
            with self.subTest(name):
                self.assertEqual([m for m in found if m["stream"] == stream],
                                 [alike(m) for m in said if m["stream"] == stream])
        self.assertEqual(len(said), len(found))

    def test_the_dissector_says_the_same(self):
        self.agree(self.keys)

    def test_and_in_a_second_pass(self):
        self.agree(self.keys, ["-2"])

    def test_and_frame_by_frame_in_any_order_as_a_person_clicks(self):
        frames = sorted({m["frame"] for m in self.said}, reverse=True)
        shown = click(self.pcap, self.keys, self.folder.name, frames)
        for frame, summaries in shown.items():
            wanted = [m for m in self.said if m["frame"] == frame]
            self.assertEqual(["MSSL: " + m["text"] if m["kind"] == "end" else m["kind"] for m in wanted],
                             [s if s.startswith("MSSL: ") else s.split()[1] for s in summaries], frame)

    def test_and_without_keys(self):
        self.agree(None, code=0)

    def test_text_of_a_peer_is_escaped(self):
        texts = [m["text"] for m in self.said if m["stream"] == list(self.ports.values()).index("events_come_between")
                 and "text" in m]
        self.assertEqual(texts, ['quote " back \\\\ bell \\x07', "a\\x0ab\\xff", "\\\\x41"])

    def test_a_peer_cannot_end_the_quotes_of_a_line(self):
        capture = Capture()
        c = capture.connection().greet()
        c.host(c.command(LED))
        c.device(c.answer(OK, b'on" [an answer to no command] "'))
        pcap, keys = capture.write(self.path("quotes.pcap")), capture.write_keys(self.path("quotes.keys"))
        wanted = r'answer led ok "on\" [an answer to no command] \""'
        for said in (run_decode(MSSL, pcap, keys).stdout, run_tshark(pcap, keys)):
            self.assertTrue(said.rstrip().endswith(wanted), said)

    def test_a_host_s_name_in_a_hello_cannot_say_more_of_the_line(self):
        capture = Capture()
        for name in (b'a [b" \\', b"", b"al\0bob", b"a-._z09"):
            block = model.grant(1, 1, 0, 0, tasks=[1], ipv4=(192, 0, 2, 2), prefix=4, host="alice")
            c = capture.connection(blocks=[block[:-7] + name.ljust(7, b"\0")])
            c.host(c.hello())
        said = run_decode(MSSL, capture.write(self.path("names.pcap"))).stdout
        self.assertEqual(re.findall(r" HELLO host (.*) device 00000001 table", said),
                         [r'"a [b\" \\"', '""', r'"al\x00bob"', "a-._z09"])

    def test_all_links_and_byte_orders_give_the_same(self):
        for link, dress, big in ((1, None, True), (1, tagged, False), (0, None, False), (101, None, False), (113, None, False),
                                 (276, None, False)):
            pcap = self.capture.write(self.path("other.pcap"), link, dress, big)
            self.assertEqual(decode(MSSL, pcap, self.keys, code=2), self.said, (link, big))

    def test_times_of_any_year_are_the_same(self):
        capture = Capture()
        capture.connection().greet()
        for since in (0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1):
            pcap = capture.write(self.path("year.pcap"), since=since)
            found = tshark(pcap)
            self.assertEqual([alike(m) for m in decode(MSSL, pcap)], found)
            self.assertEqual(found[0]["time"], f"{since}.002000")

    def test_a_lost_segment_is_said_and_the_rest_not_guessed(self):
        capture = Capture()
        c = capture.connection().greet()
        c.cut(0, c.command(LED, b"lost"))
        c.host(c.command(LED, b"on"))
        c.device(c.answer(OK), c.answer(OK))
        c.end(1, FIN)
        said = decode(MSSL, capture.write(self.path("gap.pcap")), capture.write_keys(self.path("gap.keys")))
        self.assertEqual([short(m) for m in said][:2], ["HELLO", "WELCOME"])
        gaps = [m for m in said if any("bytes are missing" in w for w in m.get("warnings", ()))]
        self.assertEqual([(m["kind"], m["direction"]) for m in gaps], [("malformed", "host")])
        self.assertFalse([m for m in said if m["kind"] == "command"])
        self.assertTrue(tshark(self.path("gap.pcap"), self.path("gap.keys")))

    def test_bytes_too_far_ahead_to_be_kept_are_a_hole_at_once(self):
        capture = Capture()
        c = capture.connection().greet()
        c.send((0, c.next[0] + 16384, b"x"))
        c.host(c.command(LED, b"on"))
        said = decode(MSSL, capture.write(self.path("far.pcap")), capture.write_keys(self.path("far.keys")))
        self.assertEqual([(m["kind"], m["frame"]) for m in said], [("HELLO", 3), ("WELCOME", 4), ("malformed", 5)])

    def test_a_snapped_capture_is_said_to_lack_bytes(self):
        said = decode(MSSL, self.capture.write(self.path("snap.pcap"), snap=80), self.keys)
        self.assertTrue([m for m in said if any("bytes are missing" in w for w in m.get("warnings", ()))])
        self.assertNotIn("HELLO", [m["kind"] for m in said if self.ports[m["host"]] == "a_hello_is_refused"])

    def test_devices_on_another_port(self):
        capture = Capture(port=6776)
        c = capture.connection().greet()
        c.host(c.command(LED, b"on"))
        c.end(1)
        pcap, keys = capture.write(self.path("port.pcap")), capture.write_keys(self.path("port.keys"))
        self.assertEqual((decode(MSSL, pcap, keys), tshark(pcap, keys)), ([], []))
        found = tshark(pcap, keys, ["-o", "mssl.port:6776"])
        self.assertEqual([short(m) for m in found], MESSAGES[:3] + ["end not_answered"])
        self.assertEqual([alike(m) for m in decode(MSSL, pcap, keys, options=["--port", "6776"])], found)

    def test_damaged_captures_break_neither(self):
        random, capture = Random(1), Capture()
        for _ in range(1500):
            packet = bytearray(random.choice(self.capture.frames))
            for _ in range(random.choice((0, 1, 1, 2, 5))):
                packet[random.randrange(len(packet))] = random.choice((0, 8, 44, 140, 255, random.randrange(256)))
            capture.add(bytes(packet[:random.choice((len(packet), len(packet), random.randrange(len(packet))))]))
        pcap = capture.write(self.path("damaged.pcap"))
        self.assertGreater(len(decode(MSSL, pcap, self.keys, code=None)), 100)
        # A frame may be cut so that nothing but its beginning can be shown.
        self.assertGreater(run_tshark(pcap, self.keys, options=["-T", "json"]).count('"mssl.kind"'), 100)

    def test_overlapping_bytes_count_once_and_the_first_win(self):
        capture = Capture()
        c = capture.connection().greet()
        record = c.command(LED, b"on")
        c.send((0, c.next[0] + 4, record[4:]))              # early and right
        c.send((0, c.next[0] + 4, bytes(13)))               # early too, but second
        c.send((0, c.next[0], record[:4] + bytes(13)))      # in time, but other bytes behind
        c.send((0, c.next[0] - 10, bytes(10)))              # long past
        c.next[0] += len(record)
        c.device(c.answer(OK))
        said = decode(MSSL, capture.write(self.path("over.pcap")), capture.write_keys(self.path("over.keys")))
        self.assertEqual([short(m) for m in said], MESSAGES[:3] + ["answer led"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
