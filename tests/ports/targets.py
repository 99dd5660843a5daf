# SPDX-License-Identifier: ISC
"""The chips that tests/ports knows: how each is compiled for, simulated and
measured. Compilers, simulators and small C libraries are Debian's."""

import os
import re
import subprocess
from dataclasses import dataclass

GCC = ["-std=c99", "-Os", "-Wall", "-Wextra", "-Werror", "-ffunction-sections", "-fdata-sections"]
# Warnings of sdcc about branches that a build option makes constant.
SDCC = ["--std-c99", "--opt-code-size", "--disable-warning", "110", "--disable-warning", "126"]
TIME_LIMIT_S = 540


@dataclass
class Target:
    name: str
    title: str
    tools: str
    compiler: list
    linker: list
    put: str                    # the file with ports_put
    simulator: str
    arguments: list = None      # PROGRAM and OUT are replaced
    size: str = "size"
    suffix: str = ".o"
    program_suffix: str = ".elf"
    optional: bool = False      # CI does not install its tools

    def simulate(self, program, _folder):
        line = [self.simulator] + [program if a == "PROGRAM" else a for a in self.arguments]
        # Semihosting writes to qemu's standard error.
        return subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=TIME_LIMIT_S).stdout

    def measure(self, path):
        """(code and constants, RAM) of an object, by section."""
        lines = subprocess.run([self.size, "-A", path], capture_output=True, text=True, check=True).stdout
        code = ram = 0
        for name, size in re.findall(r"^(\.\S+)\s+(\d+)\s+\d+$", lines, re.M):
            if name.startswith((".text", ".rodata", ".srodata", ".data", ".sdata")):
                code += int(size)
            if name.startswith((".data", ".sdata", ".bss", ".sbss")):
                ram += int(size)
        return code, ram


class Sdcc(Target):
    """ucsim runs until the program writes 's' to the simulator's own cell."""

    def simulate(self, program, folder):
        out = os.path.join(folder, "said.txt")
        open(out, "w", encoding="utf-8").close()
        line = [self.simulator] + [a.replace("PROGRAM", program).replace("OUT", out) for a in self.arguments]
        # It quits at the end of its input, so that must stay open.
        with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
            try:
                process.wait(TIME_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
        with open(out, encoding="utf-8") as file:
            return file.read()

    def measure(self, path):
        """By areas of the assembler: those of code and constants, those of data."""
        with open(path, encoding="latin-1") as file:
            areas = re.findall(r"^A (\S+) size ([0-9A-F]+) flags", file.read(), re.M)
        code = ram = 0
        for name, size in areas:
            if name in ("_CODE", "_INITIALIZER", "_GSINIT", "_HOME", "CSEG", "CONST", "HOME", "GSINIT", "XINIT"):
                code += int(size, 16)
            elif name in ("_DATA", "_INITIALIZED", "_BSS", "DSEG", "OSEG", "ISEG", "BSEG", "PSEG", "XSEG", "XISEG"):
                ram += int(size, 16)
        return code, ram


def picolibc(compiler, cpu, places):
    """Compiler, and the linker with memory at (flash, its size, RAM, its size)."""
    names = ("__flash", "__flash_size", "__ram", "__ram_size", "__stack_size")
    compiler = [compiler, *GCC, *cpu, "--specs=picolibc.specs"]
    return compiler, compiler + ["--oslib=semihost", "--crt0=semihost", "-Wl,--gc-sections"] \
        + [f"-Wl,--defsym={name}={value}" for name, value in zip(names, places)]


def cortex(name, machine, title):
    compiler, linker = picolibc("arm-none-eabi-gcc", [f"-mcpu={name}", "-mthumb"],
                                ("0", "256K", "0x20000000", "16K", "1K"))
    return Target(name, title, "gcc 12, qemu-system-arm", compiler, linker, "put_libc.c", "qemu-system-arm",
                  ["-M", machine, "-nographic", "-monitor", "none", "-serial", "none", "-semihosting",
                   "-kernel", "PROGRAM"], size="arm-none-eabi-size")


def rv32():
    compiler, linker = picolibc("riscv64-unknown-elf-gcc", ["-march=rv32imac", "-mabi=ilp32"],
                                ("0x80000000", "256K", "0x80100000", "16K", "1K"))
    return Target("rv32", "RISC-V, rv32imac", "gcc 12, qemu-system-riscv32", compiler, linker, "put_libc.c",
                  "qemu-system-riscv32",
                  ["-M", "virt", "-bios", "none", "-nographic", "-monitor", "none", "-serial", "none",
                   "-semihosting", "-kernel", "PROGRAM"], size="riscv64-unknown-elf-size", optional=True)


def s390x():
    compiler = ["s390x-linux-gnu-gcc", *GCC]
    return Target("s390x", "s390x, big-endian, 64 bits", "gcc 12, qemu-s390x", compiler, compiler + ["-static"],
                  "put_libc.c", "qemu-s390x", ["PROGRAM"], size="s390x-linux-gnu-size")


def mcs51():
    compiler = ["sdcc", "-mmcs51", "--model-large", *SDCC]
    return Sdcc("mcs51", "8051, large model", "sdcc 4.2, ucsim", compiler, compiler, "put_mcs51.c", "s51",
                ["-t", "52", "-I", "if=xram[0xffff],out=OUT", "-G", "PROGRAM"],
                suffix=".rel", program_suffix=".ihx")


def z80():
    compiler = ["sdcc", "-mz80", *SDCC]
    return Sdcc("z80", "Z80", "sdcc 4.2, ucsim", compiler, compiler + ["--data-loc", "0xc000"], "put_z80.c", "sz80",
                ["-I", "if=rom[0xbfff],out=OUT", "-G", "PROGRAM"], suffix=".rel", program_suffix=".ihx")


TARGETS = {target.name: target for target in (
    cortex("cortex-m0", "microbit", "Cortex-M0"),
    cortex("cortex-m3", "lm3s6965evb", "Cortex-M3"),
    rv32(), s390x(), mcs51(), z80())}
