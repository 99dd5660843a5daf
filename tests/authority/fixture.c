/* SPDX-License-Identifier: ISC */
#include "fixture.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "mssl_crypto.h"

char work[64], dir[96];
struct mssl_auth *a;

int make_authority(void **state)
{
    struct mssl_auth_init_options o = { .bits = 2048, .exponent = 65537, .passphrase = NULL };
    char why[MSSL_AUTH_WHY_LEN];

    (void)state;
    snprintf(work, sizeof work, "/tmp/mssl-authority-XXXXXX");
    if (!mkdtemp(work))
        return -1;
    snprintf(dir, sizeof dir, "%s/authority", work);
    if (mssl_auth_init(dir, &o, why) || mssl_auth_open(&a, dir, why)) {
        fprintf(stderr, "%s\n", why);
        return -1;
    }
    return 0;
}

static void remove_tree(const char *path)
{
    char inside[512];
    struct dirent *e;
    DIR *d = opendir(path);

    while (d && (e = readdir(d))) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        snprintf(inside, sizeof inside, "%s/%s", path, e->d_name);
        if (unlink(inside))
            remove_tree(inside);
    }
    if (d)
        closedir(d);
    rmdir(path);
}

int remove_all(void **state)
{
    (void)state;
    mssl_auth_close(a);
    remove_tree(work);
    return 0;
}

const char *fresh(const char *ending)
{
    static char paths[4][128];
    static unsigned n;
    char *path = paths[n % 4];

    snprintf(path, sizeof paths[0], "%s/file%u.%s", work, n++, ending);
    return path;
}

void open_again(void)
{
    char why[MSSL_AUTH_WHY_LEN];

    mssl_auth_close(a);
    if (mssl_auth_open(&a, dir, why))
        fail_msg("%s", why);
}

void log_is_whole(void)
{
    uint8_t last[MSSL_AUTH_HASH_LEN];
    uint32_t n;

    if (mssl_auth_log_check(a, NULL, last, &n))
        fail_msg("%s", mssl_auth_why(a));
}

struct mssl_auth_device add_device(const char *name)
{
    struct mssl_auth_device d;

    memset(&d, 0, sizeof d);
    snprintf(d.name, sizeof d.name, "%s", name);
    memcpy(d.ip, "\x0a\x00\x02\x0f", 4);
    memcpy(d.netmask, "\xff\xff\xff\x00", 4);
    strcpy(d.table_text, "table 1\ntask 1 led on|off|state\ntask 2 adc CHANNEL\n");
    if (mssl_auth_device_add(a, &d))
        fail_msg("%s", mssl_auth_why(a));
    return d;
}

mssl_auth_err try_grant(const char *host, const char *device, uint32_t tasks, int slot,
                        struct mssl_auth_grant *made, struct mssl_grant_file *file)
{
    struct mssl_auth_request r;
    const char *path = fresh("grant");
    struct mssl_why why;
    mssl_auth_err err;

    memset(&r, 0, sizeof r);
    r.host = host;
    r.device = device;
    r.tasks = tasks;
    r.slot = slot;
    err = mssl_auth_grant(a, &r, path, made);
    if (!err && file)
        assert_int_equal(mssl_grant_file_read(file, path, &why), MSSL_OK);
    if (err)
        assert_int_not_equal(access(path, F_OK), 0);
    return err;
}

struct mssl_auth_grant grant(const char *host, const char *device, uint32_t tasks)
{
    struct mssl_auth_grant made;

    if (try_grant(host, device, tasks, -1, &made, NULL))
        fail_msg("%s", mssl_auth_why(a));
    return made;
}

struct wanted {
    const char *host;
    uint8_t generation, state;
    uint32_t epoch;
    int count;
};

static int match(void *arg, const struct mssl_auth_grant *g)
{
    struct wanted *w = arg;

    w->count++;
    if (w->host && !strcmp(g->host, w->host) && g->generation == w->generation &&
        g->epoch == w->epoch)
        w->state = g->state;
    return 0;
}

uint8_t state_of(const char *device, const char *host, uint8_t generation, uint32_t epoch)
{
    struct wanted w = { host, generation, 255, epoch, 0 };

    assert_int_equal(mssl_auth_grant_each(a, device, match, &w), 0);
    return w.state;
}

int count_grants(const char *device)
{
    struct wanted w = { NULL, 0, 255, 0, 0 };

    assert_int_equal(mssl_auth_grant_each(a, device, match, &w), 0);
    return w.count;
}

size_t read_all(const char *path, char *out, size_t room)
{
    FILE *f = fopen(path, "rb");
    size_t n;

    assert_non_null(f);
    n = fread(out, 1, room - 1, f);
    out[n] = 0;
    fclose(f);
    return n;
}

static unsigned two_digits(const char *p)
{
    char text[3] = { p[0], p[1], 0 };
    char *end;
    unsigned long n = strtoul(text, &end, 16);

    assert_ptr_equal(end, text + 2);
    return (unsigned)n;
}

size_t parse_hex(const char *text, uint8_t *out, size_t room)
{
    size_t len = 0;

    while (*text) {
        unsigned n, address, type, sum = 0, i;

        assert_int_equal(*text++, ':');
        n = two_digits(text);
        address = two_digits(text + 2) << 8 | two_digits(text + 4);
        type = two_digits(text + 6);
        for (i = 0; i < n + 5; i++)
            sum += two_digits(text + 2 * i);
        assert_int_equal(sum & 0xff, 0);
        assert_int_equal(text[2 * (n + 5)], '\n');
        if (type == 1) {
            assert_int_equal(text[2 * (n + 5) + 1], 0);
            return len;
        }
        assert_int_equal(type, 0);
        assert_int_equal(address, len);
        assert_true(len + n <= room);
        for (i = 0; i < n; i++)
            out[len++] = (uint8_t)two_digits(text + 8 + 2 * i);
        text += 2 * (n + 5) + 1;
    }
    fail_msg("no end record");
    return 0;
}

void image_of(const char *device, uint8_t image[MSSL_EE_LEN])
{
    const char *path = fresh("hex");
    char text[4096];

    if (mssl_auth_image(a, device, path))
        fail_msg("%s", mssl_auth_why(a));
    read_all(path, text, sizeof text);
    assert_int_equal(parse_hex(text, image, MSSL_EE_LEN), MSSL_EE_LEN);
}

size_t handshake(const uint8_t kd[MSSL_KEY_LEN], const struct mssl_grant_file *file,
                 uint8_t hello[MSSL_HELLO_LEN_MAX], uint8_t welcome[MSSL_WELCOME_LEN])
{
    static const uint8_t nonce[MSSL_CCM_NONCE_LEN];
    size_t len = 1 + (size_t)file->count * MSSL_GRANT_LEN + MSSL_NONCE_LEN;
    uint8_t k[MSSL_KEY_LEN], t[MSSL_F_INPUT_LEN] = { MSSL_TYPE_TRANSCRIPT };
    int i;

    hello[0] = (uint8_t)(len - 1);
    memcpy(k, kd, sizeof k);
    for (i = 0; i < file->count; i++) {
        memcpy(hello + 1 + i * MSSL_GRANT_LEN, file->blocks[i], MSSL_GRANT_LEN);
        mssl_f(k, k, file->blocks[i]);
    }
    mssl_random(hello + len - MSSL_NONCE_LEN, MSSL_NONCE_LEN);
    mssl_random(welcome, MSSL_NONCE_LEN);
    memcpy(t + 1, file->blocks[file->count - 1] + MSSL_G_HOST, MSSL_G_HOST_LEN);
    memcpy(t + 8, hello + len - MSSL_NONCE_LEN, MSSL_NONCE_LEN);
    memcpy(t + 20, welcome, MSSL_NONCE_LEN);
    mssl_f(k, k, t);
    welcome[MSSL_NONCE_LEN] = 0;
    mssl_ccm_seal(t, welcome + MSSL_NONCE_LEN + 1, t, 0, k, nonce);
    return len;
}
