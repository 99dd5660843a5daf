/* SPDX-License-Identifier: ISC */
/* The hosts of a soak run: lwIP's TCP, driven by simulated time, and libmssl.
 * A session asks some commands, several at once, checks the answers and closes;
 * but hosts have moods. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lwip/pbuf.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>

#include "mssl.h"
#include "soak.h"

#define COMMANDS_MAX  24
#define PATIENCE_MS   45000     /* without progress: the host gives up */
#define DEVICE_IDLE_MS 60000
#define DEVICE_PROOF_MS 5000
#define RETRIES_MS    300000    /* a refused host comes again for so long */

/* Moods: at a random moment a host in one of them ... */
enum { KIND, RESETS, VANISHES, PAUSES, TINY, IDLES, OVERSLEEPS, HALF, MOODS };

struct host {
    struct tcp_pcb *pcb;
    struct mssl_client client;
    struct soak_command asked[COMMANDS_MAX];
    uint32_t id, moment;
    uint64_t began_ms, progress_ms, sleeps_until_ms, resumes_ms;
    uint16_t unread;            /* bytes read, but not told to lwIP yet: a closed window */
    uint8_t mood, plan, sent, answered, welcomed, over, waits;
    uint8_t running, foul;      /* foul: the link had faults meanwhile */
    unsigned weather;
};

struct soak_figures soak_figures;
static struct host host[SOAK_SLOTS];
static unsigned hosts;
static uint32_t ids;
static uint64_t random_state;
static int behaves;

uint32_t soak_random(void)
{
    uint64_t z = random_state += 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)(z >> 32);
}

void soak_wrong(const char *what, uint32_t id)
{
    if (soak_figures.wrong++ < 20)
        fprintf(stderr, "soak: %s: session %lu, mood %u, at %.3f s\n", what, (unsigned long)id, host[id % SOAK_SLOTS].mood,
                (double)soak_us / 1e6);
}

static uint64_t now_ms(void)
{
    return soak_us / 1000;
}

void soak_host_start(uint32_t seed, unsigned count)
{
    random_state = seed;
    srand(seed);
    hosts = count;
    soak_lwip_start();
}

void soak_host_behave(int behave)
{
    behaves = behave;
}

unsigned soak_host_busy(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < hosts; i++)
        n += host[i].running;
    return n;
}

/* -- A session's end -- */

/* Forgets lwIP's part without a word to the device, or with a reset. */
static void drop(struct host *h, int vanish)
{
    if (!h->pcb)
        return;
    if (vanish)
        soak_lwip_deafen(h->pcb->local_port);
    tcp_arg(h->pcb, NULL);
    tcp_recv(h->pcb, NULL);
    tcp_err(h->pcb, NULL);
    tcp_abort(h->pcb);
    h->pcb = NULL;
}

/* The session is over; whose fault is it? The host comes again if it was never served. */
static void over(struct host *h, const char *why)
{
    struct soak_figures *f = &soak_figures;
    /* Last words have 300 ms when others want the place (PROTOCOL 8); and lwIP gives
     * up after 12 repetitions if it wrote, did not read, and so left no room for answers. */
    int slow_end = (h->mood == PAUSES || h->mood == TINY) && (h->client.close_sent || h->sent > h->answered);
    mssl_err e = mssl_client_end(&h->client);
    unsigned long took = (unsigned long)(now_ms() - h->began_ms);

    h->over = 1;
    if (e == MSSL_E_TAG)
        soak_wrong("a forged record", h->id);
    if (!h->welcomed && took < RETRIES_MS) {
        soak_figures.refused++;
        h->over = 0;
        h->sent = h->answered = 0;
        h->waits = 1;
        h->sleeps_until_ms = now_ms() + 300 + soak_random() % 1700;     /* PROTOCOL 8 */
        return;
    }
    h->running = 0;
    if (h->mood == KIND && h->weather == soak_weather) {
        f->kind[h->weather]++;
        f->kind_failed[h->weather] += e != MSSL_OK || h->answered != h->plan;
    }
    if (took > soak_figures.worst_ms)
        soak_figures.worst_ms = took;
    if (e == MSSL_OK && h->answered == h->plan) {
        soak_figures.good++;
    } else if (h->mood == RESETS || h->mood == VANISHES || h->mood == OVERSLEEPS || h->mood == HALF
               || slow_end
               || (h->mood != KIND && took > (h->answered ? DEVICE_IDLE_MS : DEVICE_PROOF_MS))) {
        /* who reads slowly is idle, too, or proves itself too late */
        soak_figures.moody++;
    } else {
        soak_figures.failed++;
        if (!h->foul)
            soak_wrong(why, h->id);
    }
}

static void on_error(void *arg, err_t error)
{
    struct host *h = arg;

    (void)error;
    h->pcb = NULL;
    if (h->running && !h->over && !h->waits)
        over(h, "reset on a link without faults");
}

/* -- Talking -- */

static void put(struct host *h, const uint8_t *bytes, uint8_t n)
{
    if (!h->pcb || tcp_write(h->pcb, bytes, n, TCP_WRITE_FLAG_COPY) != ERR_OK)
        return;
    tcp_output(h->pcb);
}

static void ask(struct host *h)
{
    uint8_t out[MSSL_RECORD_LEN_MAX], n;
    struct soak_command *c = &h->asked[h->sent];

    soak_device_ask(h->id, h->sent, soak_random(), c);
    if (mssl_client_command(&h->client, c->task, c->args, c->len, out, &n) != MSSL_OK) {
        soak_wrong("a command was not sealed", h->id);
        return;
    }
    h->sent++;
    soak_figures.commands++;
    put(h, out, n);
}

/* Several commands are under way at a time; the close comes with the last answer. */
static void go_on(struct host *h)
{
    uint8_t out[MSSL_CLOSE_LEN], n;

    if (!h->welcomed || h->over || now_ms() < h->sleeps_until_ms || h->client.state != MSSL_OPEN)
        return;
    while (h->sent < h->plan && h->sent < h->answered + 1 + h->id % 5)
        ask(h);
    if (h->answered == h->plan && mssl_client_close(&h->client, out, &n) == MSSL_OK)
        put(h, out, n);
}

static void hear(struct host *h, const struct mssl_message *m)
{
    if (m->kind == MSSL_WELCOME) {
        h->welcomed = 1;
    } else if (m->kind == MSSL_ANSWER) {
        if (h->answered >= h->sent || soak_device_check(&h->asked[h->answered], m->status, m->data, m->len))
            soak_wrong("a wrong answer", h->id);
        h->answered++;
        if (h->mood == IDLES && soak_random() % 3 == 0)
            h->sleeps_until_ms = now_ms() + 20000;
        if (h->mood == OVERSLEEPS && h->answered == 1)
            h->sleeps_until_ms = now_ms() + 70000;
    }
}

static err_t on_bytes(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    struct host *h = arg;
    uint8_t bytes[2048];
    struct mssl_message m;
    size_t len, used, at = 0;

    (void)error;
    if (!p) {                   /* the device closed */
        h->pcb = NULL;
        tcp_arg(pcb, NULL);
        tcp_recv(pcb, NULL);
        tcp_err(pcb, NULL);
        if (tcp_close(pcb) != ERR_OK) {
            tcp_abort(pcb);
            over(h, "closed");
            return ERR_ABRT;
        }
        over(h, "the device closed early on a link without faults");
        return ERR_OK;
    }
    len = pbuf_copy_partial(p, bytes, sizeof bytes, 0);
    h->progress_ms = now_ms();
    h->unread = (uint16_t)(h->unread + len);
    if (h->resumes_ms <= now_ms()) {
        tcp_recved(pcb, h->unread);
        h->unread = 0;
        if (h->mood == PAUSES && soak_random() % 4 == 0)
            h->resumes_ms = now_ms() + soak_random() % 12000;
    }
    pbuf_free(p);
    while (at < len) {
        if (mssl_client_input(&h->client, bytes + at, len - at, &used, &m) != MSSL_OK) {
            soak_wrong("bytes that libmssl refuses", h->id);
            break;
        }
        at += used;
        hear(h, &m);
    }
    go_on(h);
    return ERR_OK;
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    static const uint16_t windows[] = { 1, 7, 20, 60, 140, 300 };
    struct host *h = arg;
    uint8_t hello[MSSL_HELLO_LEN_MAX], n, nc[MSSL_NONCE_LEN], blocks[1][MSSL_GRANT_LEN], kd[MSSL_KEY_LEN], key[MSSL_KEY_LEN];
    struct mssl_grant g = { .type = MSSL_TYPE_GRANT, .table = 1, .device = 1, .slot = (uint8_t)(h->id % SOAK_SLOTS),
                            .tasks = 0xE, .host = "soak" };

    (void)error;
    h->progress_ms = now_ms();
    if (h->mood == TINY || h->mood == PAUSES)
        pcb->rcv_wnd = pcb->rcv_ann_wnd = windows[soak_random() % (sizeof windows / sizeof *windows)];
    for (int i = 0; i < MSSL_NONCE_LEN; i++)
        nc[i] = (uint8_t)soak_random();
    for (int i = 0; i < MSSL_KEY_LEN; i++)
        kd[i] = (uint8_t)(SOAK_KD + i);
    if (mssl_grant_encode(blocks[0], &g) != MSSL_OK || mssl_f(key, kd, blocks[0]) != MSSL_OK
        || mssl_client_begin(&h->client, (const uint8_t (*)[MSSL_GRANT_LEN])blocks, 1, key, nc, hello, &n) != MSSL_OK)
        abort();
    if (h->mood == HALF)
        n = (uint8_t)(1 + soak_random() % (n - 1u));
    put(h, hello, n);
    return ERR_OK;
}

static void dial(struct host *h)
{
    ip_addr_t device;

    IP_ADDR4(&device, 10, 0, 2, 15);
    memset(&h->client, 0, sizeof h->client);
    h->unread = 0;
    h->waits = 0;
    h->sleeps_until_ms = 0;
    h->progress_ms = now_ms();
    h->pcb = tcp_new();
    if (!h->pcb)
        abort();
    tcp_arg(h->pcb, h);
    tcp_recv(h->pcb, on_bytes);
    tcp_err(h->pcb, on_error);
    if (h->mood == IDLES || h->mood == OVERSLEEPS) {
        h->pcb->so_options |= SOF_KEEPALIVE;
        h->pcb->keep_idle = 5000;
        h->pcb->keep_intvl = 3000;
        h->pcb->keep_cnt = 20;
    }
    if (tcp_connect(h->pcb, &device, MSSL_PORT, on_connected) != ERR_OK)
        abort();
}

static void begin(struct host *h)
{
    memset(h, 0, sizeof *h);
    h->id = ids++ * SOAK_SLOTS + (uint32_t)(h - host);
    h->running = 1;
    h->weather = soak_weather;
    h->plan = (uint8_t)(1 + soak_random() % (soak_random() % 4 ? 6 : COMMANDS_MAX));
    h->mood = behaves || soak_random() % soak_moody_one_of ? KIND : (uint8_t)(soak_random() % MOODS);
    if ((h->mood == VANISHES || h->mood == OVERSLEEPS) && soak_random() % 4)
        h->mood = PAUSES;
    if (!soak_long_moods && (h->mood == VANISHES || h->mood == IDLES || h->mood == OVERSLEEPS))
        h->mood = RESETS;
    h->moment = soak_random() % 1500;
    h->began_ms = now_ms();
    soak_figures.sessions++;
    dial(h);
}

/* What time does to a host. */
static void pass(struct host *h)
{
    h->foul |= (uint8_t)soak_link.on;
    if (h->waits) {
        if (now_ms() >= h->sleeps_until_ms)
            dial(h);
        return;
    }
    if (h->resumes_ms && now_ms() >= h->resumes_ms && h->unread && h->pcb) {
        h->resumes_ms = 0;
        tcp_recved(h->pcb, h->unread);
        h->unread = 0;
    }
    if ((h->mood == RESETS || h->mood == VANISHES) && now_ms() >= h->began_ms + h->moment) {
        drop(h, h->mood == VANISHES);
        h->welcomed = 1;        /* it does not come again */
        over(h, "");
        return;
    }
    if (h->sleeps_until_ms && now_ms() >= h->sleeps_until_ms) {
        h->sleeps_until_ms = 0;
        h->progress_ms = now_ms();
        go_on(h);
    }
    if (now_ms() > h->progress_ms + PATIENCE_MS && now_ms() > h->sleeps_until_ms) {
        drop(h, 0);
        over(h, "no progress on a link without faults");
    }
}

void soak_host_ms(unsigned long *left)
{
    sys_check_timeouts();
    for (unsigned i = 0; i < hosts; i++) {
        if (host[i].running)
            pass(&host[i]);
        else if (*left && soak_random() % 200 == 0) {
            --*left;
            begin(&host[i]);
        }
    }
}
