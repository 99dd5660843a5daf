#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl tunnel beside stunnel with PSK, in one run: connections a second through a
client and a server tunnel, bytes a second, memory of idle sessions.

  bench/tunnel.py [--build build/host] [--json [FILE]] [--seconds S] [--rounds N] [--sessions N]

Both carry the same plain service for the same load (bench/tunnel_load.c), in turns,
so that a busy machine burdens both; what counts is the ratio, and the processor time
that a connection costs each process, which no neighbour takes away."""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from ports import free_port, wait_port

AT_ONCE = 32
BULK = 8_000_000


class Bench:
    def __init__(self, build, folder):
        self.build, self.folder, self.processes = build, folder, []
        self.load = os.path.join(build, "tests", "tunnel", "tunnel_load")
        self.mssl = os.path.join(build, "cli", "mssl")
        self.plain = free_port()
        self.start([self.load, "serve", str(self.plain)], stdin=subprocess.PIPE, stdout=subprocess.PIPE).stdout.readline()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        fd = os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write(text)
        return self.path(name)

    def start(self, words, **options):
        with open(self.path("log"), "ab") as log:
            process = subprocess.Popen(words, stderr=log, **options)
        self.processes.append(process)
        return process

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()

    def authority(self, *words):
        subprocess.run([os.path.join(self.build, "cli", "mssl-authority"), "--dir", self.path("authority"), *words],
                       check=True, stdout=subprocess.DEVNULL)

    def grants(self, tasks):
        self.authority("init", "--no-passphrase")
        self.authority("device", "add", "box", "--ip", "192.0.2.20", "--tasks-table", tasks)
        self.authority("device", "image", "box", "-o", self.path("store.hex"))
        self.authority("grant", "alice", "--device", "box", "--tasks", "stream", "-o", self.path("alice.grant"))

    def tunnel(self, keep):
        """Client and server; the port to dial, and the two processes."""
        server, client = free_port(), free_port()
        store = f"store{keep}.hex"
        if not os.path.exists(self.path(store)):
            shutil.copy(self.path("store.hex"), self.path(store))   # a bench's device may have a twin
        far = self.start([self.mssl, "tunnel", self.write(
            f"server{keep}.conf", f"store = {store}\n[s]\nmode = server\naccept = 127.0.0.1:{server}\n"
            f"connect = 127.0.0.1:{self.plain}\nbacklog = 4096\n")])
        wait_port(server)
        near = self.start([self.mssl, "tunnel", self.write(
            f"client{keep}.conf", f"authority = authority/authority.pub\n[c]\nmode = client\n"
            f"accept = 127.0.0.1:{client}\nconnect = 127.0.0.1:{server}\ngrant = alice.grant\n"
            f"backlog = 4096\nkeep = {keep}\n")])
        wait_port(client)
        return client, (near, far)

    def stunnel(self):
        server, client = free_port(), free_port()
        secret = self.write("psk", "alice:" + os.urandom(16).hex() + "\n")
        common = (f"foreground = yes\npid =\ndebug = 3\nsocket = l:TCP_NODELAY=1\nsocket = r:TCP_NODELAY=1\n"
                  f"[t]\nciphers = PSK\nPSKsecrets = {secret}\n")
        far = self.start(["stunnel", self.write(
            "stunnel-server", common + f"accept = 127.0.0.1:{server}\nconnect = 127.0.0.1:{self.plain}\n")])
        wait_port(server)
        near = self.start(["stunnel", self.write(
            "stunnel-client", common + f"client = yes\nPSKidentity = alice\naccept = 127.0.0.1:{client}\n"
            f"connect = 127.0.0.1:{server}\n")])
        wait_port(client)
        return client, (near, far)

    def run(self, *words):
        done = subprocess.run([self.load, *map(str, words)], capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise RuntimeError(f"{words}: {done.stderr}")
        return done.stdout.split()

    def rate(self, port, processes, seconds):
        before = [cpu_s(p.pid) for p in processes]
        count, took, median_us, failed = self.run("rate", port, AT_ONCE, seconds)
        cpu_us = [1e6 * (cpu_s(p.pid) - b) / max(int(count), 1) for p, b in zip(processes, before)]
        return {"per_s": int(count) / float(took), "median_us": float(median_us), "failed": int(failed), "cpu_us": cpu_us}

    def hold(self, port, processes, sessions):
        """Bytes that both processes grew by, and have in all, for so many idle sessions."""
        before = [memory(p.pid) for p in processes]
        holder = self.start([self.load, "hold", str(port), str(sessions)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if holder.stdout.readline() != b"ready\n":
            raise RuntimeError("hold: not all sessions could be opened")
        time.sleep(0.5)
        after = [memory(p.pid) for p in processes]
        holder.stdin.close()
        holder.wait()
        return {"grown": [a["private"] - b["private"] for a, b in zip(after, before)],
                "resident": [a["resident"] for a in after], "private": [a["private"] for a in after]}


def cpu_s(pid):
    """Processor time of a process, threads that ended included: its clock_getcpuclockid(3)."""
    return time.clock_gettime(~pid << 3 | 2)


def memory(pid):
    """Bytes: private pages, and all that is resident."""
    fields = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            words = line.split()
            if words[-1] == "kB":
                fields[words[0]] = int(words[1]) * 1024
    return {"private": fields["Private_Clean:"] + fields["Private_Dirty:"], "resident": fields["Rss:"]}


NAMES = ("mssl", "mssl, sessions kept", "stunnel")


def places_of(bench):
    """{name: (port to dial, (client, server))}."""
    places = {"mssl": bench.tunnel(0), "mssl, sessions kept": bench.tunnel(AT_ONCE)}
    if shutil.which("stunnel"):
        places["stunnel"] = bench.stunnel()
    return places


def measure(bench, seconds, rounds, sessions):
    places = places_of(bench)
    rates = {name: [] for name in (*places, "no tunnel")}
    bulks = {name: [] for name in places}
    for _ in range(rounds):
        for name, (port, processes) in places.items():
            rates[name].append(bench.rate(port, processes, seconds))
            bulks[name].append(BULK / float(bench.run("bulk", port, BULK)[0]))
        rates["no tunnel"].append(bench.rate(bench.plain, (), seconds))
    result = {name: {"connections_per_s": round(statistics.median(r["per_s"] for r in runs)),
                     "median_us": round(statistics.median(r["median_us"] for r in runs)),
                     "failed": sum(r["failed"] for r in runs)} for name, runs in rates.items()}
    for name, (port, processes) in places.items():
        row = result[name]
        row["echo_mb_per_s"] = round(statistics.median(bulks[name]) / 1e6, 1)
        if "stunnel" in places and name != "stunnel":
            row["times_stunnel"] = round(statistics.median(a["per_s"] / b["per_s"] for a, b in
                                                           zip(rates[name], rates["stunnel"])), 2)
        if processes:
            row["client_cpu_us"], row["server_cpu_us"] = (
                round(statistics.median(one)) for one in zip(*(r["cpu_us"] for r in rates[name])))
        if processes and "kept" not in name:
            held = bench.hold(port, processes, sessions)
            row["idle_sessions"] = sessions
            row["idle_client_mb"], row["idle_server_mb"] = (round(grown / 1e6, 2) for grown in held["grown"])
            row["idle_mb"] = round(sum(held["grown"]) / 1e6, 2)
            row["resident_client_mb"], row["resident_server_mb"] = (round(r / 1e6, 1) for r in held["resident"])
    return result


def show(result):
    columns = (("per s", "connections_per_s"), ("median us", "median_us"), ("failed", "failed"),
               ("x stunnel", "times_stunnel"), ("client us", "client_cpu_us"), ("server us", "server_cpu_us"),
               ("echo MB/s", "echo_mb_per_s"), ("idle MB", "idle_mb"))
    print(f"{'':21}" + "".join(f"{title:>11}" for title, _ in columns))
    for name in (*NAMES, "no tunnel"):
        if name in result:
            print(f"{name:21}" + "".join(f"{result[name].get(key, ''):>11}" for _, key in columns))
    print(f"client us, server us: processor time of a connection. idle MB: what {result['mssl']['idle_sessions']} idle "
          "sessions add to both processes.")


def main():
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--build", default=os.path.join(here, "build", "host"))
    options.add_argument("--json", nargs="?", const="-", help="write JSON to a file, or instead of the table")
    options.add_argument("--seconds", type=float, default=3)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--sessions", type=int, default=1000)
    asked = options.parse_args()
    os.environ["PATH"] += ":/usr/sbin"
    with tempfile.TemporaryDirectory(prefix="mssl-bench-") as folder:
        bench = Bench(asked.build, folder)
        try:
            bench.grants(os.path.join(here, "tunnel", "tunnel.tasks"))
            result = measure(bench, asked.seconds, asked.rounds, asked.sessions)
        except (RuntimeError, OSError, subprocess.SubprocessError):
            with open(bench.path("log"), encoding="utf-8", errors="replace") as log:
                sys.stderr.write(log.read()[-3000:])
            raise
        finally:
            bench.end()
    result["command"] = "bench/tunnel.py " + " ".join(sys.argv[1:])
    result["machine"] = {"cpus": os.cpu_count(), "kernel": platform.release(), "load": os.getloadavg()[0]}
    text = json.dumps(result, indent=2, sort_keys=True)
    if asked.json == "-":
        print(text)
        return
    show(result)
    if asked.json:
        with open(asked.json, "w", encoding="utf-8") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    main()
