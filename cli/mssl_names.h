/* SPDX-License-Identifier: ISC */
/* Names of devices: ~/.config/mssl/config. docs/man/mssl-config.5 */
#ifndef MSSL_NAMES_H
#define MSSL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#define MSSL_NAME_MAX      32
#define MSSL_PATH_SIZE     4096
#define MSSL_PLACE_SIZE    272      /* HOST:PORT */
#define MSSL_TIMEOUT_MAX_S 86400

/* One section of the file. */
struct mssl_name {
    char name[MSSL_NAME_MAX + 1];
    char address[256];
    unsigned port;
    char place[MSSL_PLACE_SIZE];        /* address:port */
    char grant[MSSL_PATH_SIZE];
    char authority[MSSL_PATH_SIZE];     /* empty: none of its own */
    unsigned timeout_s;                 /* 0: none of its own */
};

/* The path of a file in mssl's folder: $XDG_CONFIG_HOME, else ~/.config. false:
 * there is no home, or the path is too long. */
bool mssl_config_path(char path[MSSL_PATH_SIZE], const char *file);

/* Could word be a name (1 to 32 of a-z 0-9 _ -, and no dash in front)? */
bool mssl_name_ok(const char *word);

typedef void mssl_name_take(void *ctx, const struct mssl_name *n);

/* Reads the whole file, then gives each name to take in the file's order. A missing
 * file holds no names: *there says whether it exists. Reports what is wrong and
 * returns an exit code; nothing was taken then. */
int mssl_names_read(mssl_name_take *take, void *ctx, bool *there);

/* Looks a word up. *found: it is a name, and *n what the file says of it. A word that
 * can't be a name is none, and the file is not read. Reports and returns an exit code. */
int mssl_name_find(struct mssl_name *n, const char *word, bool *found);

#endif
