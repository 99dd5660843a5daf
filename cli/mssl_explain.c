/* SPDX-License-Identifier: ISC */
/* How far it came, and why it may have failed: see mssl_explain.h. A device says nothing
 * before a host is proven (M-8.22), so all of this is what the host knows. */
#include "mssl_explain.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mssl_own_mac.h"

static void cause(unsigned *n, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "mssl: cause %u: ", ++*n);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

static const char *ip_text(char out[INET_ADDRSTRLEN], const struct sockaddr_in *a)
{
    return inet_ntop(AF_INET, &a->sin_addr, out, INET_ADDRSTRLEN) != NULL ? out : "?";
}

static void say_stage(const struct mssl_link *l)
{
    static const char *const next[] = {
        [MSSL_STAGE_NOTHING] = "the name could not be looked up",
        [MSSL_STAGE_RESOLVED] = "the name was looked up; no connection",
        [MSSL_STAGE_CONNECTED] = "; no HELLO was sent",
        [MSSL_STAGE_HELLO] = ", HELLO sent; the device did not prove itself",
        [MSSL_STAGE_PROVEN] = ", the device proved itself; no command was sent",
        [MSSL_STAGE_COMMAND] = ", the device proved itself, a command was sent; no answer",
        [MSSL_STAGE_ANSWERED] = ", the device proved itself, all commands were answered",
    };
    char own[INET_ADDRSTRLEN], peer[INET_ADDRSTRLEN];

    fprintf(stderr, "mssl: %s: stage: ", l->options->target);
    if (l->stage >= MSSL_STAGE_CONNECTED)
        fprintf(stderr, "connected from %s to %s port %u", ip_text(own, &l->own), ip_text(peer, &l->peer),
                ntohs(l->peer.sin_port));
    fprintf(stderr, "%s\n", next[l->stage]);
}

static void socket_causes(const struct mssl_link *l, int error, unsigned *n)
{
    switch (error) {
    case ECONNREFUSED:
        cause(n, "all its sessions are taken: try again, or --wait");
        cause(n, "the address is another machine's, or the port is not the device's");
        break;
    case ETIMEDOUT:
    case EHOSTUNREACH:
        cause(n, "the device is off, or its cable is out");
        cause(n, "the address is not the device's");
        cause(n, "a firewall between drops what goes to this port");
        cause(n, "somebody floods the device with connections, or it computes and takes longer than "
              "--timeout %u", l->options->timeout_s);
        break;
    case ENETUNREACH:
        cause(n, "this host has no network, or no route to the device's");
        break;
    }
}

/* Is the block's address this host's? Says so if it is not. */
static bool address_fits(const struct mssl_link *l, const struct mssl_grant *block, unsigned *n)
{
    char text[MSSL_ADDRESS_TEXT_SIZE], ip[INET_ADDRSTRLEN], mac_text[MSSL_ADDRESS_TEXT_SIZE];
    struct mssl_address mac = { MSSL_ADDRESS_MAC, 6, { 0 } };
    const struct mssl_address *a = &block->address;

    mssl_address_format(text, a);
    if (a->len == 0)
        return true;
    if (a->kind == MSSL_ADDRESS_IPV4) {
        if (memcmp(&l->own.sin_addr, a->bytes, a->len) == 0)
            return true;
        cause(n, "this host's address is %s, and the grant of %s is for %s (a router between may change it)",
              ip_text(ip, &l->own), block->host, text);
        return false;
    }
    if (!mssl_own_mac(mac.bytes, &l->own)) {
        cause(n, "the grant of %s is for the MAC address %s: is it this host's, in the device's own network?",
              block->host, text);
        return false;
    }
    if (memcmp(mac.bytes, a->bytes, a->len) == 0)
        return true;
    mssl_address_format(mac_text, &mac);
    cause(n, "this host's MAC address is %s, and the grant of %s is for %s", mac_text, block->host, text);
    return false;
}

static void refusal_causes(const struct mssl_link *l, unsigned *n)
{
    const struct mssl_grant_file *g = l->grant;
    struct mssl_grant block, first;
    bool fits = true, bound = false;
    uint8_t i;

    if (mssl_grant_decode(&first, g->blocks[0]) != MSSL_OK)
        return;
    for (i = 0; i < g->count; i++) {
        if (mssl_grant_decode(&block, g->blocks[i]) != MSSL_OK)
            continue;
        bound |= block.address.len > 0;
        fits &= address_fits(l, &block, n);
    }
    if (g->count > 1)
        cause(n, "its build takes fewer restrictions than the %u of this grant, or none", g->count - 1);
    cause(n, "its sessions are taken by other hosts: try again, or --wait");
    cause(n, "generation %u of slot %u was revoked: ask the authority for a new grant", first.generation, first.slot);
    cause(n, "it is another device than %s (%08x): is the address right?", l->name, (unsigned)first.device);
    cause(n, "its firmware has another task table than %u", first.table);
    cause(n, "it was never provisioned, or its memory is worn out");
    if (bound && fits)
        cause(n, "a router between changes this host's address, which is the grant's");
}

static void forgery_causes(const struct mssl_link *l, mssl_err e, unsigned *n)
{
    const uint8_t *g = l->grant->blocks[0];

    if (l->stage >= MSSL_STAGE_PROVEN) {
        cause(n, "somebody between alters what is sent");
        return;
    }
    if (e == MSSL_E_RECORD)
        cause(n, "no MSSL device listens there");
    cause(n, "the device is in a later epoch than the grant's, %u: ask the authority for a new grant",
          g[MSSL_G_EPOCH] << 8 | g[MSSL_G_EPOCH + 1]);
    cause(n, "the device was provisioned anew since the grant was made");
    cause(n, "somebody between answers in its place");
}

static void lost_causes(const struct mssl_link *l, mssl_err e, unsigned *n)
{
    if (e == MSSL_E_NOT_RUN) {
        cause(n, "an administrator's command ended all sessions");
        cause(n, "nothing was sent for %u s, or the session's records were used up", MSSL_IDLE_TIMEOUT_S);
        return;
    }
    if (e == MSSL_E_UNKNOWN)
        cause(n, "the task takes longer than --timeout %u", l->options->timeout_s);
    cause(n, "the device was reset, or lost its power");
    cause(n, "the network between was lost, or somebody cut the connection");
}

void mssl_explain(const struct mssl_link *l, const struct mssl_failure *f)
{
    unsigned n = 0;

    if (!l->options->verbose)
        return;
    say_stage(l);
    if (f->time_over) {
        cause(&n, "no MSSL device listens there");
        cause(&n, "it checks another host's signature, which takes it some seconds");
        cause(&n, "packets are lost between");
    } else if (f->error != 0) {
        socket_causes(l, f->error, &n);
    } else if (MSSL_E_CLASS(f->e) == MSSL_E_FORGED) {
        forgery_causes(l, f->e, &n);
    } else if (MSSL_E_CLASS(f->e) == MSSL_E_RETRY) {
        refusal_causes(l, &n);
    } else if (f->e == MSSL_E_NOT_RUN || f->e == MSSL_E_UNKNOWN || f->e == MSSL_E_TRUNCATED) {
        lost_causes(l, f->e, &n);
    }
}
