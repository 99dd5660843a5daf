/* SPDX-License-Identifier: ISC */
/* An Ethernet chip in memory under the stack: it provides net_nic.h. A rule of
 * that header or of enc28j60_map.h that the stack breaks ends the program. */
#ifndef NIC_MEMORY_H
#define NIC_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#define NIC_MEMORY_FRAME  1600
#define NIC_MEMORY_QUEUE  32

/* What befalls it: it does not start; it lost its settings. How often it was started. */
extern int nic_fails, nic_lost, nic_starts;

/* As after power on; nothing is received. */
void nic_memory_init(void);

/* Receives a frame; one more than NIC_MEMORY_QUEUE is lost, as in a full ring. */
void nic_memory_put(const uint8_t *frame, size_t len);

/* Not 0: frames wait. */
int nic_memory_waits(void);

/* The user's: the stack sent a frame. */
void nic_memory_sent(const uint8_t *frame, uint16_t len);

#endif
