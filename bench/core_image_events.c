/* SPDX-License-Identifier: ISC */
/* A build with events: see core_image.h. */
#include <avr/io.h>

#include "core_image.h"

void core_image_event(struct mssl_dev_session *s, uint8_t *buf)
{
    if (mssl_dev_event_ready(s, GPIOR2))
        GPIOR2 = mssl_dev_event(s, buf, GPIOR2, GPIOR2);
}
