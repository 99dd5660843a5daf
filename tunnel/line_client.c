/* SPDX-License-Identifier: ISC */
/* A plain line client: its lines in, answers and errors out. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line.h"

#define IN_MAX 4096     /* lines that may wait; more stay in the socket */

static void on_ready(void *owner)
{
    struct line_client *c = owner;

    line_service_pump(c->of);
}

void line_client_new(struct line_service *of, int fd, const struct sockaddr_in *from)
{
    struct line_client *c = calloc(1, sizeof *c);

    if (c == NULL) {
        close(fd);
        return;
    }
    if (!tunnel_sock_open(&c->sock, fd, false, on_ready, c)) {
        free(c);
        return;
    }
    c->of = of;
    c->began_ms = tunnel_now();
    strcpy(c->who, "unix");
    if (from->sin_family == AF_INET)
        inet_ntop(AF_INET, &from->sin_addr, c->who, sizeof c->who);
    c->next = of->first;
    if (c->next != NULL)
        c->next->prev = c;
    of->first = c;
    of->service->live++;
    tunnel.live++;
}

void line_client_end(struct line_client *c)
{
    struct line_service *of = c->of;

    if (c->gone)
        return;
    c->gone = true;
    if (c->next != NULL)
        c->next->prev = c->prev;
    if (c->prev != NULL)
        c->prev->next = c->next;
    else
        of->first = c->next;
    if (of->after == c)
        of->after = c->next;
    if (of->turn == c)
        of->turn = NULL;        /* its answer finds nobody */
    tunnel_access("%s line peer=%s lines=%u seconds=%.1f", of->service->name, c->who, c->lines,
                  (double)(tunnel_now() - c->began_ms) / 1000);
    tunnel_sock_close(&c->sock, c->sock.error != 0);
    tunnel_queue_end(&c->in);
    of->service->live--;
    tunnel.live--;
    tunnel_listen_wake(of->service);
    tunnel_bury(c);
}

/* LF alone ends it: scripts compare, and telnet shows it as well. */
void line_client_put(struct line_client *c, const char *mark, const uint8_t *text, size_t len)
{
    char out[4 * MSSL_RECORD_DATA_MAX + 2];
    size_t n = sizeof out;

    if (mssl_text_escape(out, &n, text, len) != MSSL_OK)
        return;
    tunnel_sock_put(&c->sock, mark, strlen(mark));
    /* An answer that looks like an error or an event shall not be taken for one. */
    if (mark[0] == '\0' && n > 0 && (out[0] == '!' || out[0] == '*')) {
        char first[5];
        snprintf(first, sizeof first, "\\x%02x", (unsigned char)out[0]);
        tunnel_sock_put(&c->sock, first, 4);
        tunnel_sock_put(&c->sock, out + 1, n - 1);
    } else {
        tunnel_sock_put(&c->sock, out, n);
    }
    tunnel_sock_put(&c->sock, "\n", 1);
}

void line_client_error(struct line_client *c, int code, const char *task, const char *reason)
{
    char line[300];
    int n = snprintf(line, sizeof line, "! %d %s: %s\n", code, task, reason);

    tunnel_sock_put(&c->sock, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
}

void line_client_done(struct line_client *c)
{
    c->lines++;
    c->outcome = TUNNEL_LINE_NONE;
    tunnel_telnet_next(&c->telnet);
}

void line_client_read(struct line_client *c)
{
    while (c->in.len < IN_MAX) {
        size_t n = tunnel_sock_read(&c->sock, tunnel.chunk, IN_MAX - c->in.len);
        if (n == 0)
            return;
        if (!tunnel_queue_put(&c->in, tunnel.chunk, n))
            return;
    }
}

/* The bytes that wait, until a line is whole or they are at their end. */
static void parse(struct line_client *c)
{
    uint8_t reply[TUNNEL_REPLY_SIZE];
    size_t n;

    while (c->outcome == TUNNEL_LINE_NONE && c->in.len > 0) {
        uint8_t byte = *tunnel_queue_head(&c->in);
        tunnel_queue_drop(&c->in, 1);
        c->outcome = tunnel_telnet_byte(&c->telnet, byte, reply, &n);
        if (n > 0 && c->sock.out.len < TUNNEL_OUT_MAX)
            tunnel_sock_put(&c->sock, reply, n);
    }
}

/* Bytes, though no line yet: are there more? Not without end, others wait. */
static bool read_more(struct line_client *c, int round)
{
    if (c->in.len > 0 || !c->sock.readable)
        return false;
    if (round >= TUNNEL_ROUNDS) {
        tunnel_sock_again(&c->sock);
        return false;
    }
    line_client_read(c);
    return c->in.len > 0;
}

bool line_client_waits(struct line_client *c)
{
    int round;

    for (round = 0;; round++) {
        if (c->sock.out.len > TUNNEL_OUT_MAX)
            return false;       /* it must read its answers before it asks more */
        parse(c);
        if (c->outcome == TUNNEL_LINE_NONE && read_more(c, round))
            continue;
        if (c->outcome == TUNNEL_LINE_NONE)
            return false;
        if (c->outcome == TUNNEL_LINE_WHOLE && c->telnet.len > 0)
            return true;
        if (c->outcome == TUNNEL_LINE_LONG)
            line_client_error(c, LINE_BAD, "line", "too long: a command has at most 127 bytes of arguments");
        if (c->outcome == TUNNEL_LINE_BAD)
            line_client_error(c, LINE_BAD, "line", "it has a zero byte: a command is text");
        line_client_done(c);    /* an empty line is none */
    }
}

void line_client_flush(struct line_client *c)
{
    bool full = c->sock.out.len > TUNNEL_OUT_MAX;

    tunnel_sock_flush(&c->sock);
    if (full && c->sock.out.len <= TUNNEL_OUT_MAX)
        tunnel_sock_again(&c->sock);    /* its lines were passed over for that */
    if (c->sock.error != 0) {
        line_client_end(c);
        return;
    }
    /* It has sent its end: what it asked is answered first. Half a line is not run: a
     * script that was cut off must not switch a lamp. */
    if (!c->sock.ended || c->of->turn == c || c->in.len > 0 || c->outcome != TUNNEL_LINE_NONE)
        return;
    if (tunnel_telnet_inside(&c->telnet)) {
        line_client_error(c, LINE_BAD, "line", "it did not end: not run");
        tunnel_telnet_next(&c->telnet);
        tunnel_sock_flush(&c->sock);
    }
    if (c->sock.out.len == 0)
        line_client_end(c);
}
