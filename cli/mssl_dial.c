/* SPDX-License-Identifier: ISC */
/* TCP to a device: see mssl_dial.h. */
#include "mssl_dial.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mssl_cli.h"
#include "mssl_wait.h"

#define HOST_SIZE 256
/* How long a connect may stay unanswered: at random, so that it hits a device in
 * another moment of the second, and longer each time, for slow paths. */
#define WAIT_MIN_MS 1000
#define WAIT_SPREAD_MS 1000
#define WAIT_MORE_MS 500

static const char *split(const char *text, char host[HOST_SIZE], uint16_t *port)
{
    const char *colon = strchr(text, ':');
    size_t len = colon != NULL ? (size_t)(colon - text) : strlen(text);
    char *end;
    unsigned long n;

    *port = MSSL_PORT;
    if (text[0] == '[' || (colon != NULL && strchr(colon + 1, ':') != NULL))
        return "an IPv6 address: devices speak IPv4 only";
    if (len == 0 || len >= HOST_SIZE)
        return "no host name or IPv4 address";
    memcpy(host, text, len);
    host[len] = '\0';
    if (colon == NULL)
        return NULL;
    n = strtoul(colon + 1, &end, 10);
    if (colon[1] < '0' || colon[1] > '9' || *end != '\0' || n < 1 || n > 65535)
        return "the port is not 1 to 65535";
    *port = (uint16_t)n;
    return NULL;
}

const char *mssl_place_find(struct mssl_place *p, const char *text, bool *usage)
{
    struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
    struct addrinfo *list, *i;
    char host[HOST_SIZE];
    uint16_t port;
    const char *bad = split(text, host, &port);
    int e;

    *usage = bad != NULL;
    p->count = 0;
    if (bad != NULL)
        return bad;
    e = getaddrinfo(host, NULL, &hints, &list);
    if (e != 0)
        return gai_strerror(e);
    for (i = list; i != NULL && p->count < MSSL_DIAL_MAX; i = i->ai_next) {
        memcpy(&p->at[p->count], i->ai_addr, sizeof p->at[0]);
        p->at[p->count++].sin_port = htons(port);
    }
    freeaddrinfo(list);
    return NULL;
}

static int finish(int fd, int64_t deadline_ms)
{
    int error = 0;
    socklen_t len = sizeof error;
    int ready = mssl_await(fd, POLLOUT, deadline_ms);

    if (ready == 0)
        error = ETIMEDOUT;
    else if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        error = errno;
    if (error == 0)
        return fd;
    close(fd);
    errno = error;
    return -1;
}

static int dial_one(const struct sockaddr_in *at, int64_t deadline_ms)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1, kept;

    if (fd < 0)
        return -1;
    /* A command is one small segment; waiting for more would only delay it. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) {
        if (connect(fd, (const struct sockaddr *)at, sizeof *at) == 0)
            return fd;
        if (errno == EINPROGRESS)
            return finish(fd, deadline_ms);
    }
    kept = errno;
    close(fd);
    errno = kept;
    return -1;
}

static int64_t wait_random(int round)
{
    uint8_t r[2] = { 0, 0 };

    mssl_random(r, sizeof r);
    return WAIT_MIN_MS + (r[0] << 8 | r[1]) % (WAIT_SPREAD_MS + 1) + (int64_t)WAIT_MORE_MS * round;
}

/* Linux repeats a SYN on whole seconds, each answered only if no stranger's came
 * within 300 ms before (M-8.12): one SYN a second in step with ours would keep us
 * out. So none is waited for long, the next is a new connection's. What this host
 * left half open gives way on the device (M-8.11). */
int mssl_dial(const struct mssl_place *p, int64_t deadline_ms)
{
    int i, round, fd = -1;
    bool unanswered = true;

    errno = EHOSTUNREACH;
    for (round = 0; fd < 0 && unanswered; round++) {
        unanswered = false;
        for (i = 0; i < p->count && fd < 0 && !mssl_interrupted(); i++) {
            int64_t until = mssl_now_ms() + wait_random(round);

            fd = dial_one(&p->at[i], until < deadline_ms ? until : deadline_ms);
            unanswered |= fd < 0 && errno == ETIMEDOUT && mssl_now_ms() < deadline_ms;
        }
    }
    return fd;
}
