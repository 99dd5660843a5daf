/* SPDX-License-Identifier: ISC */
/* A core without any security, to see what the firmware is without ours: it has
 * the interface of mssl_dev.h, runs every command in clear for everybody, and
 * so keeps linked all that is not the core's. Never for use.
 *
 * A command is its length n, task, and n - 1 bytes; so is an answer, with a
 * status. */
#include "mssl_dev.h"
#include "mssl_dev_port.h"

struct mssl_dev_session mssl_dev_sessions[MSSL_DEV_SESSIONS];

void mssl_dev_begin(struct mssl_dev_session *s, const uint8_t peer[MSSL_PEER_LEN])
{
    s->peer = peer;
    s->fill = 0;
    s->state = MSSL_DEV_OPEN;
}

void mssl_dev_end(struct mssl_dev_session *s)
{
    s->state = MSSL_DEV_CLOSED;
}

uint8_t mssl_dev_tick(struct mssl_dev_session *s, uint8_t *buf)
{
    (void)s;
    (void)buf;
    return 0;
}

uint8_t mssl_dev_input(struct mssl_dev_session *s, uint8_t *buf, uint8_t byte)
{
    if (s->state == MSSL_DEV_CLOSED)
        return 0;
    buf[s->fill++] = byte;
    if (s->fill <= buf[0])
        return 0;
    s->fill = buf[0] - 1;
    if (buf[1] == MSSL_TASK_DESCRIBE)
        s->fill = mssl_port_task_text(buf[2], buf + 2);
    else
        buf[1] = mssl_port_task(buf[1], &s->caller, buf + 2, &s->fill);
    buf[0] = s->fill + 2;
    s->fill = 0;
    return buf[0];
}
