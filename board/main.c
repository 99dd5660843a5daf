/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mssl-board: runs the virtual board in real time until it is told to end. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "attach.h"
#include "board.h"
#include "mssl_wire.h"
#include "options.h"

#define ERROR_MAX   300
#define COMMAND_MAX (2 * BOARD_FRAME_MAX + 10)      /* the longest: frame HEX */
#define NS          1000000000LL
#define LATE_NS     (200 * 1000000LL)   /* behind by more: time was lost, not to be caught up */
#define NETWORK_PREFIX "\x0a\x00\x02"

enum { EXIT_ASKED = 0, EXIT_USAGE = 1, EXIT_STRICT = 2, EXIT_CRASH = 3 };

struct run {
    struct board_options options;
    struct board board;
    struct board_host *host[BOARD_HOSTS];
    struct board_tap tap, packet;
    FILE *events;
    struct board_poll poll;
    int stdin_index, stdin_open, stdin_len;
    char command[COMMAND_MAX];
    const char *end;                    /* why the run ends, or NULL */
    char error[ERROR_MAX];
};

static volatile sig_atomic_t signalled;

static void on_signal(int number)
{
    (void)number;
    signalled = 1;
}

static void signals(void)
{
    struct sigaction action = { .sa_handler = on_signal };

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

/* -- Opening -- */

/* An image holds the device's key. M-11.8 */
static int check_image(struct run *r, const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || !(st.st_mode & 077))
        return 0;
    snprintf(r->error, sizeof r->error, "%s: others may use it (mode %04o), and it holds the device's key: "
             "chmod 600 it", path, (unsigned)st.st_mode & 07777);
    return -1;
}

static int open_cells(struct run *r)
{
    const struct board_options *o = &r->options;
    uint8_t image[BOARD_CELLS_MAX];
    uint16_t size = chip_eeprom_size(o->mcu);
    int len = 0;

    board_cells_init(&r->board.cells, size);
    if (o->image && access(o->eeprom, F_OK) != 0
        && (check_image(r, o->image) != 0
            || (len = board_ihex_read(o->image, image, size, r->error, sizeof r->error)) < 0))
        return -1;
    return board_cells_open(&r->board.cells, o->eeprom, o->image ? image : NULL, (uint16_t)len,
                            r->error, sizeof r->error);
}

static int open_host(struct run *r, int i)
{
    const uint8_t *ip = r->board.cells.byte + MSSL_EE_IP;
    uint32_t device;

    memcpy(&device, ip, sizeof device);
    if (memcmp(ip, NETWORK_PREFIX, 3) != 0) {
        snprintf(r->error, sizeof r->error, "--host: the EEPROM gives the device %u.%u.%u.%u, the hosts live in "
                 "10.0.2.0/24; make an image with an address there", ip[0], ip[1], ip[2], ip[3]);
        return -1;
    }
    r->host[i] = board_host_open((char)('A' + i), &r->options.host[i].port, device, MSSL_PORT,
                                 &r->board.lan, &r->board.now_us, r->error, sizeof r->error);
    if (!r->host[i])
        return -1;
    board_event(&r->board.events, "host %c 127.0.0.1 %u", 'A' + i, r->options.host[i].port);
    return 0;
}

static int open_network(struct run *r)
{
    const struct board_options *o = &r->options;

    for (int i = 0; i < BOARD_HOSTS; i++)
        if (o->host[i].wanted && open_host(r, i) != 0)
            return -1;
    if (o->tap && board_tap_open(&r->tap, o->tap, &r->board.lan, r->error, sizeof r->error) != 0)
        return -1;
    if (o->packet && board_packet_open(&r->packet, o->packet, &r->board.lan, r->error, sizeof r->error) != 0)
        return -1;
    if (o->pcap && board_pcap_open(&r->board.pcap, o->pcap, BOARD_PCAP_MAX, r->error, sizeof r->error) != 0)
        return -1;
    return 0;
}

static int open_all(struct run *r)
{
    r->events = stdout;
    board_init(&r->board, stdout, r->options.strict);
    if (r->options.events && (r->events = fopen(r->options.events, "w")) == NULL) {
        snprintf(r->error, sizeof r->error, "--events %s: %s; give a file that can be written",
                 r->options.events, strerror(errno));
        return -1;
    }
    board_init(&r->board, r->events, r->options.strict);
    board_faults_set(&r->board.faults, &r->options.faults);
    if (open_cells(r) != 0 || open_network(r) != 0
        || board_start(&r->board, r->options.mcu, r->options.firmware, r->options.flash, r->error,
                       sizeof r->error) != 0)
        return -1;
    board_event(&r->board.events, "ready");
    return 0;
}

/* -- Running -- */

static void commands(struct run *r)
{
    ssize_t n = read(STDIN_FILENO, r->command + r->stdin_len, sizeof r->command - 1 - (size_t)r->stdin_len);
    char *line = r->command, *newline;
    int result;

    if (n <= 0) {
        r->stdin_open = 0;              /* the board outlives whoever started it */
        return;
    }
    r->stdin_len += (int)n;
    r->command[r->stdin_len] = 0;
    while ((newline = strchr(line, '\n')) != NULL) {
        *newline = 0;
        result = board_command(&r->board, line, r->error, sizeof r->error);
        if (result < 0)
            fprintf(stderr, "mssl-board: %s\n", r->error);
        if (result > 0)
            r->end = "quit";
        line = newline + 1;
    }
    r->stdin_len = (int)strlen(line);
    memmove(r->command, line, (size_t)r->stdin_len + 1);
    if (r->stdin_len == COMMAND_MAX - 1)
        r->stdin_len = 0;               /* no command is that long */
}

/* Waits at most wait_ns for the network and standard input, and serves them. */
static void serve(struct run *r, long long wait_ns)
{
    struct timespec wait = { .tv_sec = (time_t)(wait_ns / NS), .tv_nsec = (long)(wait_ns % NS) };
    struct board_poll *p = &r->poll;

    p->count = 0;
    for (int i = 0; i < BOARD_HOSTS; i++)
        if (r->host[i])
            board_host_before_poll(r->host[i], p);
    if (r->options.tap)
        board_tap_before_poll(&r->tap, p);
    if (r->options.packet)
        board_tap_before_poll(&r->packet, p);
    r->stdin_index = r->stdin_open ? board_poll_add(p, STDIN_FILENO, POLLIN) : -1;
    p->failed = ppoll(p->fd, p->count, &wait, NULL) < 0;
    for (unsigned i = 0; p->failed && i < p->count; i++)
        p->fd[i].revents = 0;
    for (int i = 0; i < BOARD_HOSTS; i++)
        if (r->host[i])
            board_host_after_poll(r->host[i], p);
    if (r->options.tap)
        board_tap_after_poll(&r->tap, p);
    if (r->options.packet)
        board_tap_after_poll(&r->packet, p);
    if (r->stdin_index >= 0 && p->fd[r->stdin_index].revents)
        commands(r);
}

static long long real_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * NS + t.tv_nsec;
}

/* Serves the world until real time has caught up with simulated time. start is
 * the real time of simulated 0, moved when the machine was too slow. */
static void pace(struct run *r, long long *start)
{
    long long due, wait;

    if (r->board.skip_us) {
        if (r->board.now_us >= r->board.skip_us) {
            r->board.skip_us = 0;
            board_event(&r->board.events, "skipped");
        }
        *start = real_ns() - (long long)r->board.now_us * 1000;
        serve(r, 0);
        return;
    }
    if (r->options.fast) {
        serve(r, 0);
        return;
    }
    due = *start + (long long)r->board.now_us * 1000;
    wait = due - real_ns();
    if (wait < -LATE_NS)
        *start -= wait;
    do {
        serve(r, wait > 0 ? wait : 0);
        wait = due - real_ns();
    } while (wait > 0 && !signalled && !r->end);
}

static void run(struct run *r)
{
    uint64_t limit_us = (uint64_t)(r->options.limit_s * 1e6);
    long long start = real_ns() - (long long)r->board.now_us * 1000;

    r->stdin_open = fcntl(STDIN_FILENO, F_GETFD) >= 0;
    while (!r->end) {
        r->end = board_slice(&r->board);
        if (!r->end)
            pace(r, &start);
        if (!r->end && signalled)
            r->end = "signal";
        if (!r->end && limit_us && r->board.now_us >= limit_us)
            r->end = "limit";
    }
}

static int close_all(struct run *r)
{
    int ret;

    for (int i = 0; i < BOARD_HOSTS; i++)
        board_host_close(r->host[i]);
    if (r->tap.s)
        board_tap_close(&r->tap);
    if (r->packet.s)
        board_tap_close(&r->packet);
    ret = board_stop(&r->board);
    if (r->events && r->events != stdout)
        fclose(r->events);
    return ret;
}

static int exit_code(const char *end)
{
    if (strcmp(end, "strict") == 0)
        return EXIT_STRICT;
    return strcmp(end, "crash") == 0 ? EXIT_CRASH : EXIT_ASKED;
}

int main(int argc, char **argv)
{
    static struct run r;
    int code;

    if (board_options_parse(&r.options, argc, argv, r.error, sizeof r.error) != 0) {
        fprintf(stderr, "mssl-board: %s\n", r.error);
        return EXIT_USAGE;
    }
    if (r.options.help || r.options.version) {
        fputs(r.options.help ? board_help : "mssl-board " MSSL_VERSION "\n", stdout);
        return EXIT_ASKED;
    }
    signals();
    if (open_all(&r) != 0) {
        fprintf(stderr, "mssl-board: %s\n", r.error);
        if (r.board.cells.made)
            unlink(r.options.eeprom);       /* the next start makes it anew, from its own image */
        close_all(&r);
        return EXIT_USAGE;
    }
    run(&r);
    code = exit_code(r.end);
    board_events_flush(&r.board.events);
    board_tell_stack(&r.board);
    board_event(&r.board.events, "end %s", r.end);
    if (close_all(&r) != 0) {
        fprintf(stderr, "mssl-board: %s: may be incomplete: %s; check its disk\n", r.options.eeprom, strerror(errno));
        return EXIT_USAGE;
    }
    return code;
}
