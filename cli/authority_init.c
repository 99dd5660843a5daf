/* SPDX-License-Identifier: ISC */
/* mssl-authority init: a new key, or one that lives in a token. */
#include "authority_cli.h"

#include <stdio.h>

/* What the words say, without secrets. 0, or an exit code after a message. */
int init_parse(struct cli *cli, struct mssl_auth_init_options *o)
{
    long bits = 2048, exponent = 65537;

    if (cli->opt[OPT_BITS] && !cli_number(&bits, cli->opt[OPT_BITS], 2048, 4096, "--bits"))
        return MSSL_AUTH_USAGE;
    if (cli->opt[OPT_EXPONENT] &&
        !cli_number(&exponent, cli->opt[OPT_EXPONENT], 3, 65537, "--exponent"))
        return MSSL_AUTH_USAGE;
    if (cli->opt[OPT_NO_PASSPHRASE] && cli->opt[OPT_PASSPHRASE_FILE])
        return cli_fail(MSSL_AUTH_USAGE, "--no-passphrase or --passphrase-file, not both");
    if (cli->opt[OPT_KEY] && (cli->opt[OPT_BITS] || cli->opt[OPT_EXPONENT]))
        return cli_fail(MSSL_AUTH_USAGE, "--bits and --exponent are for a new key: the one of --key "
                                         "has its own");
    if (cli->opt[OPT_PIN_FILE] && !cli->opt[OPT_KEY])
        return cli_fail(MSSL_AUTH_USAGE, "--pin-file is for --key, a key in a token");
    o->bits = (int)bits;
    o->exponent = (uint32_t)exponent;
    o->token = cli->opt[OPT_KEY];
    return 0;
}

static void report(struct cli *cli, const struct mssl_auth_init_options *o)
{
    const char *under = o->passphrase ? "under a passphrase" : "without a passphrase";

    if (o->token)
        printf("made the authority in %s (key in the token: %s; ledger %s)\n", cli->dir, o->token,
               under);
    else
        printf("made the authority in %s (RSA-%d, e = %u, %s)\n", cli->dir, o->bits,
               (unsigned)o->exponent, under);
    printf("hosts pin its public key:  %s/authority.pub\n", cli->dir);
}

int cmd_init(struct cli *cli)
{
    struct mssl_auth_init_options o = { .bits = 0 };
    char pass[MSSL_AUTH_PASS_MAX + 1], pin[MSSL_AUTH_PASS_MAX + 1], why[MSSL_AUTH_WHY_LEN];
    int err = init_parse(cli, &o);

    if (!err && !cli->opt[OPT_NO_PASSPHRASE]) {
        err = cli_passphrase(cli, pass, 1);
        o.passphrase = pass;
    }
    if (!err && o.token) {
        err = cli_pin(cli, pin);
        o.pin = pin;
    }
    if (!err) {
        err = mssl_auth_init(cli->dir, &o, why);
        if (err)
            cli_fail(err, "%s", why);
        else
            report(cli, &o);
    }
    mssl_wipe(pass, sizeof pass);
    mssl_wipe(pin, sizeof pin);
    return err;
}
