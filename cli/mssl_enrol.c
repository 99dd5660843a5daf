/* SPDX-License-Identifier: ISC */
/* Enrolment over a session that is open: the device checks the grant's signature
 * itself, once. PROTOCOL 10, mssl.h 9. */
#include <stdio.h>
#include <unistd.h>

#include "mssl_link.h"
#include "mssl_wait.h"

#define BUSY_PAUSE_MS 500

/* One line on standard error, in pieces, as things go on. */
struct progress {
    bool shown;
    int64_t began_ms;
};

static struct progress progress_begin(const struct mssl_link *l)
{
    struct progress p = { l->options->verbose || isatty(STDERR_FILENO), mssl_now_ms() };

    if (p.shown)
        fprintf(stderr, "mssl: %s: the device wants this grant's signature, once: sending ", l->name);
    return p;
}

static void progress_chunk(const struct progress *p, unsigned wait_s)
{
    if (!p->shown)
        return;
    fputc('.', stderr);
    if (wait_s > 0)
        fprintf(stderr, " it computes, %u s at most:", wait_s);
    fflush(stderr);
}

static void progress_end(const struct progress *p, bool done)
{
    if (p->shown && done)
        fprintf(stderr, " enrolled after %.1f s\n", (double)(mssl_now_ms() - p->began_ms) / 1000);
    else if (p->shown)
        fputs(" not enrolled\n", stderr);
}

/* One attempt. *lost: the error is the session's, not the device's answer. */
static mssl_err attempt(struct mssl_link *l, struct mssl_enrol *e, const struct progress *p,
                        mssl_on_event *on_event, void *ctx, bool *lost)
{
    uint8_t args[MSSL_ENROL_ARGS_MAX], n;
    struct mssl_message m;
    bool done = false;
    mssl_err bad = MSSL_OK;

    *lost = false;
    while (bad == MSSL_OK && !done) {
        bad = mssl_enrol_create(e, args, &n);
        if (bad != MSSL_OK)
            break;
        progress_chunk(p, mssl_enrol_wait_s(e));
        bad = mssl_interrupted() ? MSSL_E_NOT_RUN : mssl_link_command(l, MSSL_TASK_ENROL, args, n);
        if (bad == MSSL_OK)
            bad = mssl_link_await(l, mssl_enrol_wait_s(e), &m, on_event, ctx);
        *lost = bad != MSSL_OK;
        if (bad == MSSL_OK)
            bad = mssl_enrol_consume(e, &m, &done);
    }
    return bad;
}

/* No command ran meanwhile, so nothing here is an unknown outcome. */
static int report(mssl_err e, bool lost, bool forged, const char *name)
{
    if (forged)
        return mssl_report_session(MSSL_E_TAG, name, NULL);
    switch (e) {
    case MSSL_OK:
        return MSSL_EXIT_DONE;
    case MSSL_E_ENROL_BAD:
        return mssl_report(MSSL_EXIT_FORGED, name, mssl_err_text(e),
                           "its firmware holds another authority's key, or the grant file was altered: "
                           "ask the authority");
    case MSSL_E_ENROL_SIZE:
        return mssl_report(MSSL_EXIT_FORGED, name, mssl_err_text(e),
                           "its firmware holds another authority's key: ask the authority");
    case MSSL_E_ENROL_BUSY:
        return mssl_report(MSSL_EXIT_BUSY, name, mssl_err_text(e), "try again, or use --wait");
    case MSSL_E_UNKNOWN:
        return mssl_report(MSSL_EXIT_CONNECTION, name, "it did not say that it has checked the signature",
                           "the command did not run: try again, or a longer --timeout");
    default:
        break;
    }
    if (lost)
        return mssl_report_session(e, name, NULL);
    return mssl_report(MSSL_EXIT_FORGED, name, "an answer to the signature that no device gives",
                       "is this the right device?");
}

int mssl_link_enrol(struct mssl_link *l, const struct mssl_grant_file *g,
                    mssl_on_event *on_event, void *ctx)
{
    int64_t deadline = mssl_now_ms() + 1000 * (int64_t)l->options->timeout_s;
    struct progress p;
    struct mssl_enrol e;
    bool lost = true;
    const char *pem;
    size_t len;
    mssl_err bad;
    int code = mssl_load_authority(&pem, &len, l->options);

    if (code != MSSL_EXIT_DONE)
        return code;
    p = progress_begin(l);
    for (;;) {
        bad = mssl_enrol_begin(&e, g->signature, g->signature_len, pem, len);
        if (bad != MSSL_OK)
            break;
        bad = attempt(l, &e, &p, on_event, ctx, &lost);
        if (bad != MSSL_E_ENROL_BUSY || !l->options->wait || mssl_now_ms() >= deadline)
            break;
        mssl_pause(BUSY_PAUSE_MS);
        if (mssl_interrupted())
            break;
    }
    progress_end(&p, bad == MSSL_OK);
    return report(bad, lost, l->client.failed, l->name);
}
