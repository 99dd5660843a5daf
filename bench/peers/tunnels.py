# SPDX-License-Identifier: ISC
"""Tunnels of others, an end in each of two processes (or as many as they take):
client, tunnel, tunnel, service, all on this machine. Connections a second, and the
memory of both tunnel ends with connections that idle."""

import json
import shutil
import subprocess
import time
from pathlib import Path

CLIENT_PORT, TUNNEL_PORT, SERVICE_PORT = 17901, 17902, 17903
AT_ONCE = 16

STUNNEL = """foreground = yes
pid =
debug = err
socket = a:SO_REUSEADDR=1
[bench]
{role}
accept = 127.0.0.1:{accept}
connect = 127.0.0.1:{connect}
ciphers = PSK
PSKsecrets = {secrets}
"""


def stunnel(folder, pem):
    del pem
    secrets = folder / "psk.txt"
    secrets.touch(0o600)
    secrets.write_text("alice:" + "0123456789abcdef" * 2 + "\n")
    commands = []
    for name, role, accept, connect in (("server", "client = no", TUNNEL_PORT, SERVICE_PORT),
                                        ("client", "client = yes", CLIENT_PORT, TUNNEL_PORT)):
        path = folder / f"stunnel-{name}.conf"
        path.write_text(STUNNEL.format(role=role, accept=accept, connect=connect, secrets=secrets))
        commands.append(["stunnel", str(path)])
    return commands


def socat(folder, pem):
    del folder
    return [["socat", f"OPENSSL-LISTEN:{TUNNEL_PORT},fork,reuseaddr,backlog=1024,cert={pem},verify=0",
             f"TCP:127.0.0.1:{SERVICE_PORT}"],
            ["socat", f"TCP-LISTEN:{CLIENT_PORT},fork,reuseaddr,backlog=1024",
             f"OPENSSL:127.0.0.1:{TUNNEL_PORT},cafile={pem},commonname=device"]]


TUNNELS = (("stunnel, PSK", "stunnel", stunnel, 600), ("socat, RSA certificate", "socat", socat, 100))


def family(pid):
    """A process and all that it has forked."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from family(int(child))


def private(pid):
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return 1024 * sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_"))


def memory(processes):
    total = 0
    for process in processes:
        for pid in list(family(process.pid)):
            try:
                total += private(pid)
            except OSError:             # it has just ended
                continue
    return total


def rate(load, total):
    done = subprocess.run([load, "client", str(CLIENT_PORT), str(total), str(AT_ONCE)], capture_output=True,
                          text=True, check=True, timeout=120)
    found = json.loads(done.stdout)
    return found["done"] / found["seconds"]


def idle(load, count, processes):
    """Both ends' memory with count connections open, more than with none."""
    before = memory(processes)
    with subprocess.Popen([load, "idle", str(CLIENT_PORT), str(count)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as client:
        found = json.loads(client.stdout.readline())
        held = memory(processes) - before
        client.stdin.close()
    if found["open"] != count:
        raise RuntimeError(f"{found['open']} of {count} connections came up")
    return held


def measure(load, folder, pem, quick, say):
    """{tunnel: figures}; one that failed has a note."""
    found, count = {}, 50 if quick else 1000
    with subprocess.Popen([load, "echo", str(SERVICE_PORT)], stdout=subprocess.PIPE, text=True) as service:
        service.stdout.readline()
        for name, program, commands, total in TUNNELS:
            if shutil.which(program) is None:
                continue
            say(f"tunnel: {name}")
            processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                         for command in commands(folder, pem)]
            time.sleep(1)
            try:
                found[name] = {"connections_per_s": rate(load, total // 10 if quick else total)}
                found[name][f"MB_for_{count}_idle"] = idle(load, count, processes) / 2 ** 20
            except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as why:
                say(f"{name}: {why}")
            for process in processes:
                process.terminate()
                process.wait()
            time.sleep(0.5)
        service.kill()
    return found
