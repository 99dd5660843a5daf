/* SPDX-License-Identifier: ISC */
/* The config file. docs/man/mssl-tunnel.conf.5 */
#ifndef TUNNEL_CONFIG_H
#define TUNNEL_CONFIG_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "log.h"
#include "mssl.h"

#define TUNNEL_NAME_MAX 32
#define TUNNEL_PATH_MAX 256     /* of a file in the config */
#define TUNNEL_IDLE_DEFAULT 0xFFFFFFFFu     /* the kind decides */
#define TUNNEL_TEXT_MAX 256     /* of a line's value */

struct tunnel_kind;
struct evconnlistener;

struct tunnel_place {           /* where to listen, or to connect to */
    union {
        struct sockaddr any;
        struct sockaddr_in ip;
        struct sockaddr_un un;
    } at;
    socklen_t len;              /* 0: a socket that was passed in, named by text */
    char text[TUNNEL_TEXT_MAX]; /* as in the file */
};

struct tunnel_service {
    char name[TUNNEL_NAME_MAX + 1];
    unsigned line;              /* of its [section] */
    char mode_text[8], grant_path[TUNNEL_PATH_MAX], task_name[MSSL_TASK_NAME_MAX + 1];
    const struct tunnel_kind *kind;
    struct tunnel_place accept, connect;
    unsigned timeout_s, idle_s, renew, keep, connections, unproven, socket_mode, backlog;
    struct mssl_grant_file *grant;  /* of line and client; its signature is checked */
    uint8_t task;
    unsigned references;
    struct tunnel_listener *listener;   /* NULL: takes no connections */
    unsigned live;              /* connections */
    void *state;                /* the kind's own */
    struct tunnel_service *next;
};

struct tunnel_config {
    char path[TUNNEL_PATH_MAX];
    char log[TUNNEL_PATH_MAX], level_text[8], access[TUNNEL_PATH_MAX], pid[TUNNEL_PATH_MAX];
    char store[TUNNEL_PATH_MAX], authority[TUNNEL_PATH_MAX];
    unsigned drain_s;
    enum tunnel_level level;
    char *pem;                  /* the authority's public key, for the signature option */
    size_t pem_len;
    struct tunnel_service *services;
};

/* Reads a config and all that it names: grants with their signatures, names of
 * hosts. NULL: what is wrong was logged, with its line. */
struct tunnel_config *tunnel_config_read(const char *path);
void tunnel_config_free(struct tunnel_config *c);

/* The parts. */
bool tunnel_config_parse(struct tunnel_config *c, const char *text, struct mssl_why *why);
bool tunnel_place_parse(struct tunnel_place *p, const char *text, const char **bad, bool listen);
bool tunnel_config_complete(struct tunnel_config *c);

#endif
