/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A virtual host on the board's network: libslirp lends it a TCP/IP stack and a loopback port, without root. */
#include <arpa/inet.h>
#include <slirp/libslirp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "attach.h"

#define NETWORK     "10.0.2.0"
#define NETMASK     "255.255.255.0"
#define ETHERTYPE   12
#define ARP_TARGET  38            /* offset of the address asked for */
#define ARP_END     42

struct board_host {
    char name;
    int port;
    Slirp *slirp;
    struct board_switch *s;
    struct board_poll *poll;
    const uint64_t *now_us;
};

/* libslirp's own rule: 52:55 and the IPv4 address. */
static void addresses(char name, uint8_t *mac)
{
    static const uint8_t a[6] = { 0x52, 0x55, 10, 0, 2, 2 };

    memcpy(mac, a, sizeof a);
    mac[5] = (uint8_t)(mac[5] + (name - 'A'));
}

int board_host_hears(char name, const uint8_t *frame, uint16_t len)
{
    uint8_t mac[6];

    addresses(name, mac);
    if (len >= ARP_END && frame[ETHERTYPE] == 0x08 && frame[ETHERTYPE + 1] == 0x06)
        return memcmp(frame + ARP_TARGET, mac + 2, 4) == 0;
    return len >= ETHERTYPE + 2 && memcmp(frame, mac, sizeof mac) == 0;
}

static void deliver(void *peer, const uint8_t *frame, uint16_t len)
{
    struct board_host *h = peer;

    if (board_host_hears(h->name, frame, len))
        slirp_input(h->slirp, frame, len);
}

/* -- What libslirp asks of its owner -- */

static ssize_t send_packet(const void *frame, size_t len, void *opaque)
{
    struct board_host *h = opaque;

    if (len <= BOARD_FRAME_MAX)
        board_switch_input(h->s, h->port, frame, (uint16_t)len);
    return (ssize_t)len;
}

static void guest_error(const char *message, void *opaque)
{
    (void)message;
    (void)opaque;
}

/* Its timers live in simulated time, so that a fast board does not outrun them. */
static int64_t clock_get_ns(void *opaque)
{
    const struct board_host *h = opaque;

    return (int64_t)(*h->now_us * 1000);
}

/* Timers serve IPv6 only, which is off. */
static void *timer_new(SlirpTimerCb f, void *f_opaque, void *opaque)
{
    (void)f;
    (void)f_opaque;
    return opaque;
}

static void timer_free(void *timer, void *opaque)
{
    (void)timer;
    (void)opaque;
}

static void timer_mod(void *timer, int64_t expires, void *opaque)
{
    (void)timer;
    (void)expires;
    (void)opaque;
}

static void poll_fd(int fd, void *opaque)
{
    (void)fd;
    (void)opaque;
}

static void notify(void *opaque)
{
    (void)opaque;
}

static const SlirpCb callbacks = {
    .send_packet = send_packet, .guest_error = guest_error, .clock_get_ns = clock_get_ns,
    .timer_new = timer_new, .timer_free = timer_free, .timer_mod = timer_mod,
    .register_poll_fd = poll_fd, .unregister_poll_fd = poll_fd, .notify = notify,
};

static int add_poll(int fd, int events, void *opaque)
{
    struct board_host *h = opaque;
    short e = 0;

    if (events & SLIRP_POLL_IN)
        e |= POLLIN;
    if (events & SLIRP_POLL_OUT)
        e |= POLLOUT;
    if (events & SLIRP_POLL_PRI)
        e |= POLLPRI;
    return board_poll_add(h->poll, fd, e);
}

static int get_revents(int index, void *opaque)
{
    const struct board_host *h = opaque;
    int events = 0;
    short e;

    if (index < 0)
        return 0;
    e = h->poll->fd[index].revents;
    if (e & POLLIN)
        events |= SLIRP_POLL_IN;
    if (e & POLLOUT)
        events |= SLIRP_POLL_OUT;
    if (e & POLLPRI)
        events |= SLIRP_POLL_PRI;
    if (e & POLLERR)
        events |= SLIRP_POLL_ERR;
    if (e & POLLHUP)
        events |= SLIRP_POLL_HUP;
    return events;
}

void board_host_before_poll(struct board_host *h, struct board_poll *p)
{
    uint32_t timeout = UINT32_MAX;   /* the board polls every millisecond anyway */

    h->poll = p;
    slirp_pollfds_fill(h->slirp, &timeout, add_poll, h);
}

void board_host_after_poll(struct board_host *h, struct board_poll *p)
{
    h->poll = p;
    slirp_pollfds_poll(h->slirp, p->failed, get_revents, h);
}

/* -- Opening -- */

static struct in_addr in(const char *text)
{
    struct in_addr a;

    inet_pton(AF_INET, text, &a);
    return a;
}

static Slirp *new_slirp(struct board_host *h)
{
    uint8_t mac[6];
    SlirpConfig config = { .version = 4, .restricted = 1, .in_enabled = true, .disable_dns = true,
                           .disable_dhcp = true, .disable_host_loopback = true };

    addresses(h->name, mac);
    config.vnetwork = in(NETWORK);
    config.vnetmask = in(NETMASK);
    memcpy(&config.vhost, mac + 2, 4);
    config.vdhcp_start = in("10.0.2.200");
    config.vnameserver = in("10.0.2.254");
    return slirp_new(&config, &callbacks, h);
}

/* libslirp tells the port it took only in this text:
 * "  TCP[HOST_FORWARD]  12  127.0.0.1 40001  10.0.2.9  6775 ..." */
static uint16_t forwarded_port(Slirp *slirp)
{
    char *text = slirp_connection_info(slirp), *line = strstr(text, "HOST_FORWARD]");
    unsigned port = 0;

    if (!line || sscanf(line, "HOST_FORWARD] %*s %*s %u", &port) != 1)
        port = 0;
    free(text);
    return (uint16_t)port;
}

struct board_host *board_host_open(char name, uint16_t *port, uint32_t device, uint16_t device_port,
                                   struct board_switch *s, const uint64_t *now_us,
                                   char *error, size_t error_len)
{
    struct board_host *h = calloc(1, sizeof *h);
    struct in_addr guest = { .s_addr = device };

    if (!h)
        return NULL;
    h->name = name;
    h->s = s;
    h->now_us = now_us;
    h->slirp = new_slirp(h);
    h->port = board_switch_attach(s, deliver, h);
    if (!h->slirp || h->port < 0
        || slirp_add_hostfwd(h->slirp, 0, in("127.0.0.1"), *port, guest, device_port) != 0) {
        snprintf(error, error_len, "--host %c:%u: 127.0.0.1:%u can't be listened on; choose another port, "
                 "or 0 for a free one", name, *port, *port);
        board_host_close(h);
        return NULL;
    }
    *port = forwarded_port(h->slirp);
    return h;
}

void board_host_close(struct board_host *h)
{
    if (h && h->slirp)
        slirp_cleanup(h->slirp);
    free(h);
}
