/* SPDX-License-Identifier: ISC */
/* The core without its engine as one unit, for chips: what files call of each
 * other becomes static, and the compiler saves 3 to 4 % of flash. */
#define MSSL_DEV_INTERNAL static

#ifndef MSSL_DEV_EVENTS
#define MSSL_DEV_EVENTS 0
#endif

#include "mssl_dev_store.c"
#include "mssl_dev_nonce.c"
#include "mssl_dev_record.c"
#include "mssl_dev_hello.c"
#include "mssl_dev_admin.c"
#include "mssl_dev_task.c"
#include "mssl_dev_session.c"

#if MSSL_DEV_EVENTS
#include "mssl_dev_event.c"
#endif
