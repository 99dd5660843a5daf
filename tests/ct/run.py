#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""run.py FOLDER ROOM COMPILER OPTIMISATION [--control]: compiles the code of a
room (device, host) and its test with secrets, and runs it under valgrind, which
reports each branch and address that depends on a secret. With --control a secret
is compared by memcmp, and that must be reported."""

import glob
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, os.pardir, os.pardir))
FOUND = 9
WRAPPED = {
    "device": ("mssl_dev_ccm_open", "mssl_dev_lab", "mssl_dev_cells", "mssl_dev_step"),
    "host": ("EVP_EncryptInit_ex", "EVP_DecryptInit_ex", "EVP_CIPHER_CTX_ctrl", "EVP_EncryptUpdate",
             "EVP_DecryptUpdate", "mssl_record_open"),
}


# The file that a control replaces.
CONTROLS = {"device": ("mssl_dev_engine_ccm.c", "control_ccm.c"), "host": ("record.c", "control_record.c")}
# The core as one unit has the same files again; the signature option knows no secrets.
LEFT_OUT = ("_one.c", "_rsa.c", "_sha256.c", "_signature.c")


def sources(room, control):
    """File by file: what the test makes public passes from one to another."""
    old, new = CONTROLS[room]
    found = [path for path in sorted(glob.glob(os.path.join(ROOT, room, "*.c"))) if not path.endswith(LEFT_OUT)]
    if control:
        found = [path for path in found if os.path.basename(path) != old] + [os.path.join(HERE, new)]
    return found


def build(program, room, compiler, optimisation, control):
    line = [compiler, "-std=c99", "-D_POSIX_C_SOURCE=200809L", "-gdwarf-4", optimisation, "-Wall", "-Wextra", "-Werror"]
    line += [f"-I{os.path.join(ROOT, name)}" for name in (room, "wire")] + [f"-I{HERE}"]
    line += ["-fno-builtin"] * control      # or memcmp of 8 bytes becomes one comparison
    line += sources(room, control) + [os.path.join(HERE, f"ct_{room}.c"), os.path.join(HERE, "ct.c")]
    line += [f"-Wl,--wrap={name}" for name in WRAPPED[room]] + ["-lcrypto"] * (room == "host") + ["-o", program]
    subprocess.run(line, check=True)


def main(folder, room, compiler, optimisation, control):
    os.makedirs(folder, exist_ok=True)
    program = os.path.join(folder, f"ct_{room}_{compiler}{optimisation}{'_control' if control else ''}")
    build(program, room, compiler, optimisation, control)
    line = ["valgrind", "-q", f"--error-exitcode={FOUND}", "--track-origins=no"]
    supp = os.path.join(HERE, f"{room}.supp")
    if os.path.exists(supp):
        line.append(f"--suppressions={supp}")
    done = subprocess.run([*line, program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if control:
        found = done.returncode == FOUND and re.search(r"depends on uninitialised.*\n.* \w*(mem|b)cmp", done.stdout)
        print("ct: the control was found" if found else f"ct: the control was not found\n{done.stdout}")
        return 0 if found else 1
    print(done.stdout)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5], "--control" in sys.argv))
