/* SPDX-License-Identifier: ISC */
/* A program of the core and next to nothing else, to measure the core by its
 * linker map. What the core reaches is all that is linked. */
#include <avr/io.h>

#include "core_image.h"
#include "mssl_dev_port.h"

static uint8_t message[MSSL_DEV_BUF_LEN];
static uint8_t peer[MSSL_PEER_LEN];

uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller,
                       uint8_t *buf, uint8_t *len)
{
    (void)caller;
    GPIOR0 = buf[*len];
    return task;
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    out[0] = task;
    return GPIOR0;
}

int main(void)
{
    struct mssl_dev_session *s = mssl_dev_sessions;

    for (;;) {
        mssl_dev_begin(s, peer);
        GPIOR1 = mssl_dev_input(s, message, GPIOR1);
        GPIOR1 = mssl_dev_tick(s, message);
        core_image_event(s, message);
        mssl_dev_end(s);
    }
}
