/* SPDX-License-Identifier: ISC */
/* The job over a real connection, an end in each of two processes: for captures,
 * and for sessions a second with the same carrier for all. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.h"

static struct sockaddr_in address(void)
{
    struct sockaddr_in a;

    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons(carrier_port);
    inet_pton(AF_INET, carrier_address, &a.sin_addr);
    return a;
}

/* Small messages go at once, for every peer. */
static void at_once(int fd)
{
    int one = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static int reach(int (*step)(void *end), void *end)
{
    int state;

    do
        state = step(end);
    while (state == PEER_MORE);
    return state;
}

static bool read_all(const struct peer *peer, void *end, const uint8_t *want, size_t n)
{
    uint8_t got[4 * PEER_DATA_MAX];
    int len;

    do
        len = peer->read(end, got, sizeof got);
    while (len == PEER_MORE);
    return len >= (int)n && memcmp(got, want, n) == 0;
}

static bool host_job(const struct peer *peer, void *end)
{
    uint8_t command[PEER_COMMAND_LEN], answer[PEER_ANSWER_LEN];

    job_command(command, sizeof command);
    job_answer(answer, sizeof answer);
    return reach(peer->handshake, end) == PEER_DONE && peer->write(end, command, sizeof command)
        && read_all(peer, end, answer, sizeof answer) && peer->close(end)
        && reach(peer->closed, end) == PEER_DONE;
}

static bool device_job(const struct peer *peer, void *end)
{
    uint8_t command[PEER_COMMAND_LEN], answer[PEER_ANSWER_LEN];

    job_command(command, sizeof command);
    job_answer(answer, sizeof answer);
    return reach(peer->handshake, end) == PEER_DONE && read_all(peer, end, command, sizeof command)
        && peer->write(end, answer, sizeof answer) && reach(peer->closed, end) == PEER_DONE
        && peer->close(end);
}

static bool one(const struct peer *peer, int side, int fd)
{
    void *end;
    bool ok;

    if (!peer->own_sockets) {
        if (fd < 0)
            return false;
        at_once(fd);
        carrier_use(side, fd);
    }
    end = peer->begin(side);
    ok = end != NULL && (side == PEER_HOST ? host_job(peer, end) : device_job(peer, end));
    if (end != NULL)
        peer->free(end);
    if (fd >= 0)
        close(fd);
    return ok;
}

static int connected(void)
{
    struct sockaddr_in a = address();
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int listening(void)
{
    struct sockaddr_in a = address();
    int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && listen(fd, 128) == 0)
        return fd;
    close(fd);
    return -1;
}

bool mode_serve(const struct peer *peer, unsigned sessions)
{
    int listener = peer->own_sockets ? -1 : listening();
    unsigned i;

    carrier_alone = true;
    if (!peer->own_sockets && listener < 0)
        return false;
    puts("ready");
    fflush(stdout);
    for (i = 0; i < sessions; i++)
        if (!one(peer, PEER_DEVICE, peer->own_sockets ? -1 : accept(listener, NULL, NULL)))
            return false;
    return true;
}

bool mode_connect(const struct peer *peer, unsigned sessions)
{
    double begin;
    unsigned i;

    carrier_alone = true;
    begin = seconds_now();
    for (i = 0; i < sessions; i++)
        if (!one(peer, PEER_HOST, peer->own_sockets ? -1 : connected()))
            return false;
    printf("{\"sessions\": %u, \"seconds\": %.6f}\n", sessions, seconds_now() - begin);
    return true;
}
