#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""size_control.py BUILD: the cross-check of bench/size.py finds bytes of the
core that lie in another room, and an honest ledger passes; a line that grows
past the budget is found."""

import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, os.pardir)
sys.path.insert(0, os.path.join(ROOT, "bench"))

import ledger  # noqa: E402
import size  # noqa: E402


def faults(folder):
    return size.crosscheck("atmega168", folder, ledger.measure(folder, "firmware/mssl-firmware.map"))


def main(build):
    folder = os.path.join(build, "atmega168")
    assert not faults(folder), "an honest ledger must pass"
    hidden = (re.compile(r"mssl_avr_sbox"), "firmware")
    ledger.OBJECTS = (hidden, *ledger.OBJECTS)
    assert faults(folder), "a table that is booked on the firmware must be found"
    figures = {chip: {"core_flash": 100, "symbols": {"a": 7}} for chip in size.CHIPS}
    grown = {chip: {"core_flash": 100, "symbols": {"a": 8}} for chip in size.CHIPS}
    assert not size.over_budget(figures, figures)
    assert len(size.over_budget(grown, figures)) == len(size.CHIPS), "a symbol that grew must be found"
    print("size_control: 4 checks")


if __name__ == "__main__":
    main(sys.argv[1])
