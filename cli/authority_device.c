/* SPDX-License-Identifier: ISC */
/* mssl-authority device add, list, show, remove. */
#include "authority_cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority_table.h"    /* made by CMake from firmware/tasks.table */

/* -- device add -- */

static int parse_ip(uint8_t out[4], const char *text, const char *what)
{
    struct mssl_address address;

    if (strchr(text, '/') || mssl_address_parse_ipv4(&address, text))
        return cli_fail(MSSL_AUTH_USAGE, "%s \"%.40s\": an address like 192.168.1.75 is wanted",
                        what, text);
    memcpy(out, address.bytes, 4);
    return 0;
}

static int parse_mac(uint8_t out[6], const char *text)
{
    struct mssl_address address;

    if (strchr(text, '/') || mssl_address_parse_mac(&address, text))
        return cli_fail(MSSL_AUTH_USAGE, "--mac \"%.40s\": six bytes like 02:6d:73:00:00:01 are "
                        "wanted", text);
    memcpy(out, address.bytes, 6);
    return 0;
}

static int read_table(char out[MSSL_TABLE_TEXT_MAX + 1], const char *path)
{
    struct mssl_task_table table;
    struct mssl_why why = { 0, "" };
    size_t len = MSSL_TABLE_TEXT_MAX;

    if (!path) {
        snprintf(out, MSSL_TABLE_TEXT_MAX + 1, "%s", AUTHORITY_TABLE_TEXT);
        return 0;
    }
    /* A zero byte would end the text early. */
    if (mssl_file_read(out, &len, path))
        return cli_fail(MSSL_AUTH_FILE, "%s cannot be read, or is longer than %d bytes: name a "
                        "task table file", path, MSSL_TABLE_TEXT_MAX);
    if (mssl_task_table_parse(&table, out, len, &why))
        return cli_fail(MSSL_AUTH_FILE, "%s, line %u: %s", path, why.line, why.reason);
    if (memchr(out, 0, len))
        return cli_fail(MSSL_AUTH_FILE, "%s holds a zero byte: it is no task table", path);
    out[len] = 0;
    return 0;
}

static int fill_device(struct cli *cli, struct mssl_auth_device *d)
{
    const char *ip = cli->opt[OPT_IP], *mask = cli->opt[OPT_NETMASK];
    int err;

    if (!mssl_device_name_ok(cli->words[0]))
        return cli_fail(MSSL_AUTH_USAGE, "device name \"%.40s\": use 1 to %d of a-z 0-9 . _ -",
                        cli->words[0], MSSL_DEVICE_NAME_MAX);
    snprintf(d->name, sizeof d->name, "%s", cli->words[0]);
    err = parse_ip(d->ip, ip ? ip : "10.0.2.15", "--ip");
    if (!err)
        err = parse_ip(d->netmask, mask ? mask : "255.255.255.0", "--netmask");
    if (!err && cli->opt[OPT_GATEWAY])
        err = parse_ip(d->gateway, cli->opt[OPT_GATEWAY], "--gateway");
    if (!err && cli->opt[OPT_MAC])
        err = parse_mac(d->mac, cli->opt[OPT_MAC]);
    if (!err)
        err = read_table(d->table_text, cli->opt[OPT_TASKS_TABLE]);
    return err;
}

static void print_device(const struct mssl_auth_device *d)
{
    char ip[16], mask[16], gateway[16], mac[18];

    text_ip(ip, d->ip);
    text_ip(mask, d->netmask);
    text_ip(gateway, d->gateway);
    text_mac(mac, d->mac);
    printf("device %s\n  id         %08lx\n  ip         %s netmask %s gateway %s\n", d->name,
           (unsigned long)d->id, ip, mask, d->gateway[0] ? gateway : "none");
    printf("  mac        %s\n  task table %u\n  epoch      %lu%s%s\n", mac, d->table,
           (unsigned long)d->epoch, d->epoch_pending ? ", a step is pending" : "",
           d->torn ? ", K_D IS TORN: step it at once" : "");
    if (d->moved)
        printf("  moved      another authority grants for it\n");
    if (d->restored)
        printf("  restored   from a backup: unknown grants may open it until it has a new image\n");
    if (d->image_waiting)
        printf("  image      made, waits for `mssl-authority confirm %s image ok`\n", d->name);
}

static void json_device(const char *key, const struct mssl_auth_device *d)
{
    char ip[16], mask[16], gateway[16], mac[18];

    text_ip(ip, d->ip);
    text_ip(mask, d->netmask);
    text_ip(gateway, d->gateway);
    text_mac(mac, d->mac);
    json_open(key, '{');
    json_text("name", d->name);
    json_number("id", d->id);
    json_text("ip", ip);
    json_text("netmask", mask);
    json_text("gateway", gateway);
    json_text("mac", mac);
    json_number("table", d->table);
    json_number("epoch", d->epoch);
    json_bool("epoch_pending", d->epoch_pending);
    json_bool("torn", d->torn);
    json_bool("image_waiting", d->image_waiting);
    json_bool("moved", d->moved);
    json_bool("fresh_key", d->fresh_key);
    json_bool("restored", d->restored);
    json_shut('}');
}

int cmd_device_add(struct cli *cli)
{
    struct mssl_auth_device d;
    mssl_auth_err refused;
    int err;

    memset(&d, 0, sizeof d);
    err = fill_device(cli, &d);
    if (!err)
        err = cli_unlock(cli);
    if (err)
        return err;
    refused = mssl_auth_device_add(cli->a, &d);
    if (refused)
        return cli_error(cli, refused);
    print_device(&d);
    printf("next:  mssl-authority device image %s -o %s.hex\n", d.name, d.name);
    return 0;
}

/* -- device list, show -- */

static int list_row(void *arg, const struct mssl_auth_device *d)
{
    char ip[16];

    if (((struct cli *)arg)->opt[OPT_JSON]) {
        json_device(NULL, d);
        return 0;
    }
    text_ip(ip, d->ip);
    printf("%-16s %08lx  %-15s  table %-3u  epoch %lu%s\n", d->name, (unsigned long)d->id, ip,
           d->table, (unsigned long)d->epoch,
           d->torn ? "  TORN" : d->epoch_pending ? "  step pending" : "");
    return 0;
}

int cmd_device_list(struct cli *cli)
{
    mssl_auth_err failed;
    int err = cli_open(cli);

    if (err)
        return err;
    if (cli->opt[OPT_JSON])
        json_open(NULL, '[');
    failed = mssl_auth_device_each(cli->a, list_row, cli);
    if (failed)
        return cli_error(cli, failed);
    if (cli->opt[OPT_JSON]) {
        json_shut(']');
        json_end();
    }
    return 0;
}

static void show_tasks(const struct mssl_auth_device *d)
{
    struct mssl_task_table table;
    struct mssl_why why;
    int t;

    if (mssl_task_table_parse(&table, d->table_text, strlen(d->table_text), &why))
        return;
    for (t = 0; t <= MSSL_TASK_APP_MAX; t++) {
        if (table.tasks[t].present)
            printf("  task %-5d %s %s\n", t, table.tasks[t].name, table.tasks[t].usage);
    }
}

static int show_pending(void *arg, const struct mssl_auth_pending *p)
{
    (void)arg;
    printf("  pending    slot %u: generation %u, the device confirmed %u\n", p->slot,
           p->generation, p->delivered);
    return 0;
}

int cmd_device_show(struct cli *cli)
{
    struct mssl_auth_device d;
    mssl_auth_err failed;
    int err = cli_open(cli);

    if (err)
        return err;
    failed = mssl_auth_device_get(cli->a, cli->words[0], &d);
    if (failed)
        return cli_error(cli, failed);
    if (cli->opt[OPT_JSON]) {
        json_device(NULL, &d);
        json_end();
        return 0;
    }
    print_device(&d);
    show_tasks(&d);
    failed = mssl_auth_pending_each(cli->a, d.name, show_pending, NULL);
    return failed ? cli_error(cli, failed) : 0;
}

int cmd_device_remove(struct cli *cli)
{
    mssl_auth_err failed;
    int err = cli_open(cli);

    if (err)
        return err;
    failed = mssl_auth_device_remove(cli->a, cli->words[0], cli->opt[OPT_FORCE] != NULL);
    if (failed)
        return cli_error(cli, failed);
    printf("removed device %s, its key and its grants\n", cli->words[0]);
    return 0;
}
