/* SPDX-License-Identifier: ISC */
/* A non-blocking socket with what waits to be written. One edge-triggered event
 * each: registered once, never changed. */
#ifndef TUNNEL_SOCK_H
#define TUNNEL_SOCK_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "queue.h"

struct tunnel_sock {
    struct event ev;
    struct tunnel_queue out;
    void (*ready)(void *owner);
    void *owner;
    int fd;                     /* -1: closed; zeroed memory is NOT a closed one */
    int error;                  /* errno of what broke it; 0: whole */
    bool connecting;
    bool readable, writable;    /* until a call says that it would block */
    bool closing;               /* the peer's end is behind what is unread */
    bool ended;                 /* the peer sends no more */
    bool shut;                  /* nor do we */
};

/* Small records shall not wait for each other. Of a listener: all it accepts. */
void tunnel_no_delay(int fd);

void tunnel_sock_init(struct tunnel_sock *s);

/* Takes fd over, which is non-blocking; ready(owner) is called when it can go on.
 * false: no memory; fd is closed. */
bool tunnel_sock_open(struct tunnel_sock *s, int fd, bool connecting, void (*ready)(void *), void *owner);

/* Connects. false: error says why. */
bool tunnel_sock_dial(struct tunnel_sock *s, const struct sockaddr *to, socklen_t len,
                      void (*ready)(void *), void *owner);

/* Reads what is there. 0: nothing now, or readable, ended and error tell. */
size_t tunnel_sock_read(struct tunnel_sock *s, uint8_t *buf, size_t size);

/* Writes from out as much as goes; returns how many bytes went. */
size_t tunnel_sock_flush(struct tunnel_sock *s);

/* Adds to out. */
void tunnel_sock_put(struct tunnel_sock *s, const void *bytes, size_t n);

/* Sends the end, once. */
void tunnel_sock_shut(struct tunnel_sock *s);

/* Has ready called again in the next round: for who has more to do than is fair now. */
void tunnel_sock_again(struct tunnel_sock *s);

/* Closes. reset: the peer shall see that it was cut (RST of TCP). */
void tunnel_sock_close(struct tunnel_sock *s, bool reset);

#endif
