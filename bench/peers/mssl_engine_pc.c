/* SPDX-License-Identifier: ISC */
/* The engine of `mssl tunnel`, with the processor's AES. */
#include "mssl_engine.h"

#include "store.h"

bool mssl_engine_begin(void)
{
    return tunnel_engine_begin();
}
