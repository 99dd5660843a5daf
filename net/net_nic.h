/* SPDX-License-Identifier: ISC */
/* What the stack needs from an Ethernet chip with packet memory: link-time
 * functions, by enc28j60.c on the chip, by the tests natively.
 * Addresses are those of enc28j60_map.h. */
#ifndef NET_NIC_H
#define NET_NIC_H

#include <stdint.h>

/* Starts or restarts the chip. Returns 0, or not 0 if none answers. */
uint8_t nic_start(const uint8_t mac[6]);

/* Not 0: the chip lost its settings (a brownout of its own, a pointer out of
 * range) and must be started again. */
uint8_t nic_is_lost(void);

/* Takes the next received frame and returns its length without checksum; 0:
 * none. nic_get reads from its first byte. */
uint16_t nic_receive(void);

/* nic_get goes on at offset in the frame taken. */
void nic_seek(uint8_t offset);

/* Frees the frame taken. */
void nic_release(void);

/* nic_get goes on at an address outside the receive ring. */
void nic_read_at(uint16_t address);
uint8_t nic_get(void);

/* The same as n times nic_get, n > 0. */
void nic_read(uint8_t *bytes, uint8_t n);

/* nic_put goes on at an address. */
void nic_write_at(uint16_t address);
void nic_put(uint8_t byte);

/* The same as n times nic_put, n > 0. */
void nic_write(const uint8_t *bytes, uint8_t n);

/* A frame to send begins at address, with the chip's control byte; nic_put goes
 * on behind that. */
void nic_begin(uint16_t address);

/* Sends the frame that begins at address (see nic_begin) and ends at last.
 * Returns when the chip is done with it, or gave up. What lies behind the frame
 * stays: there wait bytes that a peer's window does not take yet. */
void nic_send(uint16_t address, uint16_t last);

#endif
