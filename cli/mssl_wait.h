/* SPDX-License-Identifier: ISC */
/* Waiting for sockets, for time, and for the signal that ends all waiting. */
#ifndef MSSL_WAIT_H
#define MSSL_WAIT_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#define MSSL_WAIT_MAX 2

/* From here SIGINT, SIGTERM and SIGHUP end waits, not the program, unless they were
 * ignored at its start (nohup). Safe to call twice. false: errno says why not. */
bool mssl_signals_catch(void);

/* Did such a signal come? Every wait is over at once until it is forgotten. */
bool mssl_interrupted(void);

/* Forgets it, so that an end can be orderly; true: there was one. */
bool mssl_interrupted_forget(void);

/* Waits until one of n (at most MSSL_WAIT_MAX) is ready or deadline (mssl_now_ms).
 * 1 ready, 0 time over, -1 a signal (errno EINTR) or an error. */
int mssl_wait(struct pollfd *p, unsigned n, int64_t deadline_ms);

/* The same for one. */
int mssl_await(int fd, short events, int64_t deadline_ms);

/* Waits for time, or a signal. */
void mssl_pause(int64_t ms);

#endif
