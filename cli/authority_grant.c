/* SPDX-License-Identifier: ISC */
/* mssl-authority grant. */
#include "authority_cli.h"

#include <stdio.h>
#include <string.h>

#define ADMIN_BIT ((uint32_t)1 << MSSL_TASK_ADMIN)

/* -- The words -- */

static int given(const char *text)
{
    return text && *text;
}

static int parse_address(struct mssl_auth_request *r, const char *ip, const char *mac)
{
    if (given(ip) && given(mac))
        return cli_fail(MSSL_AUTH_USAGE, "--address or --mac, not both: a grant holds one");
    if (given(ip) && mssl_address_parse_ipv4(&r->address, ip))
        return cli_fail(MSSL_AUTH_USAGE, "--address \"%.40s\": an IPv4 address is wanted, alone or "
                        "with /8, /16, /24 or /32, and zeros behind the prefix (10.0.2.0/24)", ip);
    if (given(mac) && mssl_address_parse_mac(&r->address, mac))
        return cli_fail(MSSL_AUTH_USAGE, "--mac \"%.40s\": a MAC like 52:55:0a:00:02:03 is wanted, "
                        "alone or with /1 to /6 (bytes) and zeros behind the prefix", mac);
    return 0;
}

static int parse_rest(struct mssl_auth_request *r, const struct grant_words *w)
{
    long slot = -1;

    if (given(w->param) && mssl_from_hex(r->param, sizeof r->param, w->param, strlen(w->param)))
        return cli_fail(MSSL_AUTH_USAGE, "--param \"%.40s\": %d lower-case hex digits are wanted",
                        w->param, 2 * MSSL_G_PARAM_LEN);
    if (given(w->slot) && !cli_number(&slot, w->slot, 0, MSSL_SLOTS - 1, "--slot"))
        return MSSL_AUTH_USAGE;
    r->slot = (int)slot;
    return 0;
}

static int parse_tasks(struct mssl_auth_request *r, const struct grant_words *w,
                       const struct mssl_auth_device *d)
{
    struct mssl_task_table table;
    struct mssl_why why = { 0, "" };
    size_t at = 0;

    if (!given(w->tasks) && !w->admin)
        return cli_fail(MSSL_AUTH_USAGE, "name the tasks with --tasks (or --admin)");
    if (mssl_task_table_parse(&table, d->table_text, strlen(d->table_text), &why))
        return cli_fail(MSSL_AUTH_LEDGER, "ledger.db is damaged (the task table of %s): restore a "
                        "backup", d->name);
    if (given(w->tasks) && mssl_task_set_parse(&r->tasks, &table, w->tasks, &at, &why))
        return cli_fail(MSSL_AUTH_USAGE, "--tasks, at \"%.40s\": %s (`mssl-authority device show "
                        "%s` lists the tasks)", w->tasks + at, why.reason, d->name);
    if (w->admin)
        r->tasks |= ADMIN_BIT;
    return 0;
}

int grant_parse(struct mssl_auth_request *r, const struct grant_words *w,
                const struct mssl_auth_device *d)
{
    int err;

    memset(r, 0, sizeof *r);
    r->host = w->host;
    r->device = w->device;
    if (!mssl_host_name_ok(r->host))
        return cli_fail(MSSL_AUTH_USAGE, "host name \"%.40s\": use 1 to %d of a-z 0-9 . _ -",
                        r->host, MSSL_G_HOST_LEN);
    err = parse_address(r, w->address, w->mac);
    if (!err)
        err = parse_rest(r, w);
    return err ? err : parse_tasks(r, w, d);
}

/* -- One grant -- */

/* "alice-porch.grant" here, unless -o names another. */
static const char *out_path(struct cli *cli, char *room, size_t size)
{
    if (cli->opt[OPT_OUTPUT])
        return cli->opt[OPT_OUTPUT];
    snprintf(room, size, "%s-%s.grant", cli->words[0], cli->opt[OPT_DEVICE]);
    return room;
}

static void report(struct cli *cli, const struct mssl_auth_device *d,
                   const struct mssl_auth_grant *made, const char *path)
{
    struct mssl_auth_pending p;

    printf("granted %s on %s: slot %u, generation %u, epoch %lu\n", made->host, made->device,
           made->slot, made->generation, (unsigned long)made->epoch);
    printf("wrote %s (mode 0600: it holds the key; bring it to %s safely)\n", path, made->host);
    if (made->state != MSSL_AUTH_WAITING)
        return;
    p.slot = made->slot;
    p.generation = made->generation;
    p.delivered = 0;
    printf("the device refuses it until it is told the slot's new generation, which also ends\n"
           "the slot's former grant:\n");
    tell_revoke(cli, d, &p);
}

static int qr(const char *path)
{
    struct mssl_grant_file file;
    struct mssl_why why = { 0, "" };
    int err;

    if (mssl_grant_file_read(&file, path, &why))
        return cli_fail(MSSL_AUTH_FILE, "%s cannot be read again", path);
    err = typed_qr(&file);
    mssl_grant_file_wipe(&file);
    return err;
}

static int one(struct cli *cli)
{
    struct grant_words w = {
        cli->words[0], cli->opt[OPT_DEVICE], cli->opt[OPT_TASKS], cli->opt[OPT_ADDRESS],
        cli->opt[OPT_MAC], cli->opt[OPT_PARAM], cli->opt[OPT_SLOT], cli->opt[OPT_ADMIN] != NULL,
    };
    char room[MSSL_HOST_SIZE + MSSL_DEVICE_NAME_MAX + 16];
    struct mssl_auth_request r;
    struct mssl_auth_grant made;
    struct mssl_auth_device d;
    mssl_auth_err failed;
    const char *path;
    int err;

    if (!w.device)
        return cli_fail(MSSL_AUTH_USAGE, "name the device with --device");
    if (w.tasks && !*w.tasks)
        return cli_fail(MSSL_AUTH_USAGE, "--tasks names none");
    if (!w.tasks && !w.admin)
        return cli_fail(MSSL_AUTH_USAGE, "name the tasks with --tasks (or --admin)");
    err = cli_unlock(cli);
    if (err)
        return err;
    failed = mssl_auth_device_get(cli->a, w.device, &d);
    if (failed)
        return cli_error(cli, failed);
    err = grant_parse(&r, &w, &d);
    if (!err)
        err = cli_unlock_token(cli);
    if (err)
        return err;
    path = out_path(cli, room, sizeof room);
    failed = mssl_auth_grant(cli->a, &r, path, &made);
    if (failed)
        return cli_error(cli, failed);
    report(cli, &d, &made, path);
    return cli->opt[OPT_QR] ? qr(path) : 0;
}

int cmd_grant(struct cli *cli)
{
    static const enum option_id ours[] = { OPT_DEVICE, OPT_TASKS, OPT_ADDRESS, OPT_MAC, OPT_PARAM,
                                           OPT_ADMIN, OPT_SLOT, OPT_OUTPUT, OPT_QR };
    size_t i;

    if (!cli->opt[OPT_CSV]) {
        if (cli->opt[OPT_OUT])
            return cli_fail(MSSL_AUTH_USAGE, "--out is for --csv: one grant's file is -o");
        if (!cli->n_words)
            return cli_fail(MSSL_AUTH_USAGE, "name the host: mssl-authority grant %s",
                            cli->command->usage);
        return one(cli);
    }
    for (i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (cli->opt[ours[i]] || cli->n_words)
            return cli_fail(MSSL_AUTH_USAGE, "with --csv host, device, tasks and the like stand in the "
                                             "file: give --out alone");
    }
    return grant_csv(cli);
}
