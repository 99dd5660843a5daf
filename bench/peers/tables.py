# SPDX-License-Identifier: ISC
"""The tables of docs/BENCHMARKS.md out of build/bench.json."""

import re

LIBRARIES = {"mssl": "MSSL", "mssl-pc": "MSSL", "openssl": "OpenSSL", "mbedtls": "mbedTLS", "wolfssl": "wolfSSL",
             "libcoap": "libcoap"}
IPSEC = "strongSwan: IKEv2 with PSK, ESP"


def number(value, digits=0):
    return "–" if value is None else f"{value:,.{digits}f}"


def times(value, base):
    return "–" if value is None or not base else f"{value / base:.1f}"


def label(row):
    library = LIBRARIES[row["library"]]
    return row["what"].replace("MSSL/1", "**MSSL/1**") if library == "MSSL" else f"{library}: {row['what']}"


def table(heads, rows):
    """Text in the first column, numbers in the others."""
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def get(row, *keys):
    for key in keys:
        row = row.get(key) if row else None
    return row


def handshakes(data):
    base = get(data["peers"]["mssl"], "instructions", "handshake")
    rows = []
    for row in data["peers"].values():
        counted = row["instructions"] or {}
        rows.append([label(row), number(counted.get("host.handshake")), number(counted.get("device.handshake")),
                     number(counted.get("handshake")), times(counted.get("handshake"), base),
                     number(counted.get("session")), number(get(row, "rate", "handshakes")),
                     number(row["loopback"])])
    counted = get(data["ipsec"], "instructions") or {}
    rows.append([IPSEC, number(counted.get("host.handshake")), number(counted.get("device.handshake")),
                 number(counted.get("handshake")), times(counted.get("handshake"), base), "–", "–",
                 number(get(data["ipsec"], "rate"))])
    return table(["handshake", "instructions, host", "device", "both", "times MSSL's", "whole session",
                  "handshakes/s in memory", "sessions/s, loopback"], rows)


def records(data):
    rows = []
    for row in data["peers"].values():
        counted, rate = row["instructions"] or {}, row["rate"] or {}
        cells = [label(row)]
        for n in (16, 128):
            cells += [number(counted.get(f"host.seal{n}")), number(counted.get(f"host.open{n}")),
                      number(counted.get(f"device.serve{n}")), number(rate.get(f"exchanges{n}"))]
        rows.append(cells)
    counted = get(data["ipsec"], "instructions") or {}
    cells = [IPSEC + " (a datagram, one way)"]
    for n in (16, 128):
        cells += [number(counted.get(f"host.seal{n}")), number(counted.get(f"device.open{n}")), "–", "–"]
    rows.append(cells)
    heads = ["record"]
    for n in (16, 128):
        heads += [f"seal {n}", f"open {n}", f"device: open and seal {n}", f"exchanges/s, {n}"]
    return table(heads, rows)


def sessions(data):
    base = get(data["peers"]["mssl"], "wire") or {}
    named = [("plain TCP, no security", data["plain"]["wire"], None)]
    named += [(label(row), row["wire"], get(row, "memory", "handshake")) for row in data["peers"].values()]
    named.append((IPSEC + ", then plain TCP inside", get(data["ipsec"], "wire", "session"),
                  get(data["ipsec"], "wire", "handshake", "bytes")))
    rows = [[name, number(handshake), number(get(found, "bytes")), times(get(found, "bytes"), base.get("bytes")),
             number(get(found, "packets")), number(get(found, "ip_bytes")),
             times(get(found, "ip_bytes"), base.get("ip_bytes"))] for name, found, handshake in named]
    return table(["one session", "handshake's bytes", "bytes that TCP or UDP carries", "times MSSL's", "packets", "IP bytes",
                  "times MSSL's"], rows)


def at(row, size, key):
    return next((found[key] for found in row["growth"] if found["sessions"] == size), None)


def heap(data):
    size = max((found["sessions"] for found in data["peers"]["mssl"]["growth"] if found["sessions"] <= 1000),
               default=0)
    base = at(data["peers"]["mssl"], size, "heap_host")
    rows = []
    for row in data["peers"].values():
        host, device = (at(row, size, f"heap_{end}") for end in ("host", "device"))
        rows.append([label(row), number(host), times(host, base), number(device)])
    ipsec = {"growth": get(data["ipsec"], "growth") or []}
    rows.append([IPSEC + " (resident memory)", number(at(ipsec, size, "resident_host")),
                 times(at(ipsec, size, "resident_host"), base), number(at(ipsec, size, "resident_device"))])
    return table([f"heap of a session, {size:,} open", "host", "times MSSL's", "device"], rows)


def growth(data):
    sizes = [found["sessions"] for found in data["peers"]["mssl"]["growth"]]
    named = [(label(row), row, "heap_host") for row in data["peers"].values()]
    named.append((IPSEC, {"growth": get(data["ipsec"], "growth") or []}, "resident_host"))
    rows = []
    for name, row, key in named:
        rows.append([name] + [f"{number(at(row, size, key))} B, {number(at(row, size, 'open_us'))} µs"
                              if at(row, size, key) is not None else "–" for size in sizes])
    return table(["a session's memory at the host, and the time to open it"] + [f"{size:,}" for size in sizes],
                 rows)


TUNNEL = (("connections/s", "connections_per_s"), ("times stunnel's", "times_stunnel"),
          ("median, µs", "median_us"), ("client's processor time, µs", "client_cpu_us"),
          ("server's, µs", "server_cpu_us"), ("echoed, MB/s", "echo_mb_per_s"), ("idle ones held", "idle_sessions"),
          ("their memory, MB", "idle_mb"))


def tunnels(data):
    if not data["tunnel"]:
        return "No tunnel was measured in this run."
    rows = []
    for name, row in data["tunnel"].items():
        label_of = name.replace("mssl", "`mssl tunnel`")
        rows.append([label_of] + [number(row.get(key), 1 if isinstance(row.get(key), float) and row[key] < 100 else 0)
                                  for _, key in TUNNEL])
    return table(["tunnel"] + [head for head, _ in TUNNEL], rows)


def run(data):
    kind = data["machine"]
    lines = [f"Machine: {kind['cpu']}, {kind['cores']} cores, {kind['memory_gb']} GB, {kind['kernel']}, "
             f"{kind['system']}. Run time: {data.get('seconds', 0) // 60} min "
             f"{data.get('seconds', 0) % 60} s.",
             "Versions: " + ", ".join(f"{name} {version}" for name, version in data["versions"].items()) + "."]
    lines += [f"Left out: {name} is not installed." for name in data["missing"]]
    lines += [f"strongSwan: {note}." for note in get(data["ipsec"], "notes") or []]
    if data["ipsec"] is None:
        lines.append("strongSwan: did not run.")
    return "  \n".join(lines)


PARTS = {"run": run, "handshakes": handshakes, "records": records, "sessions": sessions, "heap": heap,
         "growth": growth, "tunnels": tunnels}


def write(data):
    """{part: its Markdown}."""
    return {name: part(data) for name, part in PARTS.items()}


def update(path, text):
    """Puts each part between its markers."""
    page = path.read_text(encoding="utf-8")
    for name, lines in text.items():
        begin, end = f"<!-- bench {name}: make bench-update -->\n", f"<!-- end of bench {name} -->\n"
        page, count = re.subn(re.escape(begin) + ".*?" + re.escape(end),
                              lambda _, new=begin + lines + "\n" + end: new, page, flags=re.S)
        if count != 1:
            raise SystemExit(f"bench: {path.name} has {count} places for the table {name}")
    path.write_text(page, encoding="utf-8")
