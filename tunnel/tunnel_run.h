/* SPDX-License-Identifier: ISC */
/* The whole tunnel, for the program. */
#ifndef TUNNEL_RUN_H
#define TUNNEL_RUN_H

#include <stdbool.h>

/* Runs until a signal; returns an exit code of mssl. check: reads the config and all
 * that it names, says what is wrong, and returns. */
int tunnel_run(const char *config_path, bool check);

#endif
