/* SPDX-License-Identifier: ISC */
/* mssl exec: one session, one command; or many, see mssl_batch.c. */
#include <stdio.h>

#include "mssl_command.h"
#include "mssl_json.h"

static int run(struct mssl_link *l, const struct mssl_grant_file *g, const struct mssl_command *c)
{
    struct mssl_outcome out;

    mssl_json_begin();
    mssl_command_run(&out, l, g, c, NULL, NULL);
    mssl_json_end();
    if (out.code == MSSL_EXIT_DONE && out.text[0] != '\0' && !mssl_json())
        puts(out.text);
    return out.code;
}

int mssl_run_exec(const struct mssl_options *o)
{
    struct mssl_grant_file g;
    struct mssl_command c;
    struct mssl_link l;
    char line[MSSL_COMMAND_SIZE];
    int code;

    if (o->batch != (o->count == 0) || (o->keep_going && !o->batch))
        return mssl_report_usage("exec");
    if (o->batch)
        return mssl_run_batch(o);
    code = mssl_load_grant(&g, o);
    if (code != MSSL_EXIT_DONE)
        return code;
    code = mssl_command_join(line, o->words, o->count);
    if (code == MSSL_EXIT_DONE)
        code = mssl_command_parse(&c, &g.table, line);
    if (code == MSSL_EXIT_DONE)
        code = mssl_link_open(&l, &g, o);
    if (code == MSSL_EXIT_DONE) {
        code = run(&l, &g, &c);
        mssl_link_close(&l);
    }
    mssl_grant_file_wipe(&g);
    return code;
}
