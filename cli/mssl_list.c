/* SPDX-License-Identifier: ISC */
/* mssl list, mssl fingerprint: what this host knows, without a network. */
#include <stdio.h>

#include "mssl_cli.h"
#include "mssl_json.h"

static void show(void *ctx, const struct mssl_name *n)
{
    (void)ctx;
    mssl_json_begin();
    mssl_json_text("name", n->name);
    mssl_json_text("address", n->address);
    mssl_json_number("port", n->port);
    mssl_json_text("grant", n->grant);
    if (n->authority[0] != '\0')
        mssl_json_text("authority", n->authority);
    if (n->timeout_s != 0)
        mssl_json_number("timeout", n->timeout_s);
    mssl_json_end();
    if (!mssl_json())
        printf("%s\t%s\t%s\n", n->name, n->place, n->grant);
}

int mssl_run_list(const struct mssl_options *o)
{
    char path[MSSL_PATH_SIZE];
    bool there;
    int code = mssl_names_read(show, NULL, &there);

    (void)o;
    if (code == MSSL_EXIT_DONE && !there && mssl_config_path(path, "config"))
        fprintf(stderr, "mssl: %s: no names yet: see mssl-config(5)\n", path);
    return code;
}

static void show_fingerprint(const char *hex, const char *path)
{
    char text[sizeof "sha256:" + MSSL_FINGERPRINT_SIZE];

    snprintf(text, sizeof text, "sha256:%s", hex);
    mssl_json_begin();
    mssl_json_text("fingerprint", text);
    mssl_json_text("file", path);
    mssl_json_end();
    if (!mssl_json())
        printf("%s %s\n", text, path);
}

int mssl_run_fingerprint(const struct mssl_options *o)
{
    char text[MSSL_FINGERPRINT_SIZE], room[MSSL_PATH_SIZE];
    struct mssl_options of = *o;
    const char *pem;
    size_t len;
    bool found = false;
    mssl_err e;
    int code = o->count == 1 ? mssl_name_find(&of.device, o->words[0], &found) : MSSL_EXIT_DONE;

    if (code != MSSL_EXIT_DONE)
        return code;
    if (o->count == 1 && !found && o->authority != NULL)
        return mssl_report(MSSL_EXIT_USAGE, o->words[0], "a second key, beside --authority", "name one of them");
    if (o->count == 1 && !found)
        of.authority = o->words[0];
    else if (of.authority == NULL && of.device.authority[0] != '\0')
        of.authority = of.device.authority;
    code = mssl_load_authority(&pem, &len, &of);
    if (code != MSSL_EXIT_DONE)
        return code;
    e = mssl_authority_fingerprint(text, pem, len);
    if (e != MSSL_OK)
        return mssl_report_authority(e, mssl_authority_path(&of, room));
    show_fingerprint(text, mssl_authority_path(&of, room));
    return MSSL_EXIT_DONE;
}
