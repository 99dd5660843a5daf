/* SPDX-License-Identifier: ISC */
/* On the chip: runs the engine's functions on a mailbox. See tests/chip/chip.h. */
#include <avr/io.h>

#include "chip_mail.h"
#include "mssl_dev_engine.h"
#include "mssl_dev_port.h"

volatile struct chip_mail chip_mail;

/* What the core wants of its port, and no test of the engine calls. */
uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller,
                       uint8_t *buf, uint8_t *len)
{
    (void)task;
    (void)caller;
    (void)buf;
    (void)len;
    return MSSL_STATUS_UNKNOWN;
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    (void)task;
    (void)out;
    return 0;
}

static uint16_t counter(const struct chip_mail *m)
{
    return (uint16_t)(m->count_high << 8 | m->count_low);
}

/* F writes over the key and AES over the buffer, as the core uses them. */
static void run(struct chip_mail *m)
{
    GPIOR1 = m->command;
    switch (m->command) {
    case CHIP_AES:
        mssl_dev_aes(m->buf, m->key);
        break;
    case CHIP_F:
        mssl_dev_f(m->key, m->key, m->buf);
        break;
    case CHIP_LAB:
        mssl_dev_lab(m->key, m->key, m->n);
        break;
    case CHIP_SEAL:
        mssl_dev_ccm_seal(m->buf, m->n, m->key, MSSL_DIR_DEVICE, counter(m));
        break;
    case CHIP_OPEN:
        m->result = mssl_dev_ccm_open(m->buf, m->n, m->key, MSSL_DIR_HOST, counter(m));
        break;
    case CHIP_WIPE:
        mssl_dev_wipe(m->buf, m->n);
        break;
    case CHIP_EE_WRITE:
        mssl_port_eeprom_write(counter(m), m->n);
        break;
    case CHIP_EE_READ:
        m->result = mssl_port_eeprom_read(counter(m));
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
