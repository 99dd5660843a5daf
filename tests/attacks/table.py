# SPDX-License-Identifier: ISC
"""The table of attacks: each is a function of a Lab that returns why it succeeded,
or None; its docstring is its row in docs/THREATS.md."""

import importlib

FAMILIES = ("address", "impostor", "replay", "tamper", "middle", "rights", "fields",
            "hog", "flood", "noise", "power", "admin", "sign")
ATTACKS = []


class Attack:
    def __init__(self, run, weak, says, quick, chip, base, weak_base, needs, strict, signed):
        self.run, self.says, self.quick = run, says, quick
        self.needs, self.strict, self.signed = needs, strict, signed
        self.weak = (weak,) if isinstance(weak, str) else tuple(weak)
        self.chip, self.base, self.weak_base = chip, base, weak_base
        self.name = f"{run.__module__}.{run.__name__}"
        self.text = " ".join(run.__doc__.split())


def attack(weak, says=0, quick=False, chip="atmega168", base="", weak_base="c", needs="",
           strict=True, signed=False):
    """weak: the builds of weak.py on which the attack must succeed. says: the most bytes that the device may say on one
    connection of the attacker. quick: also in the short form. base: the firmware
    under attack ("": as built), weak_base: what the weak ones are made of. needs: a change
    that the firmware under attack has too. strict=False: on a weak build a device that
    breaks down counts as success. signed: the firmware with the signature option."""
    def add(run):
        ATTACKS.append(Attack(run, weak, says, quick, chip, base, weak_base, needs, strict, signed))
        return run
    return add


def load(families=FAMILIES):
    for family in families:
        importlib.import_module(family)
    return ATTACKS
