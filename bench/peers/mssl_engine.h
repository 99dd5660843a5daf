/* SPDX-License-Identifier: ISC */
/* The engine below the device core: its own in C, or libcrypto's AES. */
#ifndef MSSL_BENCH_ENGINE_H
#define MSSL_BENCH_ENGINE_H

#include <stdbool.h>

/* false: no memory. */
bool mssl_engine_begin(void);

#endif
