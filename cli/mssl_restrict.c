/* SPDX-License-Identifier: ISC */
/* mssl restrict: hands on a part of a grant, offline. PROTOCOL 3, 4. */
#include <stdio.h>

#include "mssl_cli.h"

#define ADMIN_BIT ((uint32_t)1 << MSSL_TASK_ADMIN)

static int check_options(const struct mssl_options *o)
{
    if (o->out == NULL)
        return mssl_report(MSSL_EXIT_USAGE, "-o", "missing", "name the helper's new grant file");
    if (o->host == NULL)
        return mssl_report(MSSL_EXIT_USAGE, "--host", "missing", "name the helper");
    if (!mssl_host_name_ok(o->host))
        return mssl_report(MSSL_EXIT_USAGE, o->host, "no host name", "give 1 to 7 of a-z 0-9 . _ -");
    if (o->address != NULL && o->mac != NULL)
        return mssl_report(MSSL_EXIT_USAGE, "--mac", "given with --address", "a block has one address: choose");
    return MSSL_EXIT_DONE;
}

static int parse_address(struct mssl_address *a, const struct mssl_options *o)
{
    if (o->address != NULL && mssl_address_parse_ipv4(a, o->address) != MSSL_OK)
        return mssl_report(MSSL_EXIT_USAGE, o->address, "no IPv4 address or prefix",
                           "like 192.0.2.9 or 192.0.2.0/24 (/8, /16, /24, /32; zeros behind the prefix)");
    if (o->mac != NULL && mssl_address_parse_mac(a, o->mac) != MSSL_OK)
        return mssl_report(MSSL_EXIT_USAGE, o->mac, "no MAC or its first bytes",
                           "like 52:55:0a:00:02:02 or 52:55:0a:00:00:00/3 (zeros behind the prefix)");
    return MSSL_EXIT_DONE;
}

static int parse_tasks(uint32_t *tasks, const struct mssl_grant_file *g, const struct mssl_options *o)
{
    struct mssl_why why;
    size_t at;

    *tasks = mssl_grant_file_tasks(g) & ~ADMIN_BIT;
    if (o->tasks == NULL)
        return MSSL_EXIT_DONE;
    if (mssl_task_set_parse(tasks, &g->table, o->tasks, &at, &why) != MSSL_OK)
        return mssl_report(MSSL_EXIT_USAGE, o->tasks[at] != '\0' ? o->tasks + at : "--tasks", why.reason,
                           "name tasks that the grant has, with commas between");
    if ((*tasks & ~mssl_grant_file_tasks(g)) != 0)
        return mssl_report(MSSL_EXIT_USAGE, o->tasks, "more than the grant itself has",
                           "hand on only tasks that you have");
    return MSSL_EXIT_DONE;
}

/* Every block's address must be the peer's, so an earlier one may shut the helper out. */
static void warn(const struct mssl_grant_file *g, const struct mssl_address *a)
{
    char text[MSSL_ADDRESS_TEXT_SIZE];
    struct mssl_grant block;
    uint8_t i;

    for (i = 0; i < g->count; i++) {
        if (mssl_grant_decode(&block, g->blocks[i]) != MSSL_OK || block.address.len == 0)
            continue;
        mssl_address_format(text, &block.address);
        if (mssl_address_conflict(&block.address, a))
            fprintf(stderr, "mssl: warning: no helper can use this: your own grant is bound to %s\n", text);
        else if (a->kind != block.address.kind || a->len < block.address.len)
            fprintf(stderr, "mssl: warning: your own grant is bound to %s: a helper elsewhere is refused\n", text);
    }
}

static int restrict_to(struct mssl_grant_file *g, const struct mssl_options *o)
{
    struct mssl_address a = { 0, 0, { 0 } };
    uint32_t tasks;
    mssl_err e;
    int code = parse_address(&a, o);

    if (code == MSSL_EXIT_DONE)
        code = parse_tasks(&tasks, g, o);
    if (code != MSSL_EXIT_DONE)
        return code;
    if (g->count == MSSL_BLOCKS_MAX)
        return mssl_report(MSSL_EXIT_USAGE, o->grant, "has 3 restrictions already",
                           "a chain takes no more: ask the authority for a grant");
    warn(g, &a);
    e = mssl_grant_file_restrict(g, tasks, &a, o->host);
    if (e != MSSL_OK)
        return mssl_report(MSSL_EXIT_USAGE, o->grant, mssl_err_text(e), NULL);
    e = mssl_grant_file_write(g, o->out);
    return e == MSSL_OK ? MSSL_EXIT_DONE : mssl_report_file(e, o->out, NULL);
}

int mssl_run_restrict(const struct mssl_options *o)
{
    struct mssl_grant_file g;
    int code = check_options(o);

    if (code == MSSL_EXIT_DONE)
        code = mssl_load_grant_unchecked(&g, o->grant);
    if (code != MSSL_EXIT_DONE)
        return code;
    code = restrict_to(&g, o);
    mssl_grant_file_wipe(&g);
    return code;
}
