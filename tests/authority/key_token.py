#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The authority's key in a PKCS#11 token: SoftHSM, in a directory of the test's own."""
import os
import pty
import stat
import subprocess
import unittest

from program import FILE, PASSPHRASE, PROGRAM, USAGE, Case, grant_fields

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
URI = "pkcs11:token=safe;object=mssl"
PIN, SO_PIN = "246810", "13579111"
GRANT = ("grant", "alice", "--device", "porch", "--tasks", "led")


class Token(Case):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("tokens"))
        conf = self.write("softhsm2.conf", f"directories.tokendir = {self.path('tokens')}\n"
                          "objectstore.backend = file\nlog.level = ERROR\n")
        self.env["SOFTHSM2_CONF"] = conf
        # libp11 keeps some hundred bytes after a refused login, and is unloaded before
        # the sanitizer could name it as theirs.
        self.env["ASAN_OPTIONS"] = "detect_leaks=0"
        self.tool("softhsm2-util", "--init-token", "--free", "--label", "safe", "--pin", PIN,
                  "--so-pin", SO_PIN)
        self.make_key("rsa:2048", "mssl", "01")
        self.pin = self.write("pin", PIN + "\n")
        self.bad = self.write("bad", "000000\n")

    def tree(self):
        """The token's own files are its own business: it counts its logins."""
        return {path: data for path, data in super().tree().items() if "/tokens/" not in path}

    def tool(self, *words):
        subprocess.run(words, check=True, capture_output=True, env={**os.environ, **self.env})

    def make_key(self, kind, label, number):
        self.tool("pkcs11-tool", "--module", MODULE, "--token-label", "safe", "--login", "--pin", PIN,
                  "--keypairgen", "--key-type", kind, "--label", label, "--id", number)

    def init(self, uri=URI, *words, **options):
        words = words or ("--no-passphrase", "--pin-file", self.pin)
        return self.run_it("init", "--key", uri, *words, **options)

    def begin(self):
        self.init()
        self.run_it("device", "add", "porch")

    def refused_init(self, code, uri=URI, pin=None, **env):
        """init fails, says why in one line, and leaves nothing."""
        text = self.init(uri, "--no-passphrase", "--pin-file", pin or self.pin, expect=code, **env)
        self.assertFalse(os.path.exists(self.dir))
        self.assertEqual([n for n in os.listdir(self.work) if ".new-" in n], [])
        return text

    def test_the_token_signs_a_grant_that_openssl_verifies(self):
        self.begin()
        self.run_it(*GRANT, "--pin-file", self.pin)
        self.assertEqual(self.openssl_says("alice-porch.grant", self.dir + "/authority.pub"),
                         (0, "Verified OK"))
        self.run_it("verify", "alice-porch.grant")

    def test_the_directory_holds_the_uri_and_no_key(self):
        self.begin()
        path = self.dir + "/authority.key"
        with open(path) as file:
            self.assertEqual(file.read(), URI + "\n")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)

    def test_a_longer_key_and_a_module_named_in_the_uri_serve_too(self):
        self.make_key("rsa:3072", "long", "02")
        escaped = MODULE.replace("/", "%2F")
        for i, module in enumerate((MODULE, escaped)):
            self.dir = self.path(f"a{i}")
            self.init(f"pkcs11:token=safe;object=long?module-path={module}")
            self.run_it("device", "add", "porch")
            self.run_it(*GRANT, "-o", f"g{i}", "--pin-file", self.pin)
            self.assertEqual(len(grant_fields(self.path(f"g{i}"))["signature"]), 3072 // 4)
            self.assertEqual(self.openssl_says(f"g{i}", self.dir + "/authority.pub"), (0, "Verified OK"))

    def test_a_key_is_found_by_its_id(self):
        self.init("pkcs11:token=safe;id=%01")
        self.run_it("device", "add", "porch")
        self.run_it(*GRANT, "--pin-file", self.pin)

    def test_what_needs_no_signature_asks_for_no_pin(self):
        self.begin()
        self.run_it("device", "image", "porch", "-o", "porch.hex", "--modulus", "modulus.hex")
        self.run_it("list")
        self.run_it("epoch", "porch")

    def test_the_pin_comes_from_the_environment_or_is_wanted(self):
        self.begin()
        self.assertIn("--pin-file", self.refused(PASSPHRASE, *GRANT))
        self.run_it(*GRANT, MSSL_PIN_FILE=self.pin)

    def test_the_pin_is_asked_for_unseen(self):
        self.begin()
        pid, fd = pty.fork()
        if not pid:
            os.chdir(self.work)
            os.execve(PROGRAM, [PROGRAM, "--dir", self.dir, *GRANT], self.env)
        seen = b""
        while b"PIN of the token: " not in seen:
            seen += os.read(fd, 1000)
        os.write(fd, PIN.encode() + b"\n")
        try:
            while more := os.read(fd, 1000):
                seen += more
        except OSError:
            pass
        os.close(fd)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0, seen)
        self.assertNotIn(PIN.encode(), seen)

    def test_a_passphrase_guards_the_ledger_beside_the_pin(self):
        word = self.write("word", "open sesame\n")
        self.init(URI, "--passphrase-file", word, "--pin-file", self.pin)
        self.run_it("--passphrase-file", word, "device", "add", "porch")
        self.refused(PASSPHRASE, *GRANT, "--pin-file", self.pin)
        self.run_it(*GRANT, "--pin-file", self.pin, "--passphrase-file", word)

    def test_a_wrong_pin_is_told_and_changes_nothing(self):
        self.assertIn("refuses the PIN", self.refused_init(PASSPHRASE, pin=self.bad))
        self.begin()
        self.assertIn("refuses the PIN", self.refused(PASSPHRASE, *GRANT, "--pin-file", self.bad))
        self.run_it(*GRANT, "--pin-file", self.pin)

    def test_a_token_that_is_not_there_is_told(self):
        self.assertIn("plug it in", self.refused_init(FILE, "pkcs11:token=other;object=mssl"))
        self.begin()
        os.rename(self.path("tokens"), self.path("unplugged"))
        os.mkdir(self.path("tokens"))
        self.assertIn("plug it in", self.refused(FILE, *GRANT, "--pin-file", self.pin))

    def test_a_key_that_is_not_there_is_told(self):
        self.assertIn("object=none", self.refused_init(FILE, "pkcs11:token=safe;object=none"))

    def test_a_key_that_is_no_rsa_key_is_told(self):
        self.make_key("EC:prime256v1", "curve", "03")
        self.assertIn("no RSA key", self.refused_init(FILE, "pkcs11:token=safe;object=curve"))

    def test_a_key_of_a_length_that_no_chip_takes_is_told(self):
        self.make_key("rsa:1024", "short", "04")
        self.assertIn("2048, 3072 or 4096", self.refused_init(FILE, "pkcs11:token=safe;object=short"))

    def test_a_module_that_does_not_load_is_told(self):
        for module in ("/no/such/module.so", self.path("softhsm2.conf")):
            self.assertIn("cannot be loaded", self.refused_init(FILE, f"{URI}?module-path={module}"))
        self.assertIn("cannot be loaded", self.refused_init(FILE, PKCS11_MODULE_PATH="/no/such/module.so"))

    def test_a_pin_in_the_uri_is_refused(self):
        for uri in (f"{URI}?pin-value={PIN}", f"{URI};pin-value={PIN}", f"{URI}?pin-source=/etc/pin"):
            text = self.refused_init(USAGE, uri)
            self.assertIn("--pin-file", text)
            self.assertNotIn(PIN, text)

    def test_a_text_that_is_no_uri_is_refused(self):
        for uri in ("authority.key", "pkcs11:", "pkcs11:token=a b", "pkcs11:token=a\nb", f"{URI}?x=y",
                    f"{URI}?module-path={MODULE}&x=y", "pkcs11:token=" + "a" * 1100):
            self.refused_init(USAGE, uri)
        self.refused_init(USAGE, "pkcs11:nonsense")

    def test_options_that_do_not_fit_together_are_refused(self):
        self.run_it("init", "--key", URI, "--bits", "2048", "--no-passphrase", expect=USAGE)
        self.run_it("init", "--pin-file", self.pin, "--no-passphrase", expect=USAGE)

    def test_a_pin_file_that_others_can_read_is_refused(self):
        os.chmod(self.pin, 0o644)
        self.refused_init(FILE)

    def test_a_key_that_was_replaced_is_noticed(self):
        self.begin()
        for kind in ("privkey", "pubkey"):
            self.tool("pkcs11-tool", "--module", MODULE, "--token-label", "safe", "--login", "--pin", PIN,
                      "--delete-object", "--type", kind, "--label", "mssl")
        self.make_key("rsa:2048", "mssl", "01")
        self.assertIn("not one pair", self.refused(FILE, *GRANT, "--pin-file", self.pin))


    def test_rollover_into_a_token_and_out_of_it(self):
        self.run_it("init", "--no-passphrase")
        self.run_it("device", "add", "porch")
        self.run_it(*GRANT)
        self.refused(PASSPHRASE, "rollover", "--out", "in", "--key", URI, "--pin-file", self.bad)
        self.refused(USAGE, "rollover", "--out", "in", "--key", URI, "--bits", "2048")
        self.run_it("rollover", "--out", "in", "--key", URI, "--pin-file", self.pin)
        self.assertEqual(stat.S_IMODE(os.stat(self.dir + "/authority.key").st_mode), 0o600)
        with open(self.dir + "/authority.key") as file:
            self.assertEqual(file.read(), URI + "\n")
        self.run_it("verify", "in/alice-porch.grant")
        sheet = self.write("s.csv", "device,host,tasks\nporch,bob,led\n")
        self.refused(PASSPHRASE, "grant", "--csv", sheet, "--out", "sheet")
        self.run_it("grant", "--csv", sheet, "--out", "sheet", "--pin-file", self.pin)
        self.run_it("verify", "sheet/bob-porch.grant")
        self.run_it("device", "replace", "porch", "-o", "p.hex", "--out", "new", "--pin-file", self.pin)
        self.run_it("verify", "new/bob-porch.grant")
        self.run_it("passwd", "--new-passphrase-file", self.write("pass", "hush\n"))
        self.env["MSSL_PASSPHRASE_FILE"] = self.path("pass")
        self.run_it("rollover", "--out", "out")
        self.run_it("verify", "out/alice-porch.grant")
        with open(self.dir + "/authority.key") as file:
            self.assertIn("ENCRYPTED", file.readline())


if __name__ == "__main__":
    unittest.main()
