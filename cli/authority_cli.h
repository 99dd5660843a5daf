/* SPDX-License-Identifier: ISC */
/* What the commands of mssl-authority share. */
#ifndef AUTHORITY_CLI_H
#define AUTHORITY_CLI_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "authority.h"

/* Every option of every command, once; a command names those it takes. */
enum option_id {
    OPT_DIR, OPT_PASSPHRASE_FILE, OPT_JSON, OPT_HELP, OPT_VERSION,
    OPT_BITS, OPT_EXPONENT, OPT_NO_PASSPHRASE,
    OPT_IP, OPT_NETMASK, OPT_GATEWAY, OPT_MAC, OPT_TASKS_TABLE, OPT_FORCE, OPT_OUTPUT,
    OPT_DEVICE, OPT_TASKS, OPT_ADDRESS, OPT_PARAM, OPT_ADMIN, OPT_SLOT,
    OPT_SECRET, OPT_AUTHORITY, OPT_CANCEL, OPT_HELLO, OPT_WELCOME, OPT_FROM, OPT_ADOPT,
    OPT_MODULUS, OPT_CHIP, OPT_KEY, OPT_PIN_FILE,
    OPT_NEW_PASSPHRASE_FILE, OPT_CHECK, OPT_ANCHOR, OPT_HOST, OPT_OUT, OPT_CSV, OPT_TEXT, OPT_QR,
    OPT_SKIP, OPT_FILE_PASSPHRASE_FILE,
    OPT_COUNT
};
#define OPT(id) ((uint64_t)1 << (id))
#define OPT_EVERYWHERE (OPT(OPT_DIR) | OPT(OPT_PASSPHRASE_FILE) | OPT(OPT_HELP) | OPT(OPT_VERSION))

#define WORDS_MAX 8

struct cli {
    const struct command *command;
    const char *opt[OPT_COUNT];         /* the argument; "" for an option without; NULL: absent */
    const char *words[WORDS_MAX];       /* what follows the command's name */
    int n_words;
    char dir[1024];
    struct mssl_auth *a;
};

struct command {
    const char *name;                   /* one or two words */
    int (*run)(struct cli *cli);        /* returns the exit code */
    uint64_t options;                   /* OPT bits beside OPT_EVERYWHERE */
    int min_words, max_words;
    const char *usage, *help;
};

extern const struct command authority_commands[];

/* "mssl-authority: ...": prints to standard error, control bytes as '?', and returns code. */
int cli_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says where, in a file, what cli_fail() tells from now on is: "FILE, line 3: ". */
void cli_at(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* -- authority_parse.c -- */

/* Fills cli from the program's arguments; 0, or an exit code after a message. */
int cli_parse(struct cli *cli, int argc, char **argv);

/* Decimal in lo..hi, the whole text; 0 after a message naming what. */
int cli_number(long *out, const char *text, long lo, long hi, const char *what);

/* -- authority_pass.c -- */

/* Opens the authority of cli->dir; 0 or an exit code after a message. */
int cli_open(struct cli *cli);

/* Opens and unlocks: asks for the passphrase when there is one. */
int cli_unlock(struct cli *cli);

/* Gets a passphrase: from --passphrase-file, MSSL_PASSPHRASE_FILE or the terminal
 * (twice when `twice`). 0 or an exit code; the caller wipes out. */
int cli_passphrase(struct cli *cli, char out[MSSL_AUTH_PASS_MAX + 1], int twice);

/* Gets another one: from the file, or from the terminal when path is NULL. option says
 * what to use without a terminal. */
int cli_passphrase_from(const char *path, const char *option, const char *prompt,
                        char out[MSSL_AUTH_PASS_MAX + 1], int twice);

/* Gets a token's PIN: from --pin-file, MSSL_PIN_FILE or the terminal; the caller
 * wipes out. */
int cli_pin(struct cli *cli, char out[MSSL_AUTH_PASS_MAX + 1]);

/* Gives the authority its token's PIN, when its key is in one. */
int cli_unlock_token(struct cli *cli);

/* Prints the library's line; returns err as the exit code. */
int cli_error(struct cli *cli, mssl_auth_err err);

/* -- authority_text.c: values for people and for programs -- */

void text_ip(char out[16], const uint8_t ip[4]);
void text_mac(char out[18], const uint8_t mac[6]);
const char *text_state(uint8_t state);

/* JSON: json_open to json_shut is an object or array, json_end prints the whole. A NULL
 * key is for the root and for members of arrays. docs/FORMATS.md has the keys. */
void json_open(const char *key, char bracket);
void json_shut(char bracket);
void json_text(const char *key, const char *value);
void json_number(const char *key, uint32_t value);
void json_bool(const char *key, int value);
void json_hex(const char *key, const uint8_t *value, size_t len);
void json_end(void);

/* -- authority_told.c -- */

/* Prints how to tell the device and how to confirm it. */
void tell_revoke(struct cli *cli, const struct mssl_auth_device *d,
                 const struct mssl_auth_pending *p);
void tell_epoch(struct cli *cli, const struct mssl_auth_device *d);

/* -- authority_init.c -- */

/* The options that say what a new key is. */
int init_parse(struct cli *cli, struct mssl_auth_init_options *o);

/* -- authority_grant.c -- */

/* What a request says in words; NULL or "" when it says nothing. */
struct grant_words {
    const char *host, *device, *tasks, *address, *mac, *param, *slot;
    int admin;
};

/* Reads the words into r, which keeps host and device; 0 or an exit code. */
int grant_parse(struct mssl_auth_request *r, const struct grant_words *w,
                const struct mssl_auth_device *d);

/* grant --csv, in authority_csv.c. */
int grant_csv(struct cli *cli);

/* -- authority_typed.c: with the grant's key -- */

int typed_text(const struct mssl_grant_file *g);
int typed_qr(const struct mssl_grant_file *g);

/* -- The commands -- */
int cmd_reissue(struct cli *cli);
int cmd_rollover(struct cli *cli);
int cmd_device_replace(struct cli *cli);
int cmd_device_export(struct cli *cli);
int cmd_device_import(struct cli *cli);
int cmd_init(struct cli *cli);
int cmd_device_add(struct cli *cli);
int cmd_device_list(struct cli *cli);
int cmd_device_show(struct cli *cli);
int cmd_device_remove(struct cli *cli);
int cmd_device_image(struct cli *cli);
int cmd_grant(struct cli *cli);
int cmd_show(struct cli *cli);
int cmd_verify(struct cli *cli);
int cmd_list(struct cli *cli);
int cmd_revoke(struct cli *cli);
int cmd_epoch(struct cli *cli);
int cmd_recover(struct cli *cli);
int cmd_confirm(struct cli *cli);
int cmd_passwd(struct cli *cli);
int cmd_log(struct cli *cli);
int cmd_backup(struct cli *cli);
int cmd_restore(struct cli *cli);

#endif
