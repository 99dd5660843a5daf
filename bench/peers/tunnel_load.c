/* SPDX-License-Identifier: ISC */
/* What runs through the tunnels that are measured:
 *   tunnel_load echo PORT              a service that sends back what comes
 *   tunnel_load client PORT N AT_ONCE  N connections, each one command and its echo
 *   tunnel_load idle PORT N            N connections after one command each, until stdin ends */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define COMMAND     "led on"
#define COMMAND_LEN 6
#define AT_ONCE_MAX 64
#define EVENTS      64

static struct sockaddr_in address;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void watch(int epoll, int fd)
{
    struct epoll_event e = { .events = EPOLLIN, .data = { .fd = fd } };

    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
}

static void echo_one(int epoll, int listener, int fd)
{
    char buf[4096];
    ssize_t n;

    if (fd == listener) {
        watch(epoll, accept(listener, NULL, NULL));
        return;
    }
    n = recv(fd, buf, sizeof buf, 0);
    if (n <= 0 || send(fd, buf, (size_t)n, MSG_NOSIGNAL) != n)
        close(fd);
}

static int echo(void)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0), epoll = epoll_create1(0), yes = 1, n, i;
    struct epoll_event events[EVENTS];

    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1024) != 0)
        return 1;
    watch(epoll, listener);
    puts("ready");
    fflush(stdout);
    for (;;) {
        n = epoll_wait(epoll, events, EVENTS, -1);
        for (i = 0; i < n; i++)
            echo_one(epoll, listener, events[i].data.fd);
    }
}

/* A connection with its command sent; -1: none. */
static int started(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0
        && send(fd, COMMAND, COMMAND_LEN, MSG_NOSIGNAL) == COMMAND_LEN)
        return fd;
    close(fd);
    return -1;
}

static bool answered(int fd)
{
    char buf[COMMAND_LEN];

    return recv(fd, buf, sizeof buf, MSG_WAITALL) == COMMAND_LEN && memcmp(buf, COMMAND, COMMAND_LEN) == 0;
}

static int client(unsigned total, unsigned at_once)
{
    struct pollfd fds[AT_ONCE_MAX];
    unsigned begun = 0, done = 0, failed = 0, i;
    double begin = now();

    for (i = 0; i < at_once; i++)
        fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
    while (done + failed < total) {
        for (i = 0; i < at_once; i++)
            if (fds[i].fd < 0 && begun < total) {
                begun++;
                fds[i].fd = started();
                failed += fds[i].fd < 0;
            }
        poll(fds, at_once, 10000);
        for (i = 0; i < at_once; i++)
            if (fds[i].fd >= 0 && fds[i].revents != 0) {
                if (answered(fds[i].fd))
                    done++;
                else
                    failed++;
                close(fds[i].fd);
                fds[i].fd = -1;
            }
    }
    printf("{\"done\": %u, \"failed\": %u, \"seconds\": %.6f}\n", done, failed, now() - begin);
    return failed > 0;
}

static int idle(unsigned total)
{
    unsigned i, up = 0;

    for (i = 0; i < total; i++) {
        int fd = started();
        up += fd >= 0 && answered(fd);
    }
    printf("{\"open\": %u}\n", up);
    fflush(stdout);
    return getchar() != EOF;
}

int main(int argc, char **argv)
{
    struct rlimit files;
    unsigned n = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
    unsigned at_once = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 1;

    if (argc < 3 || at_once < 1 || at_once > AT_ONCE_MAX)
        return 2;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)strtoul(argv[2], NULL, 10));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (strcmp(argv[1], "echo") == 0)
        return echo();
    return strcmp(argv[1], "client") == 0 ? client(n, at_once) : idle(n);
}
