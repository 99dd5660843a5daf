/* SPDX-License-Identifier: ISC */
/* Addresses of the config: IPv4 and port, a host's name, a Unix socket's path, or a
 * socket that systemd passed in. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

static const char *parse_unix(struct tunnel_place *p, const char *text)
{
    if (strlen(text) >= sizeof p->at.un.sun_path)
        return "the path of a Unix socket has at most 107 bytes";
    p->at.un.sun_family = AF_UNIX;
    strcpy(p->at.un.sun_path, text);
    p->len = sizeof p->at.un;
    return NULL;
}

static const char *parse_port(uint16_t *port, const char *text, unsigned long min)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || n < min || n > 65535)
        return "the port is not 1 to 65535";
    *port = htons((uint16_t)n);
    return NULL;
}

/* To connect: names too, whose first IPv4 address counts. */
static const char *look_up(struct in_addr *to, const char *host)
{
    struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM }, *list;
    int e = getaddrinfo(host, NULL, &hints, &list);

    if (e != 0)
        return gai_strerror(e);
    *to = ((const struct sockaddr_in *)(const void *)list->ai_addr)->sin_addr;
    freeaddrinfo(list);
    return NULL;
}

static const char *parse_ip(struct tunnel_place *p, const char *text, bool listen)
{
    const char *bad, *colon = strchr(text, ':');
    char host[TUNNEL_TEXT_MAX];
    size_t n = colon != NULL ? (size_t)(colon - text) : strlen(text);

    p->at.ip.sin_family = AF_INET;
    p->at.ip.sin_port = htons(MSSL_PORT);
    p->len = sizeof p->at.ip;
    if (text[0] == '[' || (colon != NULL && strchr(colon + 1, ':') != NULL))
        return "an IPv6 address: MSSL speaks IPv4 only";
    if (listen && colon == NULL) {
        p->at.ip.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return parse_port(&p->at.ip.sin_port, text, 0);
    }
    memcpy(host, text, n);
    host[n] = '\0';
    bad = colon != NULL ? parse_port(&p->at.ip.sin_port, colon + 1, listen ? 0 : 1) : NULL;
    if (bad != NULL)
        return bad;
    if (inet_pton(AF_INET, host, &p->at.ip.sin_addr) == 1)
        return NULL;
    return listen ? "no IPv4 address, ADDRESS:PORT, /PATH or fd:NAME" : look_up(&p->at.ip.sin_addr, host);
}

bool tunnel_place_parse(struct tunnel_place *p, const char *text, const char **bad, bool listen)
{
    *bad = NULL;
    if (strlen(text) >= sizeof p->text) {
        *bad = "too long";
        return false;
    }
    memmove(p->text, text, strlen(text) + 1);
    memset(&p->at, 0, sizeof p->at);
    p->len = 0;
    if (text[0] == '/')
        *bad = parse_unix(p, text);
    else if (!listen || strncmp(text, "fd:", 3) != 0)
        *bad = parse_ip(p, text, listen);
    return *bad == NULL;
}
