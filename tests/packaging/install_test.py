#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What `cmake --install` puts down serves programs outside of the tree: found by
pkg-config and by find_package, shared and static, natively and for a chip.

usage: install_test.py SOURCE BUILD FIRMWARE: a build of the preset release, and the
folder with the chips' builds."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE, BUILD, FIRMWARE = (Path(word).resolve() for word in sys.argv[1:4])
sys.path.insert(0, str(SOURCE / "bench"))
import ledger  # noqa: E402 (its folder is known only now)

OUTSIDE = SOURCE / "tests/packaging/outside"
PORT = SOURCE / "tests/house/porting_example.c"
LAMP = "lamp 1: "
ONLY_TESTS = {"libcmocka-dev", "libgcrypt20-dev", "liblwip-dev", "nettle-dev"}
INTERNAL = "mssl_put"           # a function of libmssl that mssl.h does not have


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False,
                          timeout=120, **options)
    if done.returncode:
        raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.top = Path(folder.name)
        cls.prefix = cls.top / "prefix"
        run("cmake", "--install", BUILD, "--prefix", cls.prefix)
        cls.lib = next(cls.prefix.rglob("libmssl.so")).parent
        cls.env = {**os.environ, "PKG_CONFIG_PATH": f"{cls.lib}/pkgconfig:{cls.prefix}/share/pkgconfig"}

    def pkg(self, *words):
        return run("pkg-config", *words, env=self.env).split()

    def lamp_runs(self, program, shared):
        env = {**os.environ, "LD_LIBRARY_PATH": str(self.lib)} if shared else None
        self.assertIn(LAMP, run(program, env=env))
        self.assertEqual("libmssl.so.0" in run("readelf", "-d", program), shared)

    # -- libmssl --

    def test_shared_library_exports_the_functions_of_mssl_h_and_nothing_else(self):
        text = re.sub(r"/\*.*?\*/", "", (self.prefix / "include/mssl.h").read_text(), flags=re.S)
        wanted = set(re.findall(r"\b(mssl_[a-z0-9_]+)\(", text))
        lines = run("nm", "-D", "--defined-only", self.lib / "libmssl.so.0").splitlines()
        found = {line.split()[2].split("@")[0] for line in lines if " A " not in line}
        self.assertEqual(found, wanted, "packaging/libmssl.map is not mssl.h: make abi-update")

    def test_shared_library_has_its_soname_and_the_projects_version(self):
        version = re.search(r"mssl VERSION ([\d.]+)", (SOURCE / "CMakeLists.txt").read_text())[1]
        self.assertIn("[libmssl.so.0]", run("readelf", "-d", self.lib / "libmssl.so"))
        self.assertEqual(os.readlink(self.lib / "libmssl.so.0"), f"libmssl.so.{version}")
        self.assertEqual(self.pkg("--modversion", "libmssl", "mssl-device"), [version, version])
        self.assertEqual(run(self.prefix / "bin/mssl", "--version"), f"mssl {version}\n")

    def test_internal_function_cannot_be_called_through_the_shared_library(self):
        code = self.top / "internal.c"
        code.write_text(f"void {INTERNAL}(void); int main(void) {{ {INTERNAL}(); return 0; }}\n")
        words = ["cc", "-c", code, "-o", self.top / "internal.o"]
        run(*words)
        done = subprocess.run(["cc", self.top / "internal.o", "-L", self.lib, "-lmssl"], cwd=self.top,
                              capture_output=True, text=True, check=False)
        self.assertIn(f"undefined reference to `{INTERNAL}'", done.stderr)

    def test_programs_and_library_are_hardened(self):
        for path in [*self.prefix.glob("bin/*"), self.lib / "libmssl.so"]:
            dynamic, headers = run("readelf", "-d", path), run("readelf", "-lW", path)
            self.assertIn("BIND_NOW", dynamic, path)
            self.assertIn("GNU_RELRO", headers, path)
            self.assertRegex(headers, r"GNU_STACK .* RW ", path)
            self.assertIn("DYN", run("readelf", "-h", path), path)
            self.assertIn("__stack_chk_fail", run("readelf", "--dyn-syms", "-W", path), path)
            self.assertNotRegex(dynamic, "RUNPATH|RPATH", path)
        for name in ("mssl", "mssl-authority", "mssl-board"):
            self.assertRegex(run("readelf", "--dyn-syms", "-W", self.prefix / "bin" / name),
                             r"__\w+_chk@", name)

    # -- Programs outside --

    def test_project_of_packaging_readme_is_the_one_that_is_built_here(self):
        shown = re.search(r"```cmake\n(.*?)```", (SOURCE / "packaging/README.md").read_text(), re.S)[1]
        self.assertIn(shown, (OUTSIDE / "CMakeLists.txt").read_text())

    def test_program_found_by_pkg_config_runs_with_shared_and_static_library(self):
        core = self.pkg("--variable=source_c", "mssl-device")
        sources = [OUTSIDE / "lamp.c", PORT, *core, *self.pkg("--cflags", "libmssl", "mssl-device")]
        static = self.pkg("--libs", "--static", "libmssl")
        static[static.index("-lmssl")] = "-l:libmssl.a"
        for name, libs in (("shared", self.pkg("--libs", "libmssl")), ("static", static)):
            run("cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-o", self.top / name, *sources, *libs)
            self.lamp_runs(self.top / name, name == "shared")

    def test_program_found_by_cmake_runs_with_shared_and_static_library(self):
        build = self.top / "outside"
        run("cmake", "-G", "Ninja", "-S", OUTSIDE, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
            f"-DPORT={PORT}", "-DCMAKE_BUILD_TYPE=RelWithDebInfo")
        run("cmake", "--build", build)
        self.lamp_runs(build / "lamp-mssl", True)
        self.lamp_runs(build / "lamp-mssl_static", False)

    def test_older_or_newer_minor_version_is_not_taken(self):
        (self.top / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(x C)\nfind_package(mssl ${WANTED} REQUIRED)\n")
        for wanted, code in (("0.1", 0), ("0.2", 1), ("1.0", 1)):
            done = subprocess.run(["cmake", "-S", self.top, "-B", self.top / f"v{wanted}", f"-DWANTED={wanted}",
                                   f"-DCMAKE_PREFIX_PATH={self.prefix}"], capture_output=True, check=False)
            self.assertEqual(done.returncode, code, wanted)

    # -- The device core --

    def test_installed_core_takes_on_a_chip_what_the_ledger_says(self):
        build = self.top / "chip"
        run("cmake", "-G", "Ninja", "-S", OUTSIDE / "chip", "-B", build, f"-DIMAGE={SOURCE}/bench",
            f"-Dmssl-device_DIR={self.prefix}/share/cmake/mssl-device",
            f"-DCMAKE_TOOLCHAIN_FILE={self.prefix}/share/mssl/device/cmake/atmega168.cmake")
        run("cmake", "--build", build)
        for outside, inside in (("image-avr", "core-plain"), ("image-c", "core-c_engine")):
            sizes = [ledger.measure(str(folder), name) for folder, name in
                     ((build, f"{outside}.map"), (FIRMWARE / "atmega168", f"bench/{inside}.map"))]
            self.assertGreater(sizes[0][ledger.CORE, "flash"], 1000)
            self.assertEqual(*sizes)

    def test_installed_core_names_every_file_it_includes(self):
        device = self.prefix / "share/mssl/device"
        for path in (p for p in device.rglob("*.[chS]")):
            for name in re.findall(r'^\s*#\s*include\s+"([^"]+)"', path.read_text(), re.M):
                self.assertTrue(list(device.rglob(Path(name).name)), f"{path.name} includes {name}")

    # -- What others load --

    def test_wireshark_dissector_is_loaded_from_the_plugins_folder(self):
        home = self.top / "home/.local/lib/wireshark"
        home.mkdir(parents=True)
        (home / "plugins").symlink_to(self.lib / "wireshark/plugins")
        env = {**os.environ, "HOME": str(self.top / "home")}
        out = run("tshark", "-r", SOURCE / "wireshark/samples/chain.pcap", "-Y", "mssl", env=env)
        self.assertIn("MSSL", out)

    def test_debian_build_depends_on_every_library_that_is_built_with(self):
        listed = set(re.findall(r"^(\S+-dev)$", (SOURCE / "cmake/debian-packages.txt").read_text(), re.M))
        control = (SOURCE / "packaging/debian/control").read_text().split("\n\n")[0]
        self.assertEqual(listed - ONLY_TESTS, set(re.findall(r"\b(lib\S+?-dev)\b", control)))

    # -- Where things go --

    def test_destdir_and_prefix_give_one_tree_without_a_path_of_the_build(self):
        top = self.top / "staged"
        run("cmake", "--install", BUILD, "--prefix", "/usr", env={**os.environ, "DESTDIR": str(top)})
        self.assertEqual([p.name for p in top.iterdir()], ["usr"])
        paths = [p for p in top.rglob("*") if p.is_file()]
        for path in paths:
            for word in (str(BUILD), str(SOURCE), str(top)):
                self.assertNotIn(word.encode(), path.read_bytes(), path)
        names = {p.name for p in paths}
        pages = {p.name for p in (SOURCE / "docs/man").glob("*.[1-8]")}
        self.assertLessEqual(pages | {"LICENSE", "LICENSE.mssl-board", "mssl.h", "mssl_wire.h"}, names)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
