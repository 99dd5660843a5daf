/* SPDX-License-Identifier: ISC */
/* mssl-authority device image: the image, and how a chip gets it. */
#include "authority_cli.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Fuses. Common: external crystal of 8 MHz or more with the slowest start
 * (low 0xff); SPI programming on, debugWIRE off, reset pin kept, EESAVE
 * programmed so that a chip erase keeps this EEPROM. The watchdog fuse stays
 * unprogrammed: the firmware starts the watchdog itself.
 * ATmega168 datasheet 27.2: BODLEVEL is in the high fuse. ATmega328P: extended. */
static const char avrdude_lines[] =
    "  # ATmega168, 5 V (brown-out 4.3 V; at 3.3 V: hfuse 0xd5, brown-out 2.7 V)\n"
    "  avrdude -c usbasp -p m168 -U lfuse:w:0xff:m -U hfuse:w:0xd4:m -U efuse:w:0xf9:m\n"
    "  # ATmega328P, 5 V (brown-out 4.3 V; at 3.3 V: efuse 0xfd, brown-out 2.7 V)\n"
    "  avrdude -c usbasp -p m328p -U lfuse:w:0xff:m -U hfuse:w:0xd1:m -U efuse:w:0xfc:m\n"
    "  # An ATmega88 as an ATmega168, with -p m88; P and PA kinds of both with -p m88p, -p m168p\n";

/* avrdude's name of a chip. */
static const char *part(const char *chip)
{
    static const struct { const char *chip, *part; } parts[] = {
        { "atmega88", "m88" }, { "atmega168", "m168" }, { "atmega328p", "m328p" },
    };
    size_t i;

    for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!strcmp(chip, parts[i].chip))
            return parts[i].part;
    }
    return "?";
}

/* A firmware's write erases the modulus: it follows every one. */
static void print_firmware(const char *chip, const char *modulus)
{
    const char *variant = modulus ? "-signature" : "", *to = modulus ? part(chip) : "m168";

    if (!modulus)
        printf("  make flash      # in the project; or, for the ATmega168:\n");
    printf("  avrdude -c usbasp -p %s -U flash:w:mssl-firmware%s.hex:i\n", to, variant);
    if (modulus)
        printf("  avrdude -c usbasp -p %s -D -U flash:w:%s:i     # the modulus, every time\n", to,
               modulus);
}

static void print_lines(const char *device, const char *path, const char *chip, const char *modulus)
{
    printf("An image is written once. Delete the file before its first write attempt, and make a\n"
           "new image for every retry: two chips or two writes of one image would repeat nonces.\n"
           "\nFuses, once per chip (-c names your programmer):\n%s", avrdude_lines);
    printf("\nFirmware (erases the chip, keeps the EEPROM), then this image, deleted first:\n");
    print_firmware(chip, modulus);
    printf("  exec 3<%s && rm %s && avrdude -c usbasp -p %s -D -U eeprom:w:-:i <&3\n", path, path,
           part(chip));
    if (modulus)
        printf("or in the project:  firmware/flash.sh --chip %s --firmware "
               "build/%s/firmware/mssl-firmware-signature.hex \\\n"
               "                      --modulus %s --provision %s\n", chip, chip, modulus, path);
    printf("\nLock bits, last (no reading of flash or EEPROM; the next erase lifts them):\n"
           "  avrdude -c usbasp -p %s -U lock:w:0xfc:m\n"
           "\nWhen the chip has it:  mssl-authority confirm %s image ok\n", part(chip), device);
}

static int modulus_alone(struct cli *cli, const char *chip, const char *path)
{
    mssl_auth_err failed;
    int err = cli_open(cli);

    if (err)
        return err;
    failed = mssl_auth_modulus(cli->a, chip, path);
    if (failed)
        return cli_error(cli, failed);
    printf("wrote the authority's modulus for the %s to %s (no secret)\n"
           "  avrdude -c usbasp -p %s -D -U flash:w:%s:i\n", chip, path, part(chip), path);
    return 0;
}

int cmd_device_image(struct cli *cli)
{
    const char *path = cli->opt[OPT_OUTPUT], *modulus = cli->opt[OPT_MODULUS];
    const char *chip = cli->opt[OPT_CHIP] ? cli->opt[OPT_CHIP] : "atmega168";
    mssl_auth_err failed;
    int err;

    if (!path && modulus)
        return modulus_alone(cli, chip, modulus);
    if (!path)
        return cli_fail(MSSL_AUTH_USAGE, "name the image's file: mssl-authority device image %s "
                        "-o %s.hex", cli->words[0], cli->words[0]);
    if (cli->opt[OPT_CHIP] && !modulus)
        return cli_fail(MSSL_AUTH_USAGE, "--chip is for --modulus FILE: the EEPROM image is the "
                        "same for every chip");
    err = cli_unlock(cli);
    if (err)
        return err;
    failed = modulus ? mssl_auth_modulus(cli->a, chip, modulus) : 0;
    if (failed)
        return cli_error(cli, failed);
    failed = mssl_auth_image(cli->a, cli->words[0], path);
    if (failed && modulus)
        unlink(modulus);
    if (failed)
        return cli_error(cli, failed);
    printf("wrote the EEPROM image of %s to %s (mode 0600: it holds the device's key)\n",
           cli->words[0], path);
    if (modulus)
        printf("wrote the authority's modulus for the %s to %s (no secret)\n", chip, modulus);
    printf("\n");
    print_lines(cli->words[0], path, chip, modulus);
    return 0;
}
