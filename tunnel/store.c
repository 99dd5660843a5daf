/* SPDX-License-Identifier: ISC */
/* The device's EEPROM in a file: see store.h.
 *
 * The core writes byte by byte and reads back what must be certain. Here a byte is
 * stored when the whole file was written beside, synced, renamed over the old one,
 * and the folder synced: a power cut leaves the old file or the new one. A write that
 * fails leaves the byte as it was, so the core's read-back differs and it refuses
 * (M-5.1, M-5.2, M-9.5). Was it only the folder's sync that failed, the file may have
 * the byte after all, as a chip's cell may when the power went. */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mssl_dev.h"
#include "mssl_dev_port.h"
#include "tunnel.h"

static struct {
    char path[TUNNEL_PATH_MAX], fresh[TUNNEL_PATH_MAX + 8];
    int lock;
    int spare;                      /* a write's descriptor: connections may take all others */
    bool begun, open;
    uint8_t bytes[MSSL_EE_LEN];     /* what the file holds */
} store;

static bool complain(const char *path, const char *reason, const char *remedy)
{
    tunnel_log(TUNNEL_ERROR, path, reason, remedy);
    return false;
}

static bool sync_folder(const char *path)
{
    char copy[TUNNEL_PATH_MAX];
    int fd;
    bool ok;

    strcpy(copy, path);
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text += n;
        len -= (size_t)n;
    }
    return true;
}

static bool take_spare(void)
{
    store.spare = fcntl(store.lock, F_DUPFD_CLOEXEC, 0);
    return store.spare >= 0 || complain(store.path, strerror(errno), "raise the limit of open files");
}

/* Replaces the file by bytes. false: it is not certain that they are there. */
static bool replace(const uint8_t bytes[MSSL_EE_LEN])
{
    char text[TUNNEL_HEX_SIZE];
    size_t len = tunnel_hex_write(text, bytes);
    int fd;
    bool ok;

    unlink(store.fresh);            /* of a start that was cut */
    close(store.spare);
    fd = open(store.fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    ok = fd >= 0 && write_all(fd, text, len) && fsync(fd) == 0;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    ok = ok && rename(store.fresh, store.path) == 0 && sync_folder(store.path);
    mssl_wipe(text, sizeof text);
    if (!ok) {
        complain(store.path, strerror(errno), "the device's state could not be stored: sessions are refused");
        unlink(store.fresh);
    }
    take_spare();
    return ok;
}

uint8_t mssl_port_eeprom_read(uint16_t address)
{
    return store.bytes[address];
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    uint8_t old = store.bytes[address];

    if (old == value)
        return;
    store.bytes[address] = value;
    if (!replace(store.bytes))
        store.bytes[address] = old;
}

/* Beside the store, as a rename would leave a lock on the store itself behind. */
static bool lock_store(void)
{
    char path[TUNNEL_PATH_MAX + 8];

    snprintf(path, sizeof path, "%s.lock", store.path);
    store.lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (store.lock < 0)
        return complain(path, strerror(errno), "the store's folder must be writable");
    if (flock(store.lock, LOCK_EX | LOCK_NB) != 0)
        return complain(store.path, "another process is this device", "two would use one nonce twice: end the other");
    return true;
}

static bool read_text(char text[TUNNEL_HEX_SIZE])
{
    struct stat st;
    ssize_t n;
    int fd = open(store.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0 || fstat(fd, &st) != 0) {
        complain(store.path, strerror(errno), "make it with mssl-authority device image, and move it here");
        if (fd >= 0)
            close(fd);
        return false;
    }
    n = (st.st_mode & 077) == 0 && S_ISREG(st.st_mode) ? read(fd, text, TUNNEL_HEX_SIZE - 1) : -1;
    close(fd);
    if ((st.st_mode & 077) != 0 || !S_ISREG(st.st_mode))
        return complain(store.path, "others may read or write the file",
                        "it holds the device's secret: provision the device anew, with mode 0600");
    if (n < 0)
        return complain(store.path, strerror(errno), NULL);
    text[n] = '\0';
    return true;
}

static bool read_store(void)
{
    char text[TUNNEL_HEX_SIZE];
    const char *bad;

    if (!read_text(text))
        return false;
    bad = tunnel_hex_read(store.bytes, text);
    mssl_wipe(text, sizeof text);
    return bad == NULL || complain(store.path, bad, "provision the device anew: mssl-authority device image");
}

static bool open_store(const char *path)
{
    uint8_t bytes[MSSL_EE_LEN];
    bool ok;

    memset(&store, 0, sizeof store);
    store.lock = store.spare = -1;
    store.begun = true;
    strcpy(store.path, path);
    snprintf(store.fresh, sizeof store.fresh, "%s.new", path);
    if (!lock_store() || !take_spare() || !read_store())
        return false;
    memcpy(bytes, store.bytes, sizeof bytes);
    ok = mssl_random(bytes + MSSL_EE_SEED, MSSL_SEED_LEN) == MSSL_OK && replace(bytes);     /* M-11.3 */
    if (ok)
        memcpy(store.bytes, bytes, sizeof bytes);
    mssl_wipe(bytes, sizeof bytes);
    store.open = ok;
    return ok;
}

bool tunnel_store_open(const char *path)
{
    if (open_store(path))
        return true;
    tunnel_store_close();       /* its lock too */
    return false;
}

bool tunnel_store_is_open(void)
{
    return store.open;
}

bool tunnel_store_is(const char *path)
{
    return strcmp(store.path, path) == 0;
}

void tunnel_store_close(void)
{
    if (!store.begun)
        return;
    if (store.spare >= 0)
        close(store.spare);
    if (store.lock >= 0)
        close(store.lock);
    mssl_wipe(&store, sizeof store);
}
