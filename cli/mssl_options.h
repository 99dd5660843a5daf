/* SPDX-License-Identifier: ISC */
/* The command line of a subcommand: which options it takes, and its device. */
#ifndef MSSL_OPTIONS_H
#define MSSL_OPTIONS_H

#include "mssl_cli.h"

/* Groups of options; a subcommand takes some. */
#define MSSL_TAKES_SESSION   0x01       /* --timeout, --wait, --keylog */
#define MSSL_TAKES_VERBOSE   0x02
#define MSSL_TAKES_RESTRICT  0x04       /* -o, --tasks, --address, --mac, --host */
#define MSSL_TAKES_AUTHORITY 0x08
#define MSSL_TAKES_JSON      0x10
#define MSSL_TAKES_BATCH     0x20       /* --batch, --keep-going */
#define MSSL_TAKES_COUNT     0x40
#define MSSL_TAKES_INTERVAL  0x80

/* What stands before a subcommand's own words. */
enum mssl_target { MSSL_TARGET_NONE, MSSL_TARGET_GRANT, MSSL_TARGET_DEVICE };

struct mssl_syntax {
    unsigned takes;             /* MSSL_TAKES_* */
    enum mssl_target target;
    bool command;               /* what follows the target belongs to the device's command */
    bool named;                 /* the target must be a name: `mssl NAME TASK` */
};

/* Reads options and words. Reports and returns an exit code. */
int mssl_options_read(struct mssl_options *o, const struct mssl_syntax *s, char **argv);

/* Is the target that the subcommand wants there? */
bool mssl_options_target_whole(const struct mssl_options *o, const struct mssl_syntax *s);

/* Is --help among the options, before what belongs to the device's command? */
bool mssl_options_help(const struct mssl_syntax *s, char **argv);

#endif
