/* SPDX-License-Identifier: ISC */
/* A soak run: hosts whose TCP is lwIP's and whose records are libmssl's, a faulty
 * link with a seed, and a device: net/ and the core natively (soak_native.c) or
 * the firmware on the virtual board (soak_board.c). Time is simulated.
 *
 *   soak_main.c    options, the run, figures
 *   soak_host.c    the hosts: sessions with all their moods
 *   soak_lwip.c    their network interface
 *   soak_*.c       the device */
#ifndef SOAK_H
#define SOAK_H

#include <stddef.h>
#include <stdint.h>

#include "faults.h"

#define SOAK_SLOTS    16        /* hosts, each with its grant */
#define SOAK_ARGS_MAX 120
#define SOAK_KD       0x11      /* each byte of K_D, plus its place */

extern uint64_t soak_us;
extern struct board_faults soak_link;

/* What a session asks next, and whether the answer is right. */
struct soak_command {
    uint8_t task, len;
    uint8_t args[SOAK_ARGS_MAX];
};

/* -- The device's side -- */

void soak_device_start(const char *firmware, uint8_t hosts);

/* A frame reaches it; it lives for a millisecond. */
void soak_device_frame(const uint8_t *frame, uint16_t len);
void soak_device_ms(void);

/* The command number n of session id, filled from random; it counts as sent. */
void soak_device_ask(uint32_t id, uint8_t n, uint32_t random, struct soak_command *c);

/* Not 0: the answer is wrong. */
int soak_device_check(const struct soak_command *c, uint8_t status, const uint8_t *data, size_t len);

/* What the device itself saw go wrong, or NULL; and at the end of the run, when
 * nobody has talked to it for minutes. */
const char *soak_device_wrong(void);
const char *soak_device_left(void);
uint8_t soak_device_sessions(void);

/* How long a weather of the link lasts, and the quiet at the end, that one host
 * of so many has moods, and whether those may take minutes: simulated time is cheap
 * natively, and dear on the virtual board. */
extern const unsigned soak_weather_ms, soak_quiet_ms, soak_moody_one_of, soak_long_moods;

/* -- The hosts' side -- */

#define SOAK_WEATHERS 8         /* faults of the link by turns: soak_main.c */
extern unsigned soak_weather;

struct soak_figures {
    unsigned long sessions, good, failed, moody, refused, commands, wrong, worst_ms;
    /* Sessions without moods that began and ended in the same weather. */
    unsigned long kind[SOAK_WEATHERS], kind_failed[SOAK_WEATHERS];
};
extern struct soak_figures soak_figures;

void soak_host_start(uint32_t seed, unsigned hosts);

/* A frame reaches them; a millisecond passes. left: sessions that may still begin. */
void soak_host_frame(const uint8_t *frame, uint16_t len);
void soak_host_ms(unsigned long *left);

/* lwIP and its interface; segments to and from a port are lost from now on. */
void soak_lwip_start(void);
void soak_lwip_deafen(uint16_t port);

/* Sessions under way. */
unsigned soak_host_busy(void);

/* From now on no host has moods: each session must end well. */
void soak_host_behave(int behave);

/* Tells what is wrong, and counts it. */
void soak_wrong(const char *what, uint32_t id);

uint32_t soak_random(void);

#endif
