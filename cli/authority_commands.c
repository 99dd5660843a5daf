/* SPDX-License-Identifier: ISC */
/* The commands of mssl-authority and their help. */
#include "authority_cli.h"

const struct command authority_commands[] = {
    { "init", cmd_init,
      OPT(OPT_BITS) | OPT(OPT_EXPONENT) | OPT(OPT_NO_PASSPHRASE) | OPT(OPT_KEY) | OPT(OPT_PIN_FILE), 0, 0,
      "[--bits 2048|3072|4096] [--exponent 65537|3] [--no-passphrase] | --key URI [--pin-file FILE] "
      "[--no-passphrase]",
      "Makes the authority's directory: authority.key (PKCS#8 PEM), authority.pub, ledger.db.\n"
      "Asks for a passphrase that encrypts the key and all device secrets, unless\n"
      "--no-passphrase. Never overwrites: DIR must not exist, or be empty.\n"
      "--key: the RSA key stays in a PKCS#11 token, made there before (`pkcs11-tool --login\n"
      "--keypairgen --key-type rsa:2048 --label mssl`); authority.key holds its URI. The PIN comes\n"
      "from --pin-file, else $MSSL_PIN_FILE, else the terminal; `grant` wants it, too.\n\n"
      "  mssl-authority init\n"
      "  mssl-authority --dir ./authority init --bits 3072 --no-passphrase\n"
      "  mssl-authority init --key 'pkcs11:token=safe;object=mssl'\n" },
    { "device add", cmd_device_add,
      OPT(OPT_IP) | OPT(OPT_NETMASK) | OPT(OPT_GATEWAY) | OPT(OPT_MAC) | OPT(OPT_TASKS_TABLE), 1, 1,
      "NAME [--ip IP] [--netmask MASK] [--gateway IP] [--mac MAC] [--tasks-table FILE]",
      "Adds a device with a fresh id and key. Defaults: IP 10.0.2.15 (the virtual board's\n"
      "network), netmask 255.255.255.0, no gateway (0.0.0.0), a random locally administered MAC\n"
      "(02:..), and the project's task table. The table is kept in the ledger.\n\n"
      "  mssl-authority device add porch --ip 192.168.1.75 --gateway 192.168.1.1\n" },
    { "device list", cmd_device_list, OPT(OPT_JSON), 0, 0, "[--json]",
      "Lists the devices.\n\n  mssl-authority device list\n" },
    { "device show", cmd_device_show, OPT(OPT_JSON), 1, 1, "NAME [--json]",
      "Shows a device, its tasks and what it must still be told.\n\n"
      "  mssl-authority device show porch\n" },
    { "device remove", cmd_device_remove, OPT(OPT_FORCE), 1, 1, "NAME [--force]",
      "Forgets a device, its key and its grants. Refuses while a grant still opens it, unless\n"
      "--force: then nobody can tell the device anything any more.\n\n"
      "  mssl-authority device remove porch\n" },
    { "device image", cmd_device_image, OPT(OPT_OUTPUT) | OPT(OPT_MODULUS) | OPT(OPT_CHIP), 1, 1,
      "NAME [-o FILE] [--modulus FILE [--chip atmega88|atmega168|atmega328p]]",
      "Writes the device's EEPROM as Intel HEX, mode 0600, with all that is pending applied and\n"
      "a fresh seed. An image is written to one chip, once: delete the file before the first\n"
      "attempt, make a new one for a retry. Then: mssl-authority confirm NAME image ok\n"
      "--modulus: for firmware that checks signatures itself, the public key as it lies in the\n"
      "flash of --chip (default atmega168). It is no secret, and the same for all devices; without\n"
      "-o it is all that is written.\n\n"
      "  mssl-authority device image porch -o porch.hex\n"
      "  mssl-authority device image porch -o porch.hex --modulus modulus.hex --chip atmega328p\n" },
    { "device export", cmd_device_export,
      OPT(OPT_OUTPUT) | OPT(OPT_FILE_PASSPHRASE_FILE) | OPT(OPT_FORCE), 1, 1,
      "NAME -o FILE [--file-passphrase-file FILE] [--force]",
      "Writes the device with its keys, slots and grants to FILE, mode 0600, sealed under a\n"
      "passphrase of its own, for `device import` at another authority. Nothing is granted for it\n"
      "here from then on. --force: once more, when FILE was lost; two imports would be two\n"
      "authorities for one device. `device remove` then forgets it here.\n\n"
      "  mssl-authority device export porch -o porch.device\n" },
    { "device import", cmd_device_import,
      OPT(OPT_OUT) | OPT(OPT_FILE_PASSPHRASE_FILE) | OPT(OPT_PIN_FILE), 1, 1,
      "FILE [--out DIR] [--file-passphrase-file FILE] [--pin-file FILE]",
      "Takes in a device that another authority exported, or takes one back. From another\n"
      "authority its living grants are signed anew, into DIR, which must not exist or be empty.\n"
      "An export older than what is known here is refused.\n\n"
      "  mssl-authority device import porch.device --out porch-grants\n" },
    { "device replace", cmd_device_replace, OPT(OPT_OUTPUT) | OPT(OPT_OUT) | OPT(OPT_PIN_FILE), 1, 1,
      "NAME -o IMAGE --out DIR [--pin-file FILE]",
      "For a lost, stolen or broken device: new hardware under the same name, with a new id and\n"
      "key. Its hosts' living grants are made anew into DIR, which must not exist or be empty, and\n"
      "the image of the new chip is written. The former id is forgotten: who has the former chip\n"
      "can pose as it to hosts that keep former grants, and opens nothing else.\n\n"
      "  mssl-authority device replace porch -o porch.hex --out porch-grants\n" },
    { "grant", cmd_grant,
      OPT(OPT_DEVICE) | OPT(OPT_TASKS) | OPT(OPT_ADDRESS) | OPT(OPT_MAC) | OPT(OPT_PARAM) |
      OPT(OPT_ADMIN) | OPT(OPT_SLOT) | OPT(OPT_OUTPUT) | OPT(OPT_PIN_FILE) |
      OPT(OPT_CSV) | OPT(OPT_OUT) | OPT(OPT_QR), 0, 1,
      "HOST --device NAME --tasks A,B [--address IP[/BITS] | --mac MAC[/BYTES]] [--param HEX] "
      "[--admin] [--slot N] [-o FILE] [--qr] [--pin-file FILE] | --csv FILE --out DIR [--pin-file FILE]",
      "Makes a grant file (mode 0600) for a host: 1 to 7 of a-z 0-9 . _ -. Without --address and\n"
      "--mac it serves from anywhere. A host keeps its slot; a changed grant takes the slot's\n"
      "next generation, which the device must be told. The same request gives the same grant.\n"
      "FILE: HOST-NAME.grant unless -o says otherwise; nothing is overwritten. --pin-file: of a\n"
      "token that holds the authority's key (see init). --qr: also shows the grant, with its key, as\n"
      "a QR code for the host's camera (see show).\n"
      "--csv: many grants, all or none, into the folder DIR, which must not exist or be empty. The\n"
      "first line names the columns: device, host, and as needed tasks (with spaces between, or\n"
      "commas in quotes), address, mac, param, slot, admin (yes or no).\n\n"
      "  mssl-authority grant alice --device porch --tasks led,adc --address 10.0.2.2/32\n"
      "  mssl-authority grant bob --device porch --tasks led --mac 52:55:0a:00:02:03\n"
      "  mssl-authority grant boss --device porch --admin\n"
      "  mssl-authority grant --csv staff.csv --out grants\n" },
    { "reissue", cmd_reissue, OPT(OPT_DEVICE) | OPT(OPT_HOST) | OPT(OPT_OUT), 0, 0,
      "[--device NAME] [--host HOST] --out DIR",
      "Writes the files of living grants again, as they are, into DIR, which must not exist or be\n"
      "empty: for a host that lost its file.\n\n"
      "  mssl-authority reissue --host alice --out alice\n" },
    { "show", cmd_show, OPT(OPT_SECRET) | OPT(OPT_JSON) | OPT(OPT_TEXT) | OPT(OPT_QR), 1, 1,
      "FILE [--secret] [--json | --text | --qr]",
      "Shows a grant file: fields and blocks, and the key when --secret is given. --text: lines to\n"
      "type into `mssl import` on another machine, each with a check of its own; --qr: the same as a\n"
      "QR code. Both hold the key and want --secret.\n\n"
      "  mssl-authority show alice-porch.grant\n"
      "  mssl-authority show alice-porch.grant --secret --text\n" },
    { "verify", cmd_verify, OPT(OPT_AUTHORITY) | OPT(OPT_JSON), 1, 1,
      "FILE [--authority PUBLIC-KEY] [--json]",
      "Checks a grant file's signature. Needs only the public key: --authority, else\n"
      "$MSSL_AUTHORITY, else DIR/authority.pub. Exit code 6: not this authority's.\n\n"
      "  mssl-authority verify alice-porch.grant --authority authority.pub\n" },
    { "list", cmd_list, OPT(OPT_DEVICE) | OPT(OPT_JSON), 0, 0, "[--device NAME] [--json]",
      "Lists all grants: valid; waiting (the device must be told first); revoking (works until\n"
      "it is told); revoked; dead (of a past epoch).\n\n"
      "  mssl-authority list --device porch\n" },
    { "revoke", cmd_revoke, OPT(OPT_DEVICE) | OPT(OPT_HOST), 0, 1, "HOST --device NAME | --host HOST",
      "Takes a host's right away: raises its slot's generation and prints the `mssl admin` line\n"
      "that tells the device. A new image tells it, too. --host: on all its devices at once; where\n"
      "a slot has no generation left that is said at the end, with exit code 5.\n\n"
      "  mssl-authority revoke alice --device porch\n"
      "  mssl-authority revoke --host alice\n" },
    { "epoch", cmd_epoch, OPT(OPT_CANCEL), 1, 1, "NAME [--cancel]",
      "Asks for an epoch step: all grants die, and recorded traffic stays closed even to a\n"
      "thief of the new key. Prints the `mssl admin` line. --cancel takes back what was never\n"
      "sent.\n\n  mssl-authority epoch porch\n" },
    { "recover", cmd_recover, OPT(OPT_HELLO) | OPT(OPT_WELCOME) | OPT(OPT_FROM), 1, 1,
      "NAME --hello HEX --welcome HEX | --from FILE",
      "Finds a device's key after an epoch step that was cut, from one connection's HELLO and\n"
      "WELCOME. FILE has two lines, `hello: HEX` and `welcome: HEX`.\n\n"
      "  mssl-authority recover porch --from porch.hello\n" },
    { "confirm", cmd_confirm, OPT(OPT_ADOPT), 1, 5,
      "NAME revoke SLOT GENERATION ok | NAME epoch EPOCH ok | NAME image ok | NAME session ok | -",
      "Takes the device's answer: the line that `mssl admin` prints, its words or (-) from\n"
      "standard input. `image ok`: the last image is on the chip. `session ok`: a session of\n"
      "the present epoch succeeded, so the former key is forgotten. --adopt takes over a\n"
      "generation this ledger never asked for.\n\n"
      "  mssl-authority confirm porch revoke 0 1 ok\n"
      "  mssl admin boss.grant 10.0.2.15 epoch | mssl-authority confirm -\n" },
    { "passwd", cmd_passwd, OPT(OPT_NEW_PASSPHRASE_FILE) | OPT(OPT_NO_PASSPHRASE), 0, 0,
      "[--new-passphrase-file FILE | --no-passphrase]",
      "Changes the passphrase of the authority's key and of the device secrets in the ledger,\n"
      "all at once: killed at any moment, either the old or the new one opens everything. The\n"
      "old one comes from --passphrase-file as ever. Backups keep the passphrase they had.\n\n"
      "  mssl-authority passwd\n"
      "  mssl-authority --passphrase-file old passwd --new-passphrase-file new\n" },
    { "log", cmd_log,
      OPT(OPT_DEVICE) | OPT(OPT_HOST) | OPT(OPT_JSON) | OPT(OPT_CHECK) | OPT(OPT_ANCHOR), 0, 0,
      "[--device NAME] [--host HOST] [--json] | --check [--anchor HASH] [--json]",
      "Lists what was done: who was granted what, when, and under which signing key (the\n"
      "beginning of its fingerprint). Entries are chained by SHA-256. --check computes the chain\n"
      "again, names the first entry that was changed, and prints the anchor, the last hash. Keep\n"
      "it elsewhere: with --anchor a log that was cut at its end or written anew is found, too.\n"
      "Exit code 7: tampered with.\n\n"
      "  mssl-authority log --host alice\n"
      "  mssl-authority log --check\n"
      "  mssl-authority log --check --anchor "
      "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0\n" },
    { "rollover", cmd_rollover,
      OPT(OPT_OUT) | OPT(OPT_BITS) | OPT(OPT_EXPONENT) | OPT(OPT_KEY) | OPT(OPT_PIN_FILE), 0, 0,
      "--out DIR [--bits 2048|3072|4096] [--exponent 65537|3] | --out DIR --key URI [--pin-file FILE]",
      "Makes a new signing key (or takes one in a token), signs every living grant with it and\n"
      "writes their files into DIR, which must not exist or be empty. Slots, generations and keys of\n"
      "grants stay. The former public key is kept as authority.pub.1 and so on. Says what must be\n"
      "done: hosts pin the new key, devices that check signatures get the new modulus.\n\n"
      "  mssl-authority rollover --out new-grants\n" },
    { "backup", cmd_backup, 0, 1, 1, "FILE",
      "Writes a copy of the whole directory to one file, mode 0600: a tar file with a SHA256SUMS.\n"
      "It may run beside other commands. What the passphrase seals stays sealed. Nothing is\n"
      "overwritten, and FILE is whole or not there.\n\n"
      "  mssl-authority backup authority-$(date +%F).tar\n" },
    { "restore", cmd_restore, OPT(OPT_SKIP), 1, 1, "FILE [--skip N]",
      "Makes DIR of a backup; DIR must not exist, or be empty. What was granted since the backup is\n"
      "unknown afterwards and still opens its devices: every slot's next grant is N generations\n"
      "higher (default 16) so that it meets none of those, and each device's next image brings a\n"
      "fresh key, which ends them. Says which images to make.\n\n"
      "  mssl-authority --dir ./authority restore authority-2026-11-26.tar\n" },
    { NULL, NULL, 0, 0, 0, NULL, NULL }
};
