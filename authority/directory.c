/* SPDX-License-Identifier: ISC */
/* The authority's directory: made once, opened with care. docs/FORMATS.md */
#include "inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHERS 077

/* -- init -- */

mssl_auth_err auth_dir_options(struct mssl_auth *a, const struct mssl_auth_init_options *o)
{
    if (o->bits != 2048 && o->bits != 3072 && o->bits != 4096)
        return auth_fail(a, MSSL_AUTH_USAGE, "%d bits: choose 2048, 3072 or 4096", o->bits);
    if (o->exponent != 65537 && o->exponent != 3)
        return auth_fail(a, MSSL_AUTH_USAGE, "exponent %u: choose 65537 or 3",
                         (unsigned)o->exponent);
    if (o->passphrase && (!o->passphrase[0] || strlen(o->passphrase) > MSSL_AUTH_PASS_MAX))
        return auth_fail(a, MSSL_AUTH_PASSPHRASE,
                         "the passphrase must have 1 to %d bytes", MSSL_AUTH_PASS_MAX);
    return 0;
}

/* -- A directory that is made whole or not at all -- */

/* A link is not free: rename() would not follow it. */
mssl_auth_err auth_dir_free(struct mssl_auth *a, const char *dir)
{
    struct dirent *entry;
    struct stat st = { .st_mode = 0 };
    int used = 0;
    DIR *d;

    if (lstat(dir, &st) && errno == ENOENT)
        return 0;
    if (S_ISLNK(st.st_mode))
        return auth_fail(a, MSSL_AUTH_FILE, "%s is a link: choose another directory", dir);
    d = opendir(dir);
    if (!d)
        return auth_fail(a, MSSL_AUTH_FILE, "%s: %s: choose another directory", dir,
                         strerror(errno));
    while ((entry = readdir(d)))
        used |= strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    closedir(d);
    if (used)
        return auth_fail(a, MSSL_AUTH_FILE, "%s holds files already and is not overwritten: "
                         "choose another directory", dir);
    return 0;
}

static void make_parents(char *path)
{
    char *p;

    for (p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = 0;
        mkdir(path, 0700);
        *p = '/';
    }
}

mssl_auth_err auth_dir_put(struct mssl_auth *a, const char *dir, const char *name, unsigned mode,
                           const char *data, size_t len)
{
    char *path = auth_path(dir, name);
    mssl_auth_err err;
    int fd;

    if (!path)
        return auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    err = auth_create(a, path, mode, &fd);
    if (!err)
        err = auth_fill(a, path, fd, data, len);
    free(path);
    return err;
}

static mssl_auth_err first_rows(struct mssl_auth *a, const struct mssl_auth_init_options *o)
{
    mssl_auth_err err = auth_lock_make(a, o->passphrase);

    return err ? err : auth_log(a, "init", NULL, NULL, "key in %s, %s passphrase",
                                o->token ? "a token" : "authority.key",
                                o->passphrase ? "under a" : "no");
}

static mssl_auth_err make_ledger(struct mssl_auth *a, const char *dir,
                                 const struct mssl_auth_init_options *o)
{
    char *path = auth_path(dir, "ledger.db");
    mssl_auth_err err;

    if (!path)
        return auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    err = auth_dir_put(a, dir, "ledger.db", 0600, "", 0);
    if (!err)
        err = auth_ledger_open(a, path);
    if (!err)
        err = auth_begin(a);
    if (!err)
        err = auth_end(a, first_rows(a, o));
    sqlite3_close(a->db);
    a->db = NULL;
    free(path);
    return err;
}

static void clear_away(const char *dir)
{
    struct dirent *entry;
    DIR *d = opendir(dir);

    while (d && (entry = readdir(d)))
        unlinkat(dirfd(d), entry->d_name, 0);
    if (d)
        closedir(d);
    rmdir(dir);
}

void auth_dir_drop(char *made)
{
    if (made)
        clear_away(made);
    free(made);
}

mssl_auth_err auth_dir_settle(struct mssl_auth *a, const char *made, const char *dir)
{
    auth_sync_dir(made);
    /* rename() replaces an empty directory and nothing else: no race can
     * overwrite an authority. */
    if (rename(made, dir))
        return auth_fail(a, MSSL_AUTH_FILE, "%s cannot be made (%s): choose another directory",
                         dir, strerror(errno));
    auth_sync_parent(dir);
    return 0;
}

mssl_auth_err auth_dir_begin(struct mssl_auth *a, const char *dir, char **made)
{
    size_t len = strlen(dir);
    mssl_auth_err err = auth_dir_free(a, dir);

    *made = NULL;
    if (err)
        return err;
    while (len > 1 && dir[len - 1] == '/')
        len--;
    *made = malloc(len + sizeof ".new-XXXXXX");
    if (!*made)
        return auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    memcpy(*made, dir, len);
    memcpy(*made + len, ".new-XXXXXX", sizeof ".new-XXXXXX");
    make_parents(*made);
    if (mkdtemp(*made))
        return 0;
    auth_fail(a, MSSL_AUTH_FILE, "%s cannot be made (%s): choose a writable directory", dir,
              strerror(errno));
    free(*made);
    *made = NULL;
    return MSSL_AUTH_FILE;
}

mssl_auth_err auth_dir_make(struct mssl_auth *a, const char *dir, auth_dir_fill *fill, void *arg)
{
    char *made;
    mssl_auth_err err = auth_dir_begin(a, dir, &made);

    if (!err)
        err = fill(a, made, arg);
    if (!err)
        err = auth_dir_settle(a, made, dir);
    if (err)
        auth_dir_drop(made);
    else
        free(made);
    return err;
}

/* -- init -- */

struct making {
    const struct mssl_auth_init_options *o;
    struct auth_pem secret, public_half;
};

static mssl_auth_err fill_new(struct mssl_auth *a, const char *made, void *arg)
{
    struct making *m = arg;
    mssl_auth_err err = auth_dir_put(a, made, "authority.key", 0600, m->secret.text, m->secret.len);

    if (!err)
        err = auth_dir_put(a, made, "authority.pub", 0644, m->public_half.text, m->public_half.len);
    return err ? err : make_ledger(a, made, m->o);
}

mssl_auth_err mssl_auth_init(const char *dir, const struct mssl_auth_init_options *o,
                             char why[MSSL_AUTH_WHY_LEN])
{
    struct making m = { o, { NULL, 0 }, { NULL, 0 } };
    struct mssl_auth a;
    mssl_auth_err err;

    memset(&a, 0, sizeof a);
    err = auth_dir_options(&a, o);
    if (!err)
        err = auth_dir_free(&a, dir);      /* before a key is made for nothing */
    if (!err)
        err = auth_key_make(&a, o, &m.secret, &m.public_half);
    if (!err) {
        auth_signer_note(&a, m.public_half.text, m.public_half.len);
        err = auth_dir_make(&a, dir, fill_new, &m);
    }
    auth_pem_free(&m.secret);
    auth_pem_free(&m.public_half);
    memcpy(why, a.why, sizeof a.why);
    mssl_wipe(&a, sizeof a);
    return err;
}

/* -- open -- */

static mssl_auth_err check_inside(struct mssl_auth *a, const char *name, unsigned mask)
{
    char *path = auth_path(a->dir, name);
    mssl_auth_err err;

    if (!path)
        return auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    err = auth_check_mode(a, path, S_IFREG, mask);
    free(path);
    return err;
}

mssl_auth_err auth_signer_read(struct mssl_auth *a)
{
    size_t len;
    char *pem;
    mssl_auth_err err = auth_public(a, &pem, &len);

    if (!err)
        auth_signer_note(a, pem, len);
    free(pem);
    return err;
}

static mssl_auth_err open_all(struct mssl_auth *a)
{
    char *path = auth_path(a->dir, "ledger.db");
    mssl_auth_err err;

    if (!path)
        return auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    err = auth_check_mode(a, a->dir, S_IFDIR, OTHERS);
    if (!err)
        err = check_inside(a, "authority.key", OTHERS);
    if (!err)
        err = check_inside(a, "authority.pub", 022);
    if (!err)
        err = check_inside(a, "ledger.db", OTHERS);
    if (!err)
        err = auth_signer_read(a);
    if (!err)
        err = auth_ledger_open(a, path);
    if (!err)
        err = auth_files_settle(a);
    if (!err)
        err = auth_signer_read(a);      /* it may have been among the files */
    if (!err)
        err = auth_lock_read(a);
    a->ready = !err;
    free(path);
    return err;
}

mssl_auth_err mssl_auth_open(struct mssl_auth **a, const char *dir, char why[MSSL_AUTH_WHY_LEN])
{
    struct mssl_auth *made = calloc(1, sizeof *made);
    mssl_auth_err err;

    *a = NULL;
    if (made)
        made->dir = strdup(dir);
    if (!made || !made->dir) {
        free(made);
        snprintf(why, MSSL_AUTH_WHY_LEN, "out of memory");
        return MSSL_AUTH_FILE;
    }
    err = open_all(made);
    memcpy(why, made->why, sizeof made->why);
    if (err)
        mssl_auth_close(made);
    else
        *a = made;
    return err;
}

void mssl_auth_close(struct mssl_auth *a)
{
    if (!a)
        return;
    sqlite3_close(a->db);
    free(a->dir);
    mssl_wipe(a, sizeof *a);
    free(a);
}

const char *mssl_auth_why(const struct mssl_auth *a)
{
    return a->why;
}
