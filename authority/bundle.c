/* SPDX-License-Identifier: ISC */
/* Several files in one: a tar file that begins with the others' SHA256SUMS, so that tar
 * and sha256sum can read and check it without this program. By libarchive. */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#define SUMS       "SHA256SUMS"
#define MEMBER_MAX ((size_t)256 << 20)
#define SUM_LINE   (2 * AUTH_HASH_LEN + 2)          /* digits and two spaces */

mssl_auth_err auth_bundle_add(struct mssl_auth *a, struct auth_bundle *b, const char *name,
                              unsigned mode, char *data, size_t len)
{
    struct auth_member *m = &b->members[b->count];

    if (!data || b->count == AUTH_MEMBERS_MAX || strlen(name) >= sizeof m->name) {
        free(data);
        return auth_fail(a, MSSL_AUTH_FILE, "too many files, or out of memory");
    }
    memcpy(m->name, name, strlen(name) + 1);
    m->mode = mode;
    m->data = data;
    m->len = len;
    b->count++;
    return 0;
}

void auth_bundle_drop(struct auth_bundle *b)
{
    int i;

    for (i = 0; i < b->count; i++) {
        mssl_wipe(b->members[i].data, b->members[i].len);
        free(b->members[i].data);
    }
    b->count = 0;
    if (b->made) {                      /* not taken: nobody wants it */
        close(b->fd);
        unlink(b->made);
        free(b->made);
        b->made = NULL;
    }
}

/* What sha256sum prints for the members; malloc'ed. */
static char *sums_of(const struct auth_bundle *b)
{
    size_t size = 1 + (size_t)b->count * (SUM_LINE + sizeof b->members[0].name);
    char *text = calloc(1, size), hex[2 * AUTH_HASH_LEN + 1];
    uint8_t hash[AUTH_HASH_LEN];
    size_t at = 0;
    int i;

    for (i = 0; text && i < b->count; i++) {
        if (!auth_sha256(hash, b->members[i].data, b->members[i].len, "", 0)) {
            free(text);
            return NULL;
        }
        mssl_to_hex(hex, hash, sizeof hash);
        at += (size_t)snprintf(text + at, size - at, "%s  %s\n", hex, b->members[i].name);
    }
    return text;
}

/* -- Writing -- */

static int put(struct archive *tar, const char *name, unsigned mode, const char *data, size_t len)
{
    struct archive_entry *e = archive_entry_new();
    int ok;

    if (!e)
        return 0;
    archive_entry_set_pathname(e, name);
    archive_entry_set_size(e, (la_int64_t)len);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, (mode_t)mode);
    archive_entry_set_mtime(e, time(NULL), 0);
    ok = archive_write_header(tar, e) == ARCHIVE_OK &&
         archive_write_data(tar, data, len) == (la_ssize_t)len;
    archive_entry_free(e);
    return ok;
}

static int put_all(int fd, const struct auth_bundle *b, const char *sums)
{
    struct archive *tar = archive_write_new();
    int ok = tar && archive_write_set_format_ustar(tar) == ARCHIVE_OK &&
             archive_write_open_fd(tar, fd) == ARCHIVE_OK &&
             put(tar, SUMS, 0600, sums, strlen(sums));
    int i;

    for (i = 0; ok && i < b->count; i++)
        ok = put(tar, b->members[i].name, b->members[i].mode, b->members[i].data, b->members[i].len);
    ok = ok && archive_write_close(tar) == ARCHIVE_OK && !fsync(fd);
    archive_write_free(tar);
    return ok;
}

/* Takes the final name, unless it is somebody's. Where there are no hard links, a name
 * that was free a moment ago is taken by renaming. */
static int take_name(const char *made, const char *path)
{
    struct stat st;

    if (!link(made, path)) {
        unlink(made);
        return 1;
    }
    if (errno == EEXIST || !lstat(path, &st)) {
        errno = EEXIST;
        return 0;
    }
    return !rename(made, path);
}

static mssl_auth_err not_written(struct mssl_auth *a, const char *path)
{
    if (errno == EEXIST)
        return auth_fail(a, MSSL_AUTH_FILE, "%s exists already and is not overwritten: delete it or "
                         "choose another name", path);
    return auth_fail(a, MSSL_AUTH_FILE, "%s cannot be written (%s): choose a writable directory, or "
                     "make room", path, strerror(errno));
}

mssl_auth_err auth_bundle_begin(struct mssl_auth *a, struct auth_bundle *b, const char *path)
{
    size_t size = strlen(path) + sizeof ".XXXXXX";
    struct stat st;

    if (!lstat(path, &st)) {
        errno = EEXIST;
        return not_written(a, path);
    }
    b->made = malloc(size);
    if (!b->made)
        return auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    snprintf(b->made, size, "%s.XXXXXX", path);
    b->fd = mkstemp(b->made);           /* mode 0600 */
    if (b->fd >= 0)
        return 0;
    not_written(a, path);
    free(b->made);
    b->made = NULL;
    return MSSL_AUTH_FILE;
}

mssl_auth_err auth_bundle_write(struct mssl_auth *a, struct auth_bundle *b, const char *path)
{
    char *sums = sums_of(b);

    errno = ENOMEM;
    if (!sums || !put_all(b->fd, b, sums) || !take_name(b->made, path)) {
        free(sums);
        return not_written(a, path);
    }
    free(sums);
    close(b->fd);
    free(b->made);
    b->made = NULL;
    auth_sync_parent(path);
    return 0;
}

/* -- Reading -- */

/* No path, no link, nothing but what a backup holds. */
static int known(const char *name)
{
    return !strcmp(name, SUMS) || !strcmp(name, "ledger.db") || !strcmp(name, "authority.key") ||
           !strcmp(name, "authority.pub") ||
           (!strncmp(name, "authority.pub.", 14) && name[14] &&
            strspn(name + 14, "0123456789") == strlen(name + 14));
}

/* Nothing may claim more bytes than are left in the file: a hole of gigabytes fits into one
 * that is sparse, and libarchive does not call every such file sparse. */
static mssl_auth_err get(struct mssl_auth *a, struct auth_bundle *b, struct archive *tar,
                         struct archive_entry *e, la_int64_t *left)
{
    const char *name = archive_entry_pathname(e);
    la_int64_t len = archive_entry_size(e);
    char *data;
    int i;

    if (!name || !known(name) || archive_entry_filetype(e) != AE_IFREG ||
        archive_entry_sparse_count(e) || len < 0 || len > *left || (size_t)len > MEMBER_MAX)
        return auth_fail(a, MSSL_AUTH_FILE, "it holds what no backup holds");
    for (i = 0; i < b->count; i++) {
        if (!strcmp(name, b->members[i].name))
            return auth_fail(a, MSSL_AUTH_FILE, "it holds a file twice");
    }
    *left -= len;
    data = calloc(1, (size_t)len + 1);
    if (data && archive_read_data(tar, data, (size_t)len) != (la_ssize_t)len) {
        free(data);
        return auth_fail(a, MSSL_AUTH_FILE, "it is cut off");
    }
    return auth_bundle_add(a, b, name, !strncmp(name, "authority.pub", 13) ? 0644 : 0600, data,
                           (size_t)len);
}

/* The sums come first; taken out, the others must give them again. */
static mssl_auth_err check_sums(struct mssl_auth *a, struct auth_bundle *b)
{
    struct auth_member first;
    char *sums;
    int same;

    if (!b->count || strcmp(b->members[0].name, SUMS))
        return auth_fail(a, MSSL_AUTH_FILE, "its sums are missing");
    first = b->members[0];
    b->count--;
    memmove(b->members, b->members + 1, (size_t)b->count * sizeof b->members[0]);
    sums = sums_of(b);
    same = sums && !strcmp(sums, first.data) && strlen(first.data) == first.len;
    free(sums);
    free(first.data);
    return same ? 0 : auth_fail(a, MSSL_AUTH_FILE, "its sums are wrong");
}

mssl_auth_err auth_bundle_read(struct mssl_auth *a, struct auth_bundle *b, const char *path)
{
    struct archive *tar = archive_read_new();
    struct archive_entry *e;
    mssl_auth_err err = auth_check_named(a, path);
    int got = ARCHIVE_FATAL;
    la_int64_t left = 0;
    struct stat st;
    char reason[MSSL_AUTH_WHY_LEN];

    b->count = 0;
    b->made = NULL;
    if (err) {
        archive_read_free(tar);
        return err;
    }
    if (!lstat(path, &st))
        left = st.st_size;
    err = MSSL_AUTH_FILE;
    if (!tar || archive_read_support_format_tar(tar) != ARCHIVE_OK ||
        archive_read_open_filename(tar, path, 65536) != ARCHIVE_OK)
        auth_fail(a, MSSL_AUTH_FILE, "it is no tar file");
    else
        err = 0;
    while (!err && (got = archive_read_next_header(tar, &e)) == ARCHIVE_OK)
        err = get(a, b, tar, e, &left);
    if (!err && got != ARCHIVE_EOF)
        err = auth_fail(a, MSSL_AUTH_FILE, "it is no whole tar file");
    if (!err)
        err = check_sums(a, b);
    archive_read_free(tar);
    if (!err)
        return 0;
    auth_bundle_drop(b);
    memcpy(reason, a->why, sizeof reason);
    return auth_fail(a, err, "%.150s is no backup, or damaged (%.150s): take another", path, reason);
}
