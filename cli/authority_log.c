/* SPDX-License-Identifier: ISC */
/* mssl-authority log: what was done, and whether anybody changed the record of it. */
#include "authority_cli.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define TIME_SIZE 24
#define PRINT_SHOWN 16                  /* digits of the signer's fingerprint for people */

static void time_text(char out[TIME_SIZE], int64_t at)
{
    time_t t = (time_t)at;
    struct tm tm;

    if (!gmtime_r(&t, &tm) || !strftime(out, TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm))
        snprintf(out, TIME_SIZE, "?");
}

static void json_entry(const struct mssl_auth_entry *e, const char *at)
{
    json_open(NULL, '{');
    json_number("n", e->n);
    json_text("at", at);
    json_text("action", e->action);
    json_text("device", e->device);
    json_text("host", e->host);
    json_text("signer", e->signer);
    json_text("detail", e->detail);
    json_hex("hash", e->hash, sizeof e->hash);
    json_shut('}');
}

static int row(void *arg, const struct mssl_auth_entry *e)
{
    char at[TIME_SIZE];

    time_text(at, e->at);
    if (((struct cli *)arg)->opt[OPT_JSON])
        json_entry(e, at);
    else
        printf("%5lu  %s  %-15s %-12s %-7s  %s  by %.*s\n", (unsigned long)e->n, at, e->action,
               e->device[0] ? e->device : "-", e->host[0] ? e->host : "-", e->detail, PRINT_SHOWN,
               e->signer);
    return 0;
}

static int check(struct cli *cli)
{
    uint8_t anchor[MSSL_AUTH_HASH_LEN], last[MSSL_AUTH_HASH_LEN];
    const char *kept = cli->opt[OPT_ANCHOR];
    char hex[2 * MSSL_AUTH_HASH_LEN + 1];
    mssl_auth_err failed;
    uint32_t n;

    if (kept && mssl_from_hex(anchor, sizeof anchor, kept, strlen(kept)))
        return cli_fail(MSSL_AUTH_USAGE, "--anchor \"%.70s\": the 64 lower-case hex digits that an "
                        "earlier `log --check` printed are wanted", kept);
    failed = mssl_auth_log_check(cli->a, kept ? anchor : NULL, last, &n);
    if (failed)
        return cli_error(cli, failed);
    if (cli->opt[OPT_JSON]) {
        json_open(NULL, '{');
        json_bool("whole", 1);
        json_number("entries", n);
        json_hex("anchor", last, sizeof last);
        json_shut('}');
        json_end();
        return 0;
    }
    mssl_to_hex(hex, last, sizeof last);
    printf("the log is whole: %lu entr%s%s\nanchor: %s\n", (unsigned long)n, n == 1 ? "y" : "ies",
           kept ? ", and the anchor is among them" : "", hex);
    printf("keep the anchor elsewhere: `mssl-authority log --check --anchor HASH` then finds a cut "
           "end, too\n");
    return 0;
}

int cmd_log(struct cli *cli)
{
    int checking = cli->opt[OPT_CHECK] != NULL;
    mssl_auth_err failed;
    int err;

    if (checking && (cli->opt[OPT_DEVICE] || cli->opt[OPT_HOST]))
        return cli_fail(MSSL_AUTH_USAGE, "--check is for the whole log: leave out --device and --host");
    if (!checking && cli->opt[OPT_ANCHOR])
        return cli_fail(MSSL_AUTH_USAGE, "--anchor is for --check");
    err = cli_open(cli);
    if (err || checking)
        return err ? err : check(cli);
    if (cli->opt[OPT_JSON])
        json_open(NULL, '[');
    failed = mssl_auth_log_each(cli->a, cli->opt[OPT_DEVICE], cli->opt[OPT_HOST], row, cli);
    if (failed)
        return cli_error(cli, failed);
    if (cli->opt[OPT_JSON]) {
        json_shut(']');
        json_end();
    }
    return 0;
}
