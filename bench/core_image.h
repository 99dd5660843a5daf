/* SPDX-License-Identifier: ISC */
/* Calls the event functions, or does nothing where the build has none. */
#ifndef CORE_IMAGE_H
#define CORE_IMAGE_H

#include "mssl_dev.h"

void core_image_event(struct mssl_dev_session *s, uint8_t *buf);

#endif
