/* SPDX-License-Identifier: ISC */
/* The ledger's tables, and the steps from each version to the next. */
#ifndef MSSL_AUTH_SCHEMA_H
#define MSSL_AUTH_SCHEMA_H

#define AUTH_APPLICATION_ID 0x4d53534c   /* "MSSL" */

/* Step i leads from user_version i to i + 1. A released step is never edited. */
extern const char *const auth_schema_steps[];
extern const int auth_schema_version;

/* The first version with a log. */
#define AUTH_SCHEMA_LOG 2

#endif
