# SPDX-License-Identifier: ISC
"""socat as a tunnel, TLS with an RSA certificate since it has no keys: the same load as
bench/tunnel.py gives to the others. It forks a process for each connection, at each
end, so that memory is counted over the whole family."""

import shutil
import statistics
import subprocess
from pathlib import Path

from ports import free_port, wait_port

AT_ONCE, HELD = 32, 100         # a thousand take socat minutes and gigabytes


def commands(pem, client, server, service):
    here, options = "127.0.0.1", "fork,reuseaddr,backlog=1024"
    yield ["socat", f"OPENSSL-LISTEN:{server},bind={here},{options},cert={pem},verify=0",
           f"TCP:{here}:{service},nodelay"]
    yield ["socat", f"TCP-LISTEN:{client},bind={here},{options},nodelay",
           f"OPENSSL:{here}:{server},cafile={pem},commonname=device"]


def family(pid):
    """A process and all that it has forked, but for one that has just ended."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from family(int(child))


def memory(processes):
    """Private bytes of both ends."""
    total = 0
    for pid in [pid for process in processes for pid in family(process.pid)]:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:                 # it has just ended
            continue
        total += 1024 * sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_"))
    return total


def rate(load, port, seconds):
    done = subprocess.run([load, "rate", str(port), str(AT_ONCE), seconds], capture_output=True, text=True,
                          check=True, timeout=120)
    count, took, median, failed = done.stdout.split()
    return {"connections_per_s": int(count) / float(took), "median_us": float(median), "failed": int(failed)}


def hold(load, port, processes):
    before = memory(processes)
    with subprocess.Popen([load, "hold", str(port), str(HELD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as holder:
        if holder.stdout.readline() != "ready\n":
            raise RuntimeError("not all connections could be opened")
        grown = memory(processes) - before
        holder.stdin.close()
    return grown


def figures(load, client, processes, rounds, seconds):
    rows = [rate(load, client, seconds) for _ in range(rounds)]
    row = {key: statistics.median(one[key] for one in rows) for key in rows[0]}
    row["idle_sessions"], row["idle_mb"] = HELD, round(hold(load, client, processes) / 1e6, 1)
    return row


def measure(load, pem, rounds, seconds):
    """The row of bench/tunnel.py's table; None without socat."""
    if shutil.which("socat") is None:
        return None
    client, server, service = free_port(), free_port(), free_port()
    processes = [subprocess.Popen([load, "serve", str(service)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)]
    try:
        processes[0].stdout.readline()
        for command in commands(pem, client, server, service):
            processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        wait_port(server)
        wait_port(client)
        return figures(load, client, processes[1:], rounds, seconds)
    finally:
        for process in processes:
            process.kill()
            process.wait()
