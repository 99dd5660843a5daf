/* SPDX-License-Identifier: ISC */
/* On the chip: the whole core with one task, driven through a mailbox. Input
 * goes byte by byte, as from a network layer; what is to be sent comes back in
 * the mailbox's buffer, n bytes, with the session's state as result. */
#include <avr/io.h>

#include "chip_mail.h"
#include "mssl_dev.h"
#include "mssl_dev_port.h"

volatile struct chip_mail chip_mail;

static uint8_t message[MSSL_DEV_BUF_LEN];

/* Task 1 answers with its arguments: the known answers' "on". */
uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller,
                       uint8_t *buf, uint8_t *len)
{
    (void)caller;
    (void)buf;
    (void)len;
    return task == 1 ? MSSL_STATUS_OK : MSSL_STATUS_UNKNOWN;
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    out[0] = 'x';
    return task == 1;
}

/* For a core with the signature option. */
void mssl_port_alive(void);
void mssl_port_alive(void)
{
}

static uint8_t input(struct mssl_dev_session *s, const volatile uint8_t *from, uint8_t n)
{
    uint8_t send = 0;

    while (n-- && !send)
        send = mssl_dev_input(s, message, *from++);
    return send;
}

static void run(volatile struct chip_mail *m)
{
    static uint8_t peer[MSSL_PEER_LEN];
    struct mssl_dev_session *s = &mssl_dev_sessions[0];
    uint8_t i, n = 0;

    for (i = 0; i < sizeof peer; i++)
        peer[i] = m->key[i];
    GPIOR1 = m->command;
    switch (m->command) {
    case CHIP_BEGIN:
        mssl_dev_begin(s, peer);
        break;
    case CHIP_INPUT:
        n = input(s, m->buf, m->n);
        break;
    case CHIP_TICK:
        n = mssl_dev_tick(s, message);
        break;
    case CHIP_END:
        mssl_dev_end(s);
        break;
    }
    GPIOR1 = 0;
    m->n = n;
    m->result = s->state;
    for (i = 0; i < n; i++)
        m->buf[i] = message[i];
}

int main(void)
{
    for (;;) {
        while (!chip_mail.command)
            ;
        run(&chip_mail);
        chip_mail.command = 0;
    }
}
