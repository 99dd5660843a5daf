/* SPDX-License-Identifier: ISC */
/* --verbose: why a session may have failed, from what this host itself can know. */
#ifndef MSSL_EXPLAIN_H
#define MSSL_EXPLAIN_H

#include "mssl_link.h"

/* What failed: a socket (its errno), no answer in time, or what libmssl says. */
struct mssl_failure {
    mssl_err e;
    int error;
    bool time_over;
};

/* Says on standard error how far the session came, then what the causes may be, the
 * likeliest first. Without --verbose nothing. */
void mssl_explain(const struct mssl_link *l, const struct mssl_failure *f);

#endif
