# SPDX-License-Identifier: ISC
"""The plots of docs/BENCHMARKS.md: SVG by gnuplot out of build/bench.json."""

import subprocess

from tables import LIBRARIES, get

HEAD = """set terminal svg size {width},{height} font 'sans-serif,13' background 'white' name 'bench'
set output '{path}'
set border 3
set grid {grid} lc rgb '#dddddd'
set tics nomirror
set title '{title}'
"""
COLOURS = ("#c0392b", "#e67e73", "#2c3e50", "#2980b9", "#85c1e9", "#d35400", "#8e44ad", "#c39bd3", "#16a085",
           "#7f8c8d")


def name(row):
    if LIBRARIES[row["library"]] == "MSSL":
        return row["what"]
    return LIBRARIES[row["library"]] + " " + row["what"].split(", AES")[0].split(", X25519")[0].replace(",", "")


def quoted(text):
    return '"' + text.replace('"', "") + '"'


def gnuplot(script):
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def colour(label):
    """MSSL's bars stand out."""
    return COLOURS[0 if label.startswith("MSSL") else 3].lstrip("#")


def bars(path, title, axis, rows):
    """A horizontal bar a row: (name, value)."""
    rows = [(label, value) for label, value in rows if value is not None][::-1]
    if not rows:
        return
    lines = [f"{i} {value} {quoted(label)} {quoted(f'{value:,.0f}')} 0x{colour(label)}"
             for i, (label, value) in enumerate(rows)]
    most = max(value for _, value in rows)
    gnuplot(HEAD.format(path=path, title=title, width=860, height=90 + 30 * len(rows), grid="xtics") + f"""
set xlabel '{axis}'
set yrange [-0.7:{len(rows) - 0.3}]
set logscale x
set xrange [{min(value for _, value in rows) / 3}:{most * 6}]
set format x '10^%T'
set style fill solid
unset key
$rows << EOD
{chr(10).join(lines)}
EOD
low = {min(value for _, value in rows) / 3}
plot $rows using (low):0:(low):2:($0-0.35):($0+0.35):(column(5)):ytic(3) with boxxyerror lc rgb variable, \\
     $rows using 2:0:4 with labels left offset 0.6,0
""")


def lines(path, title, axis, named):
    """A line a row: (name, [(sessions, value)]), both axes logarithmic."""
    named = [(label, points) for label, points in named if points]
    if not named:
        return
    blocks = [f"$d{i} << EOD\n" + "\n".join(f"{x} {y}" for x, y in points) + "\nEOD\n"
              for i, (_, points) in enumerate(named)]
    plots = [f"$d{i} using 1:2 with linespoints pt 7 ps 0.6 lw {3 if i == 0 else 1.5} lc rgb '{COLOURS[i % 10]}' "
             f"title {quoted(label)}" for i, (label, _) in enumerate(named)]
    gnuplot(HEAD.format(path=path, title=title, width=960, height=440, grid="xtics ytics") + f"""
set logscale xy
set xlabel 'sessions open at once'
set ylabel '{axis}'
set key outside right Left reverse samplen 2
{"".join(blocks)}
plot {", ".join(plots)}
""")


def points(row, key):
    return [(found["sessions"], found[key]) for found in row or [] if found[key] > 0]


def draw(folder, data):
    folder.mkdir(exist_ok=True)
    peers, ipsec = data["peers"].values(), data["ipsec"] or {}
    ike = "strongSwan IKEv2 PSK"
    bars(folder / "handshake.svg", "Instructions of one handshake, both ends", "instructions",
         [(name(row), get(row, "instructions", "handshake")) for row in peers]
         + [(ike, get(ipsec, "instructions", "handshake"))])
    bars(folder / "session.svg", "One session on the wire: connect, command, answer, close",
         "bytes that TCP or UDP carries",
         [(name(row), get(row, "wire", "bytes")) for row in peers]
         + [(ike + " and ESP", get(ipsec, "wire", "session", "bytes"))])
    lines(folder / "memory.svg", "Memory of a session at the host", "bytes",
          [(name(row), points(row["growth"], "heap_host")) for row in peers]
          + [(ike, points(ipsec.get("growth"), "resident_host"))])
    lines(folder / "time.svg", "Time to open one more session, both ends", "microseconds",
          [(name(row), points(row["growth"], "open_us")) for row in peers]
          + [(ike, points(ipsec.get("growth"), "open_us"))])
