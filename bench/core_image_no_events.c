/* SPDX-License-Identifier: ISC */
/* A build without events: see core_image.h. */
#include "core_image.h"

void core_image_event(struct mssl_dev_session *s, uint8_t *buf)
{
    (void)s;
    (void)buf;
}
