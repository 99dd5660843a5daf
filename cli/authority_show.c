/* SPDX-License-Identifier: ISC */
/* mssl-authority show and verify: what a grant file says, and whether it is ours. */
#include "authority_cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PEM_MAX 16384

static int read_grant(struct mssl_grant_file *g, const char *path)
{
    struct mssl_why why = { 0, "" };
    mssl_err err;

    errno = 0;
    err = mssl_grant_file_read(g, path, &why);
    switch (err) {
    case MSSL_OK:
        return 0;
    case MSSL_E_FORMAT:
        return cli_fail(MSSL_AUTH_FILE, "%s, line %u: %s", path, why.line, why.reason);
    case MSSL_E_MODE:
        return cli_fail(MSSL_AUTH_FILE, "%s: others could read the key: chmod 600 %s", path, path);
    case MSSL_E_FILE:
        return cli_fail(MSSL_AUTH_FILE, "%s: %s: name a grant file", path,
                        errno ? strerror(errno) : "cannot be read");
    default:
        return cli_fail(MSSL_AUTH_FILE, "%s: %s: name a grant file", path, mssl_err_text(err));
    }
}

/* -- show -- */

static void tasks_text(char *out, size_t size, uint32_t tasks, const struct mssl_task_table *t)
{
    if (mssl_task_set_format(tasks, t, out, &size))
        snprintf(out, 4, "?");
}

#define TASKS_TEXT (MSSL_TASKS * (MSSL_TASK_NAME_MAX + 1))

static void show_block(const struct mssl_grant_file *f, int i)
{
    char address[MSSL_ADDRESS_TEXT_SIZE], tasks[TASKS_TEXT], hex[2 * MSSL_GRANT_LEN + 1];
    struct mssl_grant g;

    if (mssl_grant_decode(&g, f->blocks[i]))
        return;
    mssl_address_format(address, &g.address);
    tasks_text(tasks, sizeof tasks, g.tasks, &f->table);
    mssl_to_hex(hex, f->blocks[i], MSSL_GRANT_LEN);
    printf("%s\n  host       %s\n  slot       %u, generation %u\n", i ? "restriction" : "grant",
           g.host, g.slot, g.generation);
    if (!i)
        printf("  device     %s, id %08lx, task table %u, epoch %u\n", f->device_name,
               (unsigned long)g.device, g.table, g.epoch);
    printf("  tasks      %s\n  address    %s\n", tasks, address);
    if (!i)
        printf("  parameters %02x%02x%02x\n", g.param[0], g.param[1], g.param[2]);
    printf("  block      %s\n", hex);
}

static void json_tasks(uint32_t tasks, const struct mssl_task_table *t)
{
    uint8_t i;

    json_open("tasks", '[');
    for (i = 0; i < MSSL_TASKS; i++) {
        if (tasks >> i & 1)
            json_text(NULL, mssl_task_name(t, i));
    }
    json_shut(']');
}

static void json_block(const struct mssl_grant_file *f, int i)
{
    char address[MSSL_ADDRESS_TEXT_SIZE];
    struct mssl_grant g;

    if (mssl_grant_decode(&g, f->blocks[i]))
        return;
    mssl_address_format(address, &g.address);
    json_open(NULL, '{');
    json_text("type", i ? "restriction" : "grant");
    json_text("host", g.host);
    json_number("slot", g.slot);
    json_number("generation", g.generation);
    if (!i) {
        json_number("table", g.table);
        json_number("device_id", g.device);
        json_number("epoch", g.epoch);
        json_hex("param", g.param, sizeof g.param);
    }
    json_tasks(g.tasks, &f->table);
    json_text("address", address);
    json_hex("block", f->blocks[i], MSSL_GRANT_LEN);
    json_shut('}');
}

static void show_json(const struct mssl_grant_file *f, int secret)
{
    int i;

    json_open(NULL, '{');
    json_text("device", f->device_name);
    json_text("host", f->host_name);
    json_open("blocks", '[');
    for (i = 0; i < f->count; i++)
        json_block(f, i);
    json_shut(']');
    json_hex("signature", f->signature, f->signature_len);
    if (secret)
        json_hex("key", f->key, sizeof f->key);
    json_shut('}');
    json_end();
}

static void show_text(const struct mssl_grant_file *f, int secret)
{
    char hex[2 * MSSL_SIGNATURE_MAX + 1];
    int i;

    for (i = 0; i < f->count; i++)
        show_block(f, i);
    mssl_to_hex(hex, f->signature, f->signature_len);
    printf("signature    RSA-%u %s\n", 8u * f->signature_len, hex);
    mssl_to_hex(hex, f->key, sizeof f->key);
    printf("key          %s\n", secret ? hex : "(--secret shows it)");
    mssl_wipe(hex, sizeof hex);
}

int cmd_show(struct cli *cli)
{
    int secret = cli->opt[OPT_SECRET] != NULL;
    int ways = (cli->opt[OPT_TEXT] != NULL) + (cli->opt[OPT_QR] != NULL) + (cli->opt[OPT_JSON] != NULL);
    struct mssl_grant_file f;
    int err;

    if (ways > 1)
        return cli_fail(MSSL_AUTH_USAGE, "one of --text, --qr and --json");
    if ((cli->opt[OPT_TEXT] || cli->opt[OPT_QR]) && !secret)
        return cli_fail(MSSL_AUTH_USAGE, "the text form and the QR code hold the key, for every eye "
                                         "and camera here: add --secret");
    err = read_grant(&f, cli->words[0]);
    if (err)
        return err;
    if (cli->opt[OPT_TEXT])
        err = typed_text(&f);
    else if (cli->opt[OPT_QR])
        err = typed_qr(&f);
    else if (cli->opt[OPT_JSON])
        show_json(&f, secret);
    else
        show_text(&f, secret);
    mssl_grant_file_wipe(&f);
    return err;
}

/* -- verify -- */

static const char *public_path(struct cli *cli, char *room, size_t size)
{
    const char *path = cli->opt[OPT_AUTHORITY];

    if (!path)
        path = getenv("MSSL_AUTHORITY");
    if (path && *path)
        return path;
    snprintf(room, size, "%s/authority.pub", cli->dir);
    return room;
}

static int check(const struct mssl_grant_file *f, const char *grant, const char *path)
{
    char pem[PEM_MAX];
    size_t len = sizeof pem;

    if (mssl_file_read(pem, &len, path))
        return cli_fail(MSSL_AUTH_FILE, "%s cannot be read: name the public key with "
                        "--authority FILE", path);
    switch (mssl_signature_verify(f->blocks[0], f->signature, f->signature_len, pem, len)) {
    case MSSL_OK:
        return 0;
    case MSSL_E_SIGNATURE:
        return cli_fail(MSSL_AUTH_NOT_SIGNED, "%s is not signed by the authority of %s: do not "
                        "use it", grant, path);
    default:
        return cli_fail(MSSL_AUTH_FILE, "%s is no RSA public key in PEM: name the authority's "
                        "authority.pub", path);
    }
}

int cmd_verify(struct cli *cli)
{
    struct mssl_grant_file f;
    char room[1100];
    const char *path = public_path(cli, room, sizeof room);
    int err = read_grant(&f, cli->words[0]);

    if (err)
        return err;
    err = check(&f, cli->words[0], path);
    if (!err && cli->opt[OPT_JSON]) {
        json_open(NULL, '{');
        json_bool("verified", 1);
        json_text("device", f.device_name);
        json_text("host", f.host_name);
        json_shut('}');
        json_end();
    } else if (!err) {
        printf("%s: signed by the authority of %s\n", cli->words[0], path);
    }
    mssl_grant_file_wipe(&f);
    return err;
}
