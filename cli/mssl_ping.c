/* SPDX-License-Identifier: ISC */
/* mssl ping: is the device there, is it the right one, and how long does it take? Each
 * round is a session of its own, so that none keeps another host out. */
#include <stdio.h>
#include <string.h>

#include "mssl_json.h"
#include "mssl_link.h"
#include "mssl_wait.h"

/* Milliseconds of the rounds that were answered. */
struct series {
    double min, max, sum;
};

struct ping {
    struct mssl_options options;
    struct mssl_grant_file grant;
    unsigned tried, answered;
    struct series session, describe;
    bool forged, interrupted;
    int code;                   /* of the last failure */
};

static void series_add(struct series *s, double ms, bool first)
{
    s->min = first || ms < s->min ? ms : s->min;
    s->max = first || ms > s->max ? ms : s->max;
    s->sum += ms;
}

static int describe(struct mssl_link *l)
{
    static const uint8_t self = MSSL_DESCRIBE_SELF;
    struct mssl_message m;
    mssl_err e = mssl_link_ask(l, MSSL_TASK_DESCRIBE, &self, 1, &m, NULL, NULL);

    if (e != MSSL_OK)
        return mssl_link_lost(l, e, NULL);
    return m.status == MSSL_STATUS_OK ? MSSL_EXIT_DONE : mssl_report_status(m.status, "describe", "");
}

static void answered(struct ping *p, double session_ms, double describe_ms)
{
    series_add(&p->session, session_ms, p->answered == 0);
    series_add(&p->describe, describe_ms, p->answered == 0);
    p->answered++;
    mssl_json_real("session_ms", session_ms);
    mssl_json_real("describe_ms", describe_ms);
    if (!mssl_json())
        printf("%s (%s): seq=%u session=%.3f ms describe=%.3f ms\n", p->grant.device_name, p->options.place,
               p->tried, session_ms, describe_ms);
}

static int measure(struct ping *p)
{
    int64_t begun = mssl_now_us(), proven;
    struct mssl_link l;
    int code = mssl_link_open(&l, &p->grant, &p->options);

    proven = mssl_now_us();
    if (code == MSSL_EXIT_DONE) {
        code = describe(&l);
        if (code == MSSL_EXIT_DONE)
            answered(p, (double)(proven - begun) / 1000, (double)(mssl_now_us() - proven) / 1000);
        p->interrupted |= mssl_link_close(&l);
    }
    p->interrupted |= mssl_interrupted();
    return code;
}

static void take_round(struct ping *p)
{
    int code;

    p->tried++;
    mssl_json_begin();
    mssl_json_text("device", p->grant.device_name);
    mssl_json_number("seq", p->tried);
    code = measure(p);
    mssl_json_end();
    fflush(stdout);
    if (code != MSSL_EXIT_DONE)
        p->code = code;
    p->forged |= code == MSSL_EXIT_FORGED;
}

static void series_show(const struct series *s, const char *key, const char *label, unsigned n)
{
    mssl_json_down(key);
    mssl_json_real("min", s->min);
    mssl_json_real("avg", s->sum / n);
    mssl_json_real("max", s->max);
    mssl_json_up();
    if (!mssl_json())
        printf("%s min/avg/max = %.3f/%.3f/%.3f ms\n", label, s->min, s->sum / n, s->max);
}

static void summarise(const struct ping *p)
{
    mssl_json_begin();
    mssl_json_text("device", p->grant.device_name);
    mssl_json_number("tried", p->tried);
    mssl_json_number("answered", p->answered);
    if (!mssl_json())
        printf("--- %s: %u tried, %u answered\n", p->grant.device_name, p->tried, p->answered);
    if (p->answered > 0) {
        series_show(&p->session, "session_ms", "session ", p->answered);
        series_show(&p->describe, "describe_ms", "describe", p->answered);
    }
    mssl_json_end();
}

/* As ping(8): done when one was answered; but an answer of somebody else is never well. */
static int result(const struct ping *p)
{
    if (p->forged)
        return MSSL_EXIT_FORGED;
    return p->answered > 0 ? MSSL_EXIT_DONE : p->code;
}

int mssl_run_ping(const struct mssl_options *o)
{
    struct ping p = { .options = *o, .code = MSSL_EXIT_CONNECTION };
    int code = mssl_load_grant(&p.grant, o);

    if (code != MSSL_EXIT_DONE)
        return code;
    p.options.one_try = !o->wait;
    while (!p.interrupted && !ferror(stdout)) {
        int64_t next = mssl_now_ms() + 1000 * (int64_t)(o->interval_s > 0 ? o->interval_s : 1);
        take_round(&p);
        if (p.interrupted || (o->count_max > 0 && p.tried == o->count_max) || p.code == MSSL_EXIT_USAGE)
            break;
        mssl_pause(next - mssl_now_ms());
        p.interrupted = mssl_interrupted();
    }
    summarise(&p);
    mssl_grant_file_wipe(&p.grant);
    return result(&p);
}
