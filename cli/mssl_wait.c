/* SPDX-License-Identifier: ISC */
/* Waits that a signal ends: see mssl_wait.h. */
#include "mssl_wait.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mssl_cli.h"

static volatile sig_atomic_t interrupted;

/* The handler writes, every wait polls the other end: a signal between a look at
 * the flag and the wait would be lost else. */
static int ends[2] = { -1, -1 };

static void on_signal(int number)
{
    int kept = errno;

    (void)number;
    interrupted = 1;
    (void)!write(ends[1], "", 1);
    errno = kept;
}

static bool catch_one(int number)
{
    struct sigaction old, mine = { .sa_handler = on_signal };

    if (sigaction(number, NULL, &old) != 0)
        return false;
    return old.sa_handler == SIG_IGN || sigaction(number, &mine, NULL) == 0;
}

bool mssl_signals_catch(void)
{
    int i;

    if (ends[0] < 0 && pipe(ends) != 0)
        return false;
    for (i = 0; i < 2; i++)
        if (fcntl(ends[i], F_SETFL, O_NONBLOCK) != 0 || fcntl(ends[i], F_SETFD, FD_CLOEXEC) != 0)
            return false;
    return catch_one(SIGINT) && catch_one(SIGTERM) && catch_one(SIGHUP);
}

bool mssl_interrupted(void)
{
    return interrupted != 0;
}

bool mssl_interrupted_forget(void)
{
    bool was = mssl_interrupted();
    char bin[16];

    while (ends[0] >= 0 && read(ends[0], bin, sizeof bin) > 0)
        continue;
    interrupted = 0;
    return was;
}

int64_t mssl_now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t mssl_now_ms(void)
{
    return mssl_now_us() / 1000;
}

int mssl_wait(struct pollfd *p, unsigned n, int64_t deadline_ms)
{
    struct pollfd all[MSSL_WAIT_MAX + 1];
    int ready;

    if (n > 0)
        memcpy(all, p, n * sizeof *p);
    all[n] = (struct pollfd){ .fd = ends[0], .events = POLLIN };
    do {
        int64_t left = deadline_ms - mssl_now_ms();
        ready = poll(all, n + 1, left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left);
    } while (ready < 0 && errno == EINTR && !mssl_interrupted());
    if (n > 0)
        memcpy(p, all, n * sizeof *p);
    if (mssl_interrupted()) {
        errno = EINTR;
        return -1;
    }
    return ready > 0 ? 1 : ready;
}

int mssl_await(int fd, short events, int64_t deadline_ms)
{
    struct pollfd p = { .fd = fd, .events = events };

    return mssl_wait(&p, 1, deadline_ms);
}

void mssl_pause(int64_t ms)
{
    mssl_wait(NULL, 0, mssl_now_ms() + ms);
}
