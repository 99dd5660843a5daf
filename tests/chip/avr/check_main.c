/* SPDX-License-Identifier: ISC */
/* On the chip: SHA-256 and the RSA check on a mailbox. See tests/chip/chip.h. */
#include <avr/io.h>

#include "chip_mail.h"
#include "mssl_dev_rsa.h"

volatile struct chip_mail chip_mail;

static struct mssl_dev_sha256 work;

void mssl_port_alive(void)
{
    /* As compiled C may: every register that a function may change, and the flag T. */
    __asm__ volatile ("ldi r18, 0x55\n mov r19, r18\n movw r20, r18\n movw r22, r18\n"
                      "movw r24, r18\n movw r26, r18\n movw r30, r18\n mov r0, r18\n set"
                      ::: "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27",
                      "r30", "r31");
}

static void copy(uint8_t *to, const uint8_t *from, uint8_t n)
{
    while (n--)
        *to++ = *from++;
}

/* A block's hash comes and goes at buf[0], the block at buf[32]. */
static void block(struct chip_mail *m)
{
    struct mssl_dev_sha256 *w = &work;

    copy(w->hash, m->buf, 32);
    copy(w->block, m->buf + 32, 64);
    GPIOR1 = m->command;
    if (m->command == CHIP_SHA_FIRST)
        mssl_dev_sha256_first(w);
    else
        mssl_dev_sha256_block(w);
    GPIOR1 = 0;
    copy(m->buf, w->hash, 32);
}

static void run(struct chip_mail *m)
{
    switch (m->command) {
    case CHIP_SHA_FIRST:
    case CHIP_SHA_BLOCK:
        block(m);
        return;
    }
    GPIOR1 = m->command;
    switch (m->command) {
    case CHIP_SHA_REPLACE:
        mssl_dev_sha256_replace(&work, m->buf);
        break;
    case CHIP_RSA_PUT:
        mssl_dev_rsa_put((uint16_t)(m->count_high << 8 | m->count_low), m->buf, m->n);
        break;
    case CHIP_RSA_CHECK:
        m->result = mssl_dev_rsa_check(m->buf);
        break;
    }
    GPIOR1 = 0;
}

int main(void)
{
    for (;;) {
        while (!chip_mail.command)
            ;
        run((struct chip_mail *)&chip_mail);
        chip_mail.command = 0;
    }
}
