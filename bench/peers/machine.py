# SPDX-License-Identifier: ISC
"""What kind of machine this is, and which versions: no names, no paths."""

import os
import platform
import re
import subprocess
from pathlib import Path

PACKAGES = {"OpenSSL": "libssl3", "mbedTLS": "libmbedtls14", "wolfSSL": "libwolfssl35", "libcoap": "libcoap3",
            "strongSwan": "strongswan-libcharon", "stunnel": "stunnel4", "socat": "socat",
            "valgrind": "valgrind", "gcc": "gcc-12"}


def of_file(path, pattern):
    found = re.search(pattern, Path(path).read_text(encoding="utf-8"), re.M)
    return found[1] if found else "unknown"


def kind():
    return {"cpu": of_file("/proc/cpuinfo", r"^model name\s*: (.*)$"), "cores": os.cpu_count(),
            "memory_gb": round(int(of_file("/proc/meminfo", r"^MemTotal:\s*(\d+)")) / 2 ** 20),
            "kernel": "Linux " + ".".join(platform.release().split(".")[:2]),
            "system": of_file("/etc/os-release", r'^PRETTY_NAME="(.*)"$')}


def versions():
    """As Debian names them."""
    found = {}
    for name, package in PACKAGES.items():
        done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True,
                              check=False)
        if done.returncode == 0 and done.stdout:
            found[name] = done.stdout
    return found
