/* SPDX-License-Identifier: ISC */
/* The program mssl: what its files share. docs/FORMATS.md, docs/man/mssl.1. */
#ifndef MSSL_CLI_H
#define MSSL_CLI_H

#include "mssl.h"
#include "mssl_names.h"

/* Exit codes. docs/FORMATS.md */
#define MSSL_EXIT_DONE        0
#define MSSL_EXIT_USAGE       1
#define MSSL_EXIT_FORGED      2
#define MSSL_EXIT_CONNECTION  3
#define MSSL_EXIT_REFUSED     4
#define MSSL_EXIT_DENIED      5
#define MSSL_EXIT_ARGUMENT    6
#define MSSL_EXIT_BUSY        7
#define MSSL_EXIT_FAILED      8
#define MSSL_EXIT_UNKNOWN     9
#define MSSL_EXIT_UNWRITTEN   10

#define MSSL_TIMEOUT_DEFAULT_S 10
#define MSSL_WORDS_MAX        64

struct mssl_options {
    const char *grant;          /* its file; NULL: this command has none */
    const char *place;          /* HOST[:PORT] of the device */
    const char *target;         /* the device as the user called it: a name, or the place */
    struct mssl_name device;    /* of the file of names, where a name was given */
    const char *authority;      /* file of the pinned key */
    unsigned timeout_s;
    bool verbose;
    bool wait;
    bool json;
    const char *keylog;         /* file for the sessions' keys */
    bool batch;                 /* of exec, as the next */
    bool keep_going;
    unsigned count_max;         /* of ping's rounds and watch's events; 0: no end */
    unsigned interval_s;        /* of ping; 0: not given */
    bool one_try;               /* a device that refuses is not asked again */
    const char *out;            /* of restrict, as the next four */
    const char *tasks;
    const char *address;
    const char *mac;
    const char *host;
    int count;                  /* words that are no options, after the device */
    const char *words[MSSL_WORDS_MAX];
};

/* The subcommands; each returns an exit code. */
int mssl_run_connect(const struct mssl_options *o);
int mssl_run_exec(const struct mssl_options *o);
int mssl_run_batch(const struct mssl_options *o);
int mssl_run_ping(const struct mssl_options *o);
int mssl_run_watch(const struct mssl_options *o);
int mssl_run_info(const struct mssl_options *o);
int mssl_run_admin(const struct mssl_options *o);
int mssl_run_restrict(const struct mssl_options *o);
int mssl_run_list(const struct mssl_options *o);
int mssl_run_fingerprint(const struct mssl_options *o);
int mssl_run_decode(char **argv);
int mssl_run_import(char **argv);

/* The help of a subcommand; of the program when name is NULL; NULL: no such one. */
const char *mssl_help(const char *name);
extern const char mssl_help_decode[];
extern const char mssl_help_import[];

/* "mssl: thing: reason: remedy" on stderr, control bytes as '?'; remedy may be NULL.
 * Returns code. */
int mssl_report(int code, const char *thing, const char *reason, const char *remedy);

/* The words don't make the subcommand: its help on stderr. Returns MSSL_EXIT_USAGE. */
int mssl_report_usage(const char *command);

/* From here on messages name this line of the input; 0: no line. */
void mssl_report_line(unsigned line);

/* The same for a library's error about a file; why is for MSSL_E_FORMAT. */
int mssl_report_file(mssl_err e, const char *path, const struct mssl_why *why);

/* The same for a session that failed. what: the words of the command, or NULL. */
int mssl_report_session(mssl_err e, const char *device, const char *what);

/* Says what a status other than 0 means; text is the device's own, escaped.
 * Returns the exit code. */
int mssl_report_status(uint8_t status, const char *what, const char *text);

/* Reads the grant and checks its signature against the pinned authority key.
 * Returns an exit code; g is wiped unless it is MSSL_EXIT_DONE. */
int mssl_load_grant(struct mssl_grant_file *g, const struct mssl_options *o);

/* Where the pinned authority key is: option, the device's own, environment, default.
 * NULL: there is no home. */
const char *mssl_authority_path(const struct mssl_options *o, char room[MSSL_PATH_SIZE]);

/* Reports a library's error about the authority's key. */
int mssl_report_authority(mssl_err e, const char *path);

/* The pinned authority key's text; its file is read once, as it may be a pipe.
 * Reports and returns an exit code. */
int mssl_load_authority(const char **pem, size_t *len, const struct mssl_options *o);

/* The grant's file alone, without the authority's key. */
int mssl_load_grant_unchecked(struct mssl_grant_file *g, const char *path);

/* Milliseconds and microseconds of a clock that only goes forward. */
int64_t mssl_now_ms(void);
int64_t mssl_now_us(void);

#endif
