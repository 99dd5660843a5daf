/* SPDX-License-Identifier: ISC */
/* mssl-authority confirm: takes the lines that `mssl admin` prints. */
#include "authority_cli.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_LEN 200

static int bad_line(void)
{
    return cli_fail(MSSL_AUTH_USAGE, "confirm what? DEVICE revoke SLOT GENERATION ok, DEVICE epoch "
                    "EPOCH ok, DEVICE image ok, or DEVICE session ok");
}

static int confirm_revoke(struct cli *cli, char *const *words)
{
    long slot, generation;
    mssl_auth_err failed;

    if (!cli_number(&slot, words[2], 0, MSSL_SLOTS - 1, "slot") ||
        !cli_number(&generation, words[3], 0, MSSL_GENERATION_MAX, "generation"))
        return MSSL_AUTH_USAGE;
    failed = mssl_auth_confirm_revoke(cli->a, words[0], (uint8_t)slot, (uint8_t)generation,
                                      cli->opt[OPT_ADOPT] != NULL);
    if (failed)
        return cli_error(cli, failed);
    printf("confirmed: slot %ld of %s is at generation %ld\n", slot, words[0], generation);
    return 0;
}

static int confirm_epoch(struct cli *cli, char *const *words)
{
    struct mssl_auth_device d;
    mssl_auth_err failed;
    long from;

    if (!cli_number(&from, words[2], 0, MSSL_AUTH_EPOCH_MAX, "epoch"))
        return MSSL_AUTH_USAGE;
    failed = mssl_auth_confirm_epoch(cli->a, words[0], (uint32_t)from);
    if (!failed)
        failed = mssl_auth_device_get(cli->a, words[0], &d);
    if (failed)
        return cli_error(cli, failed);
    printf("confirmed: %s is at epoch %lu\n", d.name, (unsigned long)d.epoch);
    printf("its grants of earlier epochs are dead: grant again. The former key is kept until "
           "a session under\nthe new one succeeded:  mssl-authority confirm %s session ok\n",
           d.name);
    return 0;
}

static int confirm_state(struct cli *cli, char *const *words)
{
    struct mssl_auth_device d;
    mssl_auth_err failed;

    if (!strcmp(words[1], "image"))
        failed = mssl_auth_confirm_image(cli->a, words[0]);
    else if (!strcmp(words[1], "session"))
        failed = mssl_auth_confirm_session(cli->a, words[0]);
    else
        return bad_line();
    if (!failed)
        failed = mssl_auth_device_get(cli->a, words[0], &d);
    if (failed)
        return cli_error(cli, failed);
    printf("confirmed: %s is at epoch %lu\n", d.name, (unsigned long)d.epoch);
    return 0;
}

static int confirm_words(struct cli *cli, char *const *words, int n)
{
    if (n == 5 && !strcmp(words[1], "revoke") && !strcmp(words[4], "ok"))
        return confirm_revoke(cli, words);
    if (n == 4 && !strcmp(words[1], "epoch") && !strcmp(words[3], "ok"))
        return confirm_epoch(cli, words);
    if (n == 3 && !strcmp(words[2], "ok"))
        return confirm_state(cli, words);
    return bad_line();
}

static int split(char *line, char *words[WORDS_MAX])
{
    int n = 0;
    char *rest, *p;

    for (p = strtok_r(line, " \t\r\n", &rest); p; p = strtok_r(NULL, " \t\r\n", &rest)) {
        if (n == WORDS_MAX)
            return -1;
        words[n++] = p;
    }
    return n;
}

/* What `mssl admin ... | mssl-authority confirm -` brings: other lines are passed over. */
static int confirm_input(struct cli *cli)
{
    char line[LINE_MAX_LEN], *words[WORDS_MAX];
    int err = 0, seen = 0, n;

    while (!err && fgets(line, sizeof line, stdin)) {
        /* The tail of a long line is no line: it could say anything. */
        if (!strchr(line, '\n'))
            return cli_fail(MSSL_AUTH_USAGE, "standard input: a line is too long, or its end is missing");
        n = split(line, words);
        if (n < 1 || strcmp(words[0], "confirm"))
            continue;
        seen = 1;
        err = confirm_words(cli, words + 1, n - 1);
    }
    if (!err && !seen)
        err = cli_fail(MSSL_AUTH_USAGE, "no line began with `confirm`: nothing was confirmed");
    return err;
}

int cmd_confirm(struct cli *cli)
{
    char *words[WORDS_MAX];
    int err = cli_open(cli), i;

    if (err)
        return err;
    if (cli->n_words == 1 && !strcmp(cli->words[0], "-"))
        return confirm_input(cli);
    for (i = 0; i < cli->n_words; i++)
        words[i] = (char *)cli->words[i];
    return confirm_words(cli, words, cli->n_words);
}
