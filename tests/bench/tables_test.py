#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""tables_test.py ROOT: the tables of docs/BENCHMARKS.md are made from whatever was
measured, libraries missing or not, and only between their markers."""

import re
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(sys.argv.pop(1))
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "bench" / "peers")]

import bench        # noqa: E402
import digest       # noqa: E402
import programs     # noqa: E402
import tables       # noqa: E402
import vici         # noqa: E402
import wire         # noqa: E402

MACHINE = {"cpu": "a kind", "cores": 2, "memory_gb": 8, "kernel": "Linux 6", "system": "Debian"}
GROWTH = [{"sessions": 1, "heap_host": 272, "heap_device": 280, "open_us": 20.0, "exchange_us": 16.0}]
ALONE = {"what": "MSSL/1", "library": "mssl", "version": "1", "instructions": None, "memory": None, "wire": None,
         "rate": None, "loopback": None, "growth": GROWTH}


def data(**more):
    found = {"machine": MACHINE, "versions": {}, "missing": ["wolfssl"], "peers": {"mssl": dict(ALONE)},
             "plain": {"wire": None}, "ipsec": None, "tunnel": None, "seconds": 61}
    found.update(more)
    return found


def frame(protocol, payload, head=5, options=0):
    """An Ethernet frame with an IPv4 packet of TCP or UDP."""
    transport = bytes(12) + bytes([(5 + options) << 4]) + bytes(7 + 4 * options) if protocol == 6 else bytes(8)
    length = 4 * head + len(transport) + len(payload)
    packet = bytes([0x40 | head, 0]) + length.to_bytes(2, "big") + bytes(5) + bytes([protocol]) + bytes(4 * head - 10)
    return bytes(12) + b"\x08\x00" + packet + transport + payload


class Tables(unittest.TestCase):
    def test_what_could_not_be_measured_is_a_dash_and_said(self):
        text = tables.write(data())
        self.assertIn("| **MSSL/1** | – |", text["handshakes"])
        self.assertIn("wolfssl is not installed", text["run"])
        self.assertIn("strongSwan: did not run", text["run"])

    def test_tunnels_have_dashes_for_what_was_not_measured(self):
        tunnel = {"mssl": {"connections_per_s": 5000, "idle_mb": 3.25, "idle_sessions": 1000},
                  "socat": {"connections_per_s": 100}}
        text = tables.write(data(tunnel=tunnel))["tunnels"]
        self.assertIn("| `mssl tunnel` | 5,000 | – | – | – | – | – | 1,000 | 3.2 |", text)
        self.assertIn("| socat | 100 | – |", text)

    def test_every_row_has_as_many_cells_as_the_head(self):
        for name, text in tables.write(data()).items():
            rows = [line for line in text.splitlines() if line.startswith("|")]
            self.assertEqual(len({row.count("|") for row in rows}) <= 1, True, name)

    def test_only_what_lies_between_the_markers_is_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.md"
            page.write_text("before\n<!-- bench run: make bench-update -->\nold\n<!-- end of bench run -->\nafter\n")
            tables.update(page, {"run": "new"})
            self.assertEqual(page.read_text(), "before\n<!-- bench run: make bench-update -->\nnew\n"
                                               "<!-- end of bench run -->\nafter\n")

    def test_a_page_without_a_place_for_a_table_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.md"
            page.write_text("nothing here\n")
            with self.assertRaises(SystemExit):
                tables.update(page, {"run": "new"})
            self.assertEqual(page.read_text(), "nothing here\n")

    def test_the_committed_page_has_a_place_for_each_table(self):
        page = (ROOT / "docs" / "BENCHMARKS.md").read_text(encoding="utf-8")
        for name in tables.PARTS:
            self.assertEqual(page.count(f"<!-- bench {name}: make bench-update -->\n"), 1, name)


class Digest(unittest.TestCase):
    """What README.md and docs/PAPER.md say is what docs/BENCHMARKS.md says."""

    def setUp(self):
        self.page = (ROOT / "docs" / "BENCHMARKS.md").read_text(encoding="utf-8")

    def test_committed_documents_say_what_the_tables_say(self):
        found = digest.read(self.page)
        for path, name, text in digest.PLACES:
            self.assertIn(f"<!-- bench {name}: make bench-update -->\n{text(found)}\n<!-- end of bench {name} -->\n",
                          (ROOT / path).read_text(encoding="utf-8"), f"{path}: make bench-update")

    def test_another_figure_in_a_table_is_another_one_there(self):
        old = digest.read(self.page)
        other = digest.read(re.sub(r"^(\| \*\*MSSL/1\*\* \| 272 \| 1\.0 \|)", "| **MSSL/1** | 273 | 1.0 |", self.page, 1, re.M))
        for _, name, text in digest.PLACES:
            self.assertEqual(text(old).replace("272", "273"), text(other), name)

    def test_what_was_not_measured_is_a_dash(self):
        text = tables.write(data())
        parts = (f"<!-- bench {name}: make bench-update -->\n{lines}\n<!-- end of bench {name} -->\n"
                 for name, lines in text.items())
        found = digest.read("".join(parts))
        self.assertIn("| memory of a session at the host, bytes | 272 | – | – | – |", digest.beside(found))
        self.assertIn("handshake takes – instructions", digest.paper(found))


class File(unittest.TestCase):
    def test_every_key_of_the_file_is_explained(self):
        page = (ROOT / "docs" / "BENCHMARKS.md").read_text(encoding="utf-8").split("\n## The file\n")[1]
        written = re.findall(r'"(\w+)": ', (ROOT / "bench" / "bench.py").read_text(encoding="utf-8"))
        self.assertIn("instructions", written)
        for key in [*written, *data(), *ALONE, *GROWTH[0], *(key for _, key in tables.TUNNEL)]:
            self.assertIn(f"`{key}`", page)


class Bars(unittest.TestCase):
    def test_what_was_not_measured_counts_as_missed(self):
        other = dict(ALONE, library="openssl")
        held = [holds for _, _, holds in bench.bars(data(peers={"mssl": dict(ALONE), "openssl": other}))]
        self.assertEqual(held, [False, False, True, False])

    def test_with_no_other_to_compare_with_the_bars_are_missed(self):
        self.assertEqual([holds for _, _, holds in bench.bars(data())], [False, False, True, False])

    def test_a_heap_that_was_not_measured_is_missed(self):
        alone = data(peers={"mssl": dict(ALONE, growth=[])})
        self.assertEqual([holds for _, _, holds in bench.bars(alone)], [False, False, False, False])
        self.assertIn("| **MSSL/1** | – |", tables.write(alone)["heap"])

    def test_only_a_quick_run_may_hold_fewer_connections_than_the_bar_is_for(self):
        fewer = {"mssl": {"connections_per_s": 1, "idle_sessions": 100, "idle_mb": 1}}
        self.assertEqual(len(list(bench.bars(data(tunnel=fewer, quick=True)))), 3)
        self.assertFalse(list(bench.bars(data(tunnel=fewer)))[-1][2])

    def test_a_tunnel_that_holds_too_much_is_missed(self):
        rows = {"mssl": dict(ALONE), "openssl": dict(ALONE, library="openssl")}
        for mb, holds in ((8, True), (8.01, False)):
            tunnel = {"mssl": {"connections_per_s": 1, "idle_sessions": 1000, "idle_mb": mb}}
            self.assertIs(list(bench.bars(data(peers=rows, tunnel=tunnel)))[-1][2], holds)


class Reading(unittest.TestCase):
    def test_a_dump_without_a_name_or_a_total_is_no_figure(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "out").write_text("desc: Trigger: Program termination\ntotals: 7\n")
            Path(folder, "out.1").write_text("desc: Trigger: Client Request: host.seal6\ntotals: 50\n")
            Path(folder, "out.2").write_text("desc: Trigger: Client Request: host.cut\n")
            self.assertEqual(programs.dumps(folder), {"host.seal6": 50})

    def test_a_driver_that_fails_or_hangs_gives_nothing(self):
        self.assertIsNone(programs.run(["false"]))
        self.assertIsNone(programs.run(["sleep", "5"], timeout=0.1))

    def test_requests_to_charon_have_its_bytes(self):
        self.assertEqual(vici.pack({"a": "bc", "l": ["x"], "s": {"n": 1}}),
                         b"\x03\x01a\x00\x02bc" b"\x04\x01l\x05\x00\x01x\x06" b"\x01\x01s\x03\x01n\x00\x011\x02")


class Counting(unittest.TestCase):
    def test_headers_with_options_are_no_data(self):
        found = wire.count([frame(6, b"x" * 8, head=6, options=3), frame(17, b"y" * 5)])
        self.assertEqual(found, {"packets": 2, "ip_bytes": 24 + 32 + 8 + 20 + 8 + 5, "bytes": 13})

    def test_frames_that_are_not_tcp_or_udp_over_ipv4_do_not_count(self):
        arp = bytes(12) + b"\x08\x06" + bytes(28)
        self.assertEqual(wire.count([arp, frame(1, b"ping")])["packets"], 0)

    def test_a_packet_that_offloading_joined_is_refused(self):
        with self.assertRaises(ValueError):
            wire.count([frame(6, bytes(3000))])


if __name__ == "__main__":
    unittest.main()
