/* SPDX-License-Identifier: ISC */
/* Line clients: what line.c, line_client.c and line_device.c share. One session to
 * the device serves them all, one command at a time, in turns: a chip may have no
 * second session, and answers one by one anyway. */
#ifndef TUNNEL_LINE_H
#define TUNNEL_LINE_H

#include "link.h"
#include "telnet.h"

/* Reasons in an error line, numbered as mssl's exit codes. docs/FORMATS.md */
#define LINE_BAD         1
#define LINE_FORGED      2
#define LINE_CONNECTION  3
#define LINE_REFUSED     4
#define LINE_DENIED      5
#define LINE_ARGUMENT    6
#define LINE_BUSY        7
#define LINE_FAILED      8
#define LINE_UNKNOWN     9

/* A plain client. */
struct line_client {
    struct tunnel_sock sock;
    struct tunnel_telnet telnet;
    struct tunnel_queue in;         /* bytes of it that are not a line yet */
    struct line_service *of;
    struct line_client *next, *prev;
    int outcome;                    /* of the telnet machine: a line waits, or is wrong */
    bool gone;
    unsigned lines;                 /* answered */
    int64_t began_ms;
    char who[24];
};

/* A device and its clients. */
struct line_service {
    struct tunnel_service *service;
    struct tunnel_tick tick;
    struct line_client *first, *turn;   /* turn: whose command runs; NULL: none */
    struct line_client *after;          /* who is next in the round */
    struct tunnel_link *link;           /* NULL: no session */
    struct mssl_enrol enrol;
    bool enrolling, sent;
    uint8_t task, len;                  /* the command that runs */
    char args[MSSL_RECORD_DATA_MAX];
    int64_t used_ms;                    /* the last command's end */
    int64_t began_ms;                   /* the command that runs */
    bool ending;
};

/* line_client.c: takes a client; says a line; ends it when it may. */
void line_client_new(struct line_service *of, int fd, const struct sockaddr_in *from);
bool line_client_waits(struct line_client *c);      /* has it a line? Answers wrong ones itself. */
void line_client_done(struct line_client *c);       /* its line was answered */
void line_client_error(struct line_client *c, int code, const char *task, const char *reason);
void line_client_put(struct line_client *c, const char *mark, const uint8_t *text, size_t len);
void line_client_end(struct line_client *c);
void line_client_read(struct line_client *c);
void line_client_flush(struct line_client *c);

/* line_device.c: the command that runs. */
void line_device_run(struct line_service *of);
void line_device_end(struct line_service *of);

/* line.c: goes on with whatever can. */
void line_service_pump(struct line_service *of);

#endif
