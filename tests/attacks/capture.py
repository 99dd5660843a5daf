# SPDX-License-Identifier: ISC
"""What an observer with tshark finds in the boards' captures: no canary of any command
or answer, and, as a control, the one that was sent in the clear."""

import subprocess

import frames
from talk import ARGUMENT, DESCRIBE, LED, OK

PCAP_HEADER = 24
# Of commands; the real firmware's led sends an argument that it does not know back, so
# they are in answers too. The last one only the device says: the text of task 1.
BY_HARNESS, BY_MSSL, BY_DEVICE = "canary-Qm7vXe", "canary-Zr4kWp", "led on|off|state"
CLEAR = "canary-Hu9dTs"


def carry(lab):
    """Honest sessions that carry the canaries; returns what was not carried, or None."""
    talk = lab.talk()
    if not talk.greet():
        return "no session"
    answer = talk.command(LED, BY_HARNESS)
    if answer is None or answer[0] != ARGUMENT or not answer[1].startswith(BY_HARNESS.encode()):
        return f"the answer to a canary was {answer}"
    answer = talk.command(DESCRIBE, b"\x01\x01")
    if answer is None or answer[0] != OK or not answer[1].startswith(BY_DEVICE.encode()):
        return f"the text of task 1 was {answer}"
    if not talk.close():
        return "the session did not end with a close"
    done = lab.mssl("exec", "led", BY_MSSL)
    return None if done.returncode == 6 else f"mssl exec ended with {done.returncode}"


def in_the_clear(lab):
    """A ping that carries a canary, and its echo."""
    lab.wire.inject(frames.ethernet(lab.wire.mac, lab.wire.pc["mallory"].mac, 0x0800, frames.ipv4(
        lab.wire.pc["mallory"].ip, lab.wire.ip, frames.ICMP, frames.icmp_echo(CLEAR.encode()))))
    while CLEAR.encode() not in lab.wire.other.get(timeout=20):
        pass


def merge(pcaps, path):
    """One capture of many, in the classic format."""
    with open(path, "wb") as out:
        for i, name in enumerate(pcaps):
            with open(name, "rb") as file:
                data = file.read()
            out.write(data if i == 0 else data[PCAP_HEADER:])
    return path


def find(path, texts):
    """How many frames tshark finds with any of texts, and how many there are."""
    wanted = " or ".join(f'frame contains "{text}"' for text in texts)
    counts = []
    for filters in (["-Y", wanted], []):
        done = subprocess.run(["tshark", "-r", path, "-T", "fields", "-e", "frame.number", *filters],
                              capture_output=True, text=True, timeout=600, check=True)
        counts.append(len(done.stdout.split()))
    return counts


def check(site, pcaps):
    """Prints what tshark found; False if it is not as it must be."""
    path = merge(pcaps, site.path("campaign.pcap"))
    secret, total = find(path, (BY_HARNESS, BY_MSSL, BY_DEVICE))
    clear, _ = find(path, (CLEAR,))
    print(f"tshark: {total} frames of {len(pcaps)} captures: {secret} with a canary of a command or "
          f"answer, {clear} with the one sent in the clear", flush=True)
    return secret == 0 and clear == 2
