/* SPDX-License-Identifier: ISC */
/* mssl-authority list: the ledger's grants and what devices must still be told. */
#include "authority_cli.h"

#include <stdio.h>
#include <string.h>

#define TASKS_TEXT (MSSL_TASKS * (MSSL_TASK_NAME_MAX + 1))

struct listing {
    struct cli *cli;
    struct mssl_task_table table;
};

static void json_grant(const struct mssl_auth_grant *row, const char *tasks,
                       const char *address)
{
    json_open(NULL, '{');
    json_text("device", row->device);
    json_text("host", row->host);
    json_number("slot", row->slot);
    json_number("generation", row->generation);
    json_number("epoch", row->epoch);
    json_text("state", text_state(row->state));
    json_text("tasks", tasks);
    json_text("address", address);
    json_shut('}');
}

static int grant_row(void *arg, const struct mssl_auth_grant *row)
{
    char tasks[TASKS_TEXT] = "?", address[MSSL_ADDRESS_TEXT_SIZE] = "?";
    struct listing *l = arg;
    struct mssl_grant g;
    size_t len = sizeof tasks;

    if (!mssl_grant_decode(&g, row->g)) {
        mssl_address_format(address, &g.address);
        mssl_task_set_format(g.tasks, &l->table, tasks, &len);
    }
    if (l->cli->opt[OPT_JSON])
        json_grant(row, tasks, address);
    else
        printf("  %-7s  slot %-2u generation %-3u epoch %-3lu  %-8s  %s  from %s\n", row->host,
               row->slot, row->generation, (unsigned long)row->epoch, text_state(row->state),
               tasks, address);
    return 0;
}

static int pending_row(void *arg, const struct mssl_auth_pending *p)
{
    struct listing *l = arg;

    if (!l->cli->opt[OPT_JSON]) {
        printf("  the device must be told: slot %u is at generation %u (it knows %u)\n", p->slot,
               p->generation, p->delivered);
        return 0;
    }
    json_open(NULL, '{');
    json_number("slot", p->slot);
    json_number("generation", p->generation);
    json_number("delivered", p->delivered);
    json_shut('}');
    return 0;
}

static void headline(const struct mssl_auth_device *d)
{
    printf("%s (epoch %lu)\n", d->name, (unsigned long)d->epoch);
    if (d->moved)
        printf("  MOVED: another authority grants for it\n");
    if (d->restored)
        printf("  RESTORED: grants may open it that are not listed, until it has a new image\n");
    if (d->fresh_key)
        printf("  the device must have its new image: it brings a fresh key, all these grants end\n");
    else if (d->torn)
        printf("  K_D IS TORN: tell the device the epoch step at once\n");
    else if (d->epoch_pending)
        printf("  the device must be told: an epoch step, which ends all these grants\n");
}

static mssl_auth_err one_device(struct listing *l, const struct mssl_auth_device *d)
{
    int json = l->cli->opt[OPT_JSON] != NULL;
    struct mssl_why why;
    mssl_auth_err err;

    memset(&l->table, 0, sizeof l->table);
    (void)mssl_task_table_parse(&l->table, d->table_text, strlen(d->table_text), &why);
    if (json) {
        json_open(NULL, '{');
        json_text("device", d->name);
        json_number("epoch", d->epoch);
        json_bool("epoch_pending", d->epoch_pending);
        json_bool("torn", d->torn);
        json_bool("moved", d->moved);
        json_bool("fresh_key", d->fresh_key);
        json_bool("restored", d->restored);
        json_open("grants", '[');
    } else {
        headline(d);
    }
    err = mssl_auth_grant_each(l->cli->a, d->name, grant_row, l);
    if (json) {
        json_shut(']');
        json_open("pending", '[');
    }
    if (!err)
        err = mssl_auth_pending_each(l->cli->a, d->name, pending_row, l);
    if (json) {
        json_shut(']');
        json_shut('}');
    }
    return err;
}

static int device_row(void *arg, const struct mssl_auth_device *d)
{
    return one_device(arg, d);
}

int cmd_list(struct cli *cli)
{
    struct mssl_auth_device d;
    struct listing l;
    mssl_auth_err failed;
    int err = cli_open(cli);

    if (err)
        return err;
    l.cli = cli;
    if (cli->opt[OPT_DEVICE]) {
        failed = mssl_auth_device_get(cli->a, cli->opt[OPT_DEVICE], &d);
        if (failed)
            return cli_error(cli, failed);
    }
    if (cli->opt[OPT_JSON])
        json_open(NULL, '[');
    failed = cli->opt[OPT_DEVICE] ? one_device(&l, &d)
                                  : mssl_auth_device_each(cli->a, device_row, &l);
    if (failed)
        return cli_error(cli, failed);
    if (cli->opt[OPT_JSON]) {
        json_shut(']');
        json_end();
    }
    return 0;
}
