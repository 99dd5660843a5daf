/* SPDX-License-Identifier: ISC */
/* mssl-authority grant. */
#include "authority_cli.h"

#include <stdio.h>
#include <string.h>

#define ADMIN_BIT ((uint32_t)1 << MSSL_TASK_ADMIN)

static int parse_address(struct cli *cli, struct mssl_auth_request *r)
{
    const char *ip = cli->opt[OPT_ADDRESS], *mac = cli->opt[OPT_MAC];

    if (ip && mac)
        return cli_fail(MSSL_AUTH_USAGE, "--address or --mac, not both: a grant holds one");
    if (ip && mssl_address_parse_ipv4(&r->address, ip))
        return cli_fail(MSSL_AUTH_USAGE, "--address \"%.40s\": an IPv4 address is wanted, alone or "
                        "with /8, /16, /24 or /32, and zeros behind the prefix (10.0.2.0/24)", ip);
    if (mac && mssl_address_parse_mac(&r->address, mac))
        return cli_fail(MSSL_AUTH_USAGE, "--mac \"%.40s\": a MAC like 52:55:0a:00:02:03 is wanted, "
                        "alone or with /1 to /6 (bytes) and zeros behind the prefix", mac);
    return 0;
}

static int parse_rest(struct cli *cli, struct mssl_auth_request *r)
{
    const char *param = cli->opt[OPT_PARAM];
    long slot = -1;

    if (param && mssl_from_hex(r->param, sizeof r->param, param, strlen(param)))
        return cli_fail(MSSL_AUTH_USAGE, "--param \"%.40s\": %d lower-case hex digits are wanted",
                        param, 2 * MSSL_G_PARAM_LEN);
    if (cli->opt[OPT_SLOT] &&
        !cli_number(&slot, cli->opt[OPT_SLOT], 0, MSSL_SLOTS - 1, "--slot"))
        return MSSL_AUTH_USAGE;
    r->slot = (int)slot;
    return 0;
}

static int parse_tasks(struct cli *cli, struct mssl_auth_request *r,
                       const struct mssl_auth_device *d)
{
    const char *text = cli->opt[OPT_TASKS];
    struct mssl_task_table table;
    struct mssl_why why = { 0, "" };
    size_t at = 0;

    if (mssl_task_table_parse(&table, d->table_text, strlen(d->table_text), &why))
        return cli_fail(MSSL_AUTH_LEDGER, "ledger.db is damaged (the task table of %s): restore a "
                        "backup", d->name);
    if (text && mssl_task_set_parse(&r->tasks, &table, text, &at, &why))
        return cli_fail(MSSL_AUTH_USAGE, "--tasks, at \"%.40s\": %s (`mssl-authority device show "
                        "%s` lists the tasks)", text + at, why.reason, d->name);
    if (cli->opt[OPT_ADMIN])
        r->tasks |= ADMIN_BIT;
    return 0;
}

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

int cmd_grant(struct cli *cli)
{
    char room[MSSL_HOST_SIZE + MSSL_DEVICE_NAME_MAX + 16];
    struct mssl_auth_request r;
    struct mssl_auth_grant made;
    struct mssl_auth_device d;
    mssl_auth_err failed;
    const char *path;
    int err;

    memset(&r, 0, sizeof r);
    r.host = cli->words[0];
    r.device = cli->opt[OPT_DEVICE];
    if (!r.device)
        return cli_fail(MSSL_AUTH_USAGE, "name the device with --device");
    if (!cli->opt[OPT_TASKS] && !cli->opt[OPT_ADMIN])
        return cli_fail(MSSL_AUTH_USAGE, "name the tasks with --tasks (or --admin)");
    if (!mssl_host_name_ok(r.host))
        return cli_fail(MSSL_AUTH_USAGE, "host name \"%.40s\": use 1 to %d of a-z 0-9 . _ -",
                        r.host, MSSL_G_HOST_LEN);
    err = parse_address(cli, &r);
    if (!err)
        err = parse_rest(cli, &r);
    if (!err)
        err = cli_unlock(cli);
    if (err)
        return err;
    failed = mssl_auth_device_get(cli->a, r.device, &d);
    if (failed)
        return cli_error(cli, failed);
    err = parse_tasks(cli, &r, &d);
    if (err)
        return err;
    err = cli_unlock_token(cli);
    if (err)
        return err;
    path = out_path(cli, room, sizeof room);
    failed = mssl_auth_grant(cli->a, &r, path, &made);
    if (failed)
        return cli_error(cli, failed);
    report(cli, &d, &made, path);
    return 0;
}
