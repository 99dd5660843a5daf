/* SPDX-License-Identifier: ISC */
/* mssl admin: delivers a revocation or an epoch step. PROTOCOL 9. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mssl_json.h"
#include "mssl_link.h"

struct order {
    uint8_t args[2];
    size_t len;
    char text[32];          /* of a revocation, as mssl-authority confirm takes it */
};

static bool number(const char *text, unsigned long max, uint8_t *out)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || n > max)
        return false;
    *out = (uint8_t)n;
    return true;
}

static int parse(struct order *order, const struct mssl_options *o)
{
    const char *what = o->words[0];

    memset(order, 0, sizeof *order);
    if (strcmp(what, "epoch") == 0 && o->count == 1) {
        order->args[0] = MSSL_ADMIN_EPOCH;
        order->len = 1;
        return MSSL_EXIT_DONE;
    }
    if (strcmp(what, "revoke") != 0 || o->count != 3)
        return mssl_report(MSSL_EXIT_USAGE, what, "no admin command", "revoke SLOT GENERATION, or epoch");
    if (!number(o->words[1], MSSL_SLOTS - 1, &order->args[0]))
        return mssl_report(MSSL_EXIT_USAGE, o->words[1], "no slot", "give 0 to 15");
    if (!number(o->words[2], MSSL_GENERATION_MAX, &order->args[1]))
        return mssl_report(MSSL_EXIT_USAGE, o->words[2], "no generation", "give 0 to 254");
    order->len = 2;
    snprintf(order->text, sizeof order->text, "revoke %u %u", order->args[0], order->args[1]);
    return MSSL_EXIT_DONE;
}

static int report_lost(const struct order *order, mssl_err e, const struct mssl_link *l)
{
    if (e == MSSL_E_UNKNOWN && order->args[0] == MSSL_ADMIN_EPOCH)
        return mssl_report(MSSL_EXIT_UNKNOWN, l->name, mssl_err_text(e),
                           "the step may be done or half done: run it again with --verbose 2>FILE, then "
                           "mssl-authority recover DEVICE --from FILE");
    return mssl_link_lost(l, e, "admin");
}

static void say(const struct order *order, const char *name)
{
    bool epoch = order->args[0] == MSSL_ADMIN_EPOCH;

    mssl_json_text("device", name);
    mssl_json_text("order", epoch ? "epoch" : "revoke");
    if (epoch)
        return;
    mssl_json_number("slot", order->args[0]);
    mssl_json_number("generation", order->args[1]);
}

/* An epoch is named, so that a line that is said twice doesn't count twice. */
static void confirm(const struct order *order, const char *name, const uint8_t *grant)
{
    char line[MSSL_DEVICE_NAME_MAX + 64];

    if (order->args[0] == MSSL_ADMIN_EPOCH)
        snprintf(line, sizeof line, "confirm %s epoch %u ok", name,
                 grant[MSSL_G_EPOCH] << 8 | grant[MSSL_G_EPOCH + 1]);
    else
        snprintf(line, sizeof line, "confirm %s %s ok", name, order->text);
    mssl_json_text("confirm", line);
    if (!mssl_json())
        puts(line);
}

static int deliver(struct mssl_link *l, const struct order *order, const struct mssl_grant_file *g)
{
    char text[MSSL_ANSWER_SIZE];
    struct mssl_message m;
    mssl_err e = mssl_link_ask(l, MSSL_TASK_ADMIN, order->args, order->len, &m, NULL, NULL);

    if (e == MSSL_OK && m.status == MSSL_STATUS_SIGNATURE) {
        int code = mssl_link_enrol(l, g, NULL, NULL);
        if (code != MSSL_EXIT_DONE)
            return code;
        e = mssl_link_ask(l, MSSL_TASK_ADMIN, order->args, order->len, &m, NULL, NULL);
    }
    if (e != MSSL_OK)
        return report_lost(order, e, l);
    if (m.status == MSSL_STATUS_ARGUMENT && order->args[0] != MSSL_ADMIN_EPOCH)
        return mssl_report(MSSL_EXIT_ARGUMENT, "admin", "the device's generation is higher already",
                           "see mssl-authority list for what is pending");
    if (m.status != MSSL_STATUS_OK)
        return mssl_report_status(m.status, "admin", mssl_answer_text(text, &m));
    confirm(order, l->name, g->blocks[0]);
    return MSSL_EXIT_DONE;
}

int mssl_run_admin(const struct mssl_options *o)
{
    struct mssl_grant_file g;
    struct order order;
    struct mssl_link l;
    int code = parse(&order, o);

    if (code == MSSL_EXIT_DONE)
        code = mssl_load_grant(&g, o);
    if (code != MSSL_EXIT_DONE)
        return code;
    code = mssl_link_open(&l, &g, o);
    if (code == MSSL_EXIT_DONE) {
        mssl_json_begin();
        say(&order, l.name);
        code = deliver(&l, &order, &g);
        mssl_json_end();
        mssl_link_close(&l);
    }
    mssl_grant_file_wipe(&g);
    return code;
}
