/* SPDX-License-Identifier: ISC */
/* Both plain sides of a tunnel under load, for bench/tunnel.py.
 *
 *   tunnel_load serve PORT                    echoes, until the end of standard input
 *   tunnel_load rate PORT AT-ONCE SECONDS     connections that each send and get 16 bytes
 *   tunnel_load bulk PORT BYTES               one connection, echoed
 *   tunnel_load hold PORT COUNT               opens them, echoes a byte each, and holds them
 *
 * All of 127.0.0.1. rate prints "COUNT SECONDS MEDIAN-US FAILED", bulk "SECONDS"; serve
 * and hold print a line when they are ready. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define ASK      16
#define SAMPLES  1000000
#define EVENTS   256

static int epoll_fd;
static struct sockaddr_in place;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void watch(int fd, uint32_t events, int op)
{
    struct epoll_event e = { .events = events, .data.fd = fd };

    if (epoll_ctl(epoll_fd, op, fd, &e) != 0)
        die("epoll_ctl");
}

static void no_delay(int fd)
{
    int one = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

/* -- serve -- */

static void accept_all(int listener)
{
    int fd;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        no_delay(fd);
        watch(fd, EPOLLIN, EPOLL_CTL_ADD);
    }
}

/* Blocks while a peer reads nothing: the peers here all read. */
static void echo(int fd)
{
    static char buf[65536];
    ssize_t n = recv(fd, buf, sizeof buf, 0), at = 0, m;

    if (n < 0 && errno == EAGAIN)
        return;
    while (at < n) {
        struct pollfd p = { fd, POLLOUT, 0 };
        m = send(fd, buf + at, (size_t)(n - at), MSG_NOSIGNAL);
        if (m > 0)
            at += m;
        else if (errno != EAGAIN || poll(&p, 1, 5000) <= 0)
            break;
    }
    if (n <= 0 || at < n)
        close(fd);
}

static int serve(void)
{
    int i, n, one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct epoll_event events[EVENTS];

    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&place, sizeof place) != 0 || listen(listener, 4096) != 0)
        die("listen");
    watch(listener, EPOLLIN, EPOLL_CTL_ADD);
    watch(STDIN_FILENO, EPOLLIN, EPOLL_CTL_ADD);
    puts("ready");
    fflush(stdout);
    for (;;) {
        n = epoll_wait(epoll_fd, events, EVENTS, -1);
        for (i = 0; i < n; i++) {
            if (events[i].data.fd == STDIN_FILENO)
                return 0;
            if (events[i].data.fd == listener)
                accept_all(listener);
            else
                echo(events[i].data.fd);
        }
    }
}

/* -- rate -- */

struct run {
    double began;
    int got;
};

static struct run *runs;
static double samples[SAMPLES];
static long done, failed, open_now;

static void begin(void)
{
    static const char ask[ASK] = "0123456789abcde";
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    if (fd < 0)
        die("socket");
    no_delay(fd);
    runs[fd].began = now();
    runs[fd].got = -1;
    if (connect(fd, (struct sockaddr *)&place, sizeof place) != 0 && errno != EINPROGRESS)
        die("connect");
    open_now++;
    if (send(fd, ask, ASK, MSG_NOSIGNAL) == ASK)
        runs[fd].got = 0;
    watch(fd, runs[fd].got < 0 ? EPOLLOUT : EPOLLIN, EPOLL_CTL_ADD);
}

static void finish(int fd, int good)
{
    if (good && done < SAMPLES)
        samples[done] = now() - runs[fd].began;
    done += good;
    failed += !good;
    open_now--;
    close(fd);
}

static void go_on(int fd)
{
    static const char ask[ASK] = "0123456789abcde";
    char buf[ASK];
    ssize_t n;

    if (runs[fd].got < 0) {
        if (send(fd, ask, ASK, MSG_NOSIGNAL) != ASK) {
            finish(fd, 0);
            return;
        }
        runs[fd].got = 0;
        watch(fd, EPOLLIN, EPOLL_CTL_MOD);
        return;
    }
    n = recv(fd, buf, sizeof buf, 0);
    if (n < 0 && errno == EAGAIN)
        return;
    runs[fd].got += n > 0 ? (int)n : 0;
    if (n <= 0)
        finish(fd, 0);
    else if (runs[fd].got == ASK)
        finish(fd, 1);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static int rate(long at_once, double seconds)
{
    struct epoll_event events[EVENTS];
    double start = now(), end = start + seconds, stop = end + 10;
    long kept;
    int i, n;

    runs = calloc(70000, sizeof *runs);
    if (runs == NULL)
        die("calloc");
    begin();            /* one at least, however late it is */
    while (now() < end || (open_now > 0 && now() < stop)) {
        while (now() < end && open_now < at_once)
            begin();
        n = epoll_wait(epoll_fd, events, EVENTS, 100);
        for (i = 0; i < n; i++)
            go_on(events[i].data.fd);
    }
    kept = done < SAMPLES ? done : SAMPLES;
    qsort(samples, (size_t)kept, sizeof samples[0], compare);
    printf("%ld %.3f %.0f %ld\n", done, now() - start, kept > 0 ? samples[kept / 2] * 1e6 : 0.0, failed + open_now);
    return 0;
}

/* -- bulk, hold -- */

static int dial(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&place, sizeof place) != 0)
        die("connect");
    no_delay(fd);
    return fd;
}

static int bulk(long bytes)
{
    static char buf[65536];
    long sent = 0, got = 0;
    double start = now();
    int fd = dial();

    while (got < bytes) {
        struct pollfd p = { fd, (short)(POLLIN | (sent < bytes ? POLLOUT : 0)), 0 };
        ssize_t n;
        if (poll(&p, 1, 30000) <= 0)
            die("bulk");
        n = p.revents & POLLOUT ? send(fd, buf, bytes - sent < 65536 ? (size_t)(bytes - sent) : 65536,
                                       MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
        sent += n > 0 ? n : 0;
        n = p.revents & POLLIN ? recv(fd, buf, sizeof buf, MSG_DONTWAIT) : 1;
        if (n == 0 || (n < 0 && errno != EAGAIN))
            die("recv");
        got += p.revents & POLLIN && n > 0 ? n : 0;
    }
    printf("%.3f\n", now() - start);
    return 0;
}

static int hold(long count)
{
    char byte = 'x';
    long i;

    for (i = 0; i < count; i++) {
        int fd = dial();
        if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1 || recv(fd, &byte, 1, 0) != 1)
            die("hold");
    }
    puts("ready");
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    return 0;
}

int main(int argc, char **argv)
{
    struct rlimit r;

    if (argc < 3)
        return fprintf(stderr, "tunnel_load: see its source\n"), 1;
    getrlimit(RLIMIT_NOFILE, &r);
    r.rlim_cur = r.rlim_max < 65536 ? r.rlim_max : 65536;
    setrlimit(RLIMIT_NOFILE, &r);
    place.sin_family = AF_INET;
    place.sin_port = htons((uint16_t)atoi(argv[2]));
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    epoll_fd = epoll_create1(0);
    if (strcmp(argv[1], "serve") == 0)
        return serve();
    if (strcmp(argv[1], "rate") == 0 && argc == 5)
        return rate(atol(argv[3]), atof(argv[4]));
    if (strcmp(argv[1], "bulk") == 0 && argc == 4)
        return bulk(atol(argv[3]));
    if (strcmp(argv[1], "hold") == 0 && argc == 4)
        return hold(atol(argv[3]));
    return fprintf(stderr, "tunnel_load: see its source\n"), 1;
}
