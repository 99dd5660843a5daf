/* SPDX-License-Identifier: ISC */
/* The device core behind a TCP port of this machine, with tasks like the
 * firmware's: for tests of hosts, not for use.
 *
 * native_device [--port N] [--image FILE] [--modulus FILE] [--peer IP] [--event-ms N] [--busy N]
 *   --port N       of 127.0.0.1; 0 (default) picks one. Prints "port N" first.
 *   --modulus FILE Intel HEX of an authority's modulus; only with the signature option
 *   --image FILE   EEPROM as Intel HEX; default: K_D 00..0f, seed 55.., device 1
 *   --peer IP      the address that peers seem to have; default: their own
 *   --event-ms N   an event of task uptime every N ms to every open session
 *   --busy N       how often `adc 7` is busy before it answers
 * MACs of peers are 02:00 and the IPv4 address. Tasks: led on|off|state, and raw
 * for control bytes; adc 0..5, 6 fails, 7 as said; uptime. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "mssl_dev.h"
#include "mssl_dev_port.h"
#include "native_device.h"

#define TICK_MS 250

struct connection {
    int fd;                             /* -1: free */
    uint8_t peer[MSSL_PEER_LEN];
    uint8_t buf[MSSL_DEV_BUF_LEN];
};

static struct connection connections[MSSL_DEV_SESSIONS];
static uint8_t eeprom[MSSL_EE_LEN];
static const char *peer_option;
static long event_ms, busy_left;
static int led;

/* -- The core's port -- */

uint8_t mssl_port_eeprom_read(uint16_t address)
{
    return eeprom[address];
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    eeprom[address] = value;
}

static uint8_t say(uint8_t *buf, uint8_t *len, const char *text)
{
    *len = (uint8_t)strlen(text);
    memcpy(buf, text, *len);
    return MSSL_STATUS_OK;
}

static uint8_t run_led(const char *args, uint8_t *buf, uint8_t *len)
{
    if (strcmp(args, "raw") == 0)
        return say(buf, len, "\x1b[2J\\\x07");
    if (strcmp(args, "on") == 0)
        led = 1;
    else if (strcmp(args, "off") == 0)
        led = 0;
    else if (strcmp(args, "state") != 0)
        return MSSL_STATUS_ARGUMENT;
    return say(buf, len, led ? "on" : "off");
}

static uint8_t run_adc(const char *args, uint8_t *buf, uint8_t *len)
{
    if (args[0] < '0' || args[0] > '7' || args[1] != '\0')
        return MSSL_STATUS_ARGUMENT;
    if (args[0] == '6')
        return MSSL_STATUS_FAILED;
    if (args[0] == '7' && busy_left > 0) {
        busy_left--;
        return MSSL_STATUS_BUSY;
    }
    return say(buf, len, "512");
}

uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *buf, uint8_t *len)
{
    char args[MSSL_RECORD_DATA_MAX] = "";

    (void)caller;
    memcpy(args, buf, *len);
    *len = 0;
    switch (task) {
    case 1:  return run_led(args, buf, len);
    case 2:  return run_adc(args, buf, len);
    case 3:  return args[0] == '\0' ? say(buf, len, "42 s") : MSSL_STATUS_ARGUMENT;
    default: return MSSL_STATUS_UNKNOWN;
    }
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    static const char *const texts[] = { NULL, "led on|off|state", "adc CHANNEL", "uptime " };
    uint8_t len;

    if (task >= sizeof texts / sizeof texts[0] || texts[task] == NULL)
        return 0;
    say(out, &len, texts[task]);
    return len;
}

/* -- Connections -- */

static void drop(struct connection *c)
{
    close(c->fd);
    c->fd = -1;
}

/* Sends what the core gave, and closes when it says so. Records are small: a
 * peer that reads nothing blocks this device, which is its own test's fault. */
static void serve_output(unsigned i, uint8_t n)
{
    struct connection *c = &connections[i];

    if (n > 0)
        (void)!send(c->fd, c->buf, n, MSG_NOSIGNAL);
    if (mssl_dev_sessions[i].state == MSSL_DEV_CLOSED)
        drop(c);
}

static void serve_input(unsigned i)
{
    struct connection *c = &connections[i];
    uint8_t in[512];
    ssize_t n = recv(c->fd, in, sizeof in, 0), at;

    if (n <= 0) {
        mssl_dev_end(&mssl_dev_sessions[i]);
        drop(c);
        return;
    }
    for (at = 0; at < n && c->fd >= 0; at++)
        serve_output(i, mssl_dev_input(&mssl_dev_sessions[i], c->buf, in[at]));
}

static void take_connection(int listener)
{
    struct sockaddr_in from;
    socklen_t len = sizeof from;
    int fd = accept(listener, (struct sockaddr *)&from, &len), one = 1;
    unsigned i;

    for (i = 0; i < MSSL_DEV_SESSIONS && connections[i].fd >= 0; i++)
        continue;
    if (fd >= 0 && i == MSSL_DEV_SESSIONS) {
        close(fd);
    } else if (fd >= 0) {
        struct connection *c = &connections[i];
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (peer_option != NULL)
            inet_pton(AF_INET, peer_option, &from.sin_addr);
        c->fd = fd;
        memcpy(c->peer, &from.sin_addr, 4);
        c->peer[4] = 2;
        memcpy(c->peer + 6, &from.sin_addr, 4);
        mssl_dev_begin(&mssl_dev_sessions[i], c->peer);
    }
}

static void tell_event(unsigned i)
{
    static const char news[] = "tick";
    struct connection *c = &connections[i];

    if (c->fd < 0 || !mssl_dev_event_ready(&mssl_dev_sessions[i], 3))
        return;
    memcpy(c->buf + 2, news, 4);
    serve_output(i, mssl_dev_event(&mssl_dev_sessions[i], c->buf, 3, 4));
}

/* -- Start -- */

static void provision(void)
{
    uint8_t i;

    memset(eeprom, 0xFF, sizeof eeprom);
    for (i = 0; i < MSSL_KEY_LEN; i++)
        eeprom[MSSL_EE_KD + i] = i;
    memset(eeprom + MSSL_EE_DEVICE, 0, MSSL_G_DEVICE_LEN);
    eeprom[MSSL_EE_DEVICE + 3] = 1;
    memset(eeprom + MSSL_EE_GENERATIONS, 0, MSSL_SLOTS);
    memset(eeprom + MSSL_EE_SEED, 0x55, MSSL_SEED_LEN);
}

long native_hex_read(const char *path, uint8_t *out, size_t size)
{
    unsigned count, address, type, value, i, first = 0;
    size_t reach = 0;
    char line[600];
    FILE *f = fopen(path, "r");

    if (f == NULL)
        return -1;
    while (fgets(line, sizeof line, f) != NULL) {
        if (sscanf(line, ":%2x%4x%2x", &count, &address, &type) != 3 || type != 0)
            continue;
        if (reach == 0)
            first = address;
        for (i = 0; i < count && address - first + i < size; i++)
            if (sscanf(line + 9 + 2 * i, "%2x", &value) == 1) {
                out[address - first + i] = (uint8_t)value;
                reach = address - first + i + 1;
            }
    }
    fclose(f);
    return (long)reach;
}

static int listen_at(int port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, 8) != 0
        || getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        return -1;
    printf("port %d\n", ntohs(at.sin_port));
    fflush(stdout);
    return fd;
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void run_timers(void)
{
    static int64_t tick_at, event_at;
    int64_t now = now_ms();
    unsigned i;

    if (now >= tick_at) {
        tick_at = now + TICK_MS;
        for (i = 0; i < MSSL_DEV_SESSIONS; i++) {
            uint8_t n = mssl_dev_tick(&mssl_dev_sessions[i], connections[i].buf);
            if (connections[i].fd >= 0)
                serve_output(i, n);
        }
    }
    if (event_ms > 0 && now >= event_at) {
        event_at = now + event_ms;
        for (i = 0; i < MSSL_DEV_SESSIONS; i++)
            tell_event(i);
    }
}

static void run(int listener)
{
    struct pollfd p[MSSL_DEV_SESSIONS + 1];
    unsigned i;

    for (;;) {
        p[MSSL_DEV_SESSIONS].fd = listener;
        p[MSSL_DEV_SESSIONS].events = POLLIN;
        for (i = 0; i < MSSL_DEV_SESSIONS; i++) {
            p[i].fd = connections[i].fd;
            p[i].events = POLLIN;
        }
        if (poll(p, MSSL_DEV_SESSIONS + 1, 20) < 0 && errno != EINTR)
            return;
        for (i = 0; i < MSSL_DEV_SESSIONS; i++)
            if (p[i].fd >= 0 && p[i].revents != 0 && connections[i].fd >= 0)
                serve_input(i);
        if (p[MSSL_DEV_SESSIONS].revents & POLLIN)
            take_connection(listener);
        run_timers();
    }
}

int main(int argc, char **argv)
{
    int i, listener, port = 0;

    provision();
    for (i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--port") == 0)
            port = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--peer") == 0)
            peer_option = argv[i + 1];
        else if (strcmp(argv[i], "--event-ms") == 0)
            event_ms = atol(argv[i + 1]);
        else if (strcmp(argv[i], "--busy") == 0)
            busy_left = atol(argv[i + 1]);
        else if (strcmp(argv[i], "--image") == 0 && native_hex_read(argv[i + 1], eeprom, sizeof eeprom) > 0)
            continue;
        else if (strcmp(argv[i], "--modulus") != 0 || native_modulus_read(argv[i + 1]) != 0)
            return fprintf(stderr, "native_device: %s %s\n", argv[i], argv[i + 1]), 1;
    }
    for (i = 0; i < MSSL_DEV_SESSIONS; i++)
        connections[i].fd = -1;
    listener = listen_at(port);
    if (listener < 0)
        return perror("native_device"), 1;
    run(listener);
    return 1;
}
