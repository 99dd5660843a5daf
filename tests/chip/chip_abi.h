/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls functions of a chip's program from outside, and holds them to avr-gcc's
 * calling convention.
 *
 * Before a call all registers that a function may change hold junk, and all
 * that it must keep hold marks; after it, marks, r1, the stack pointer and the
 * interrupt flag must be as they were. A task changes all that it may change.
 * EEPROM cells are the test's. A longjmp out of a function of struct chip_port
 * is a reset of the chip. What breaks a rule fails the test. */
#ifndef CHIP_ABI_H
#define CHIP_ABI_H

#include <stddef.h>
#include <stdint.h>

#define CHIP_ARGS_MAX 5
#define CHIP_RAM      0x100     /* the first address of RAM */

/* What the program calls or does: chip_abi_arg has a task's arguments. */
struct chip_port {
    void (*task)(void);
    void (*text)(void);
    void (*aes)(void);          /* a block is about to be encrypted */
    uint8_t (*cell_read)(uint16_t address);
    void (*cell_write)(uint16_t address, uint8_t value);
};

/* Loads the program ELF, once. The chip is an ATmega168, or what MSSL_CHIP_MCU says. */
void chip_abi_start(const char *elf, const struct chip_port *port);

/* Before anything is put into the chip's RAM for a call: resets the chip if the
 * last call did not come back. */
void chip_abi_ready(void);

/* The chip loses its RAM before the next call. */
void chip_abi_reset(void);

/* Writes the last len bytes of the flash. */
void chip_abi_flash_end(const uint8_t *from, size_t len);

/* Address of a function or a table in flash; a missing one fails the test. */
uint32_t chip_abi_flash(const char *name);
uint16_t chip_abi_ram(const char *name);
uint16_t chip_abi_ram_or_none(const char *name);    /* 0: there is none */

/* Calls the function at address with count arguments. Returns r24. */
uint8_t chip_abi_call(uint32_t address, const uint16_t *args, unsigned count);

/* An 8-bit argument: what stands above it is junk. */
uint16_t chip_abi_byte(uint8_t value);

uint32_t chip_abi_random(void);

/* In a task: argument i, and what it returns. */
uint16_t chip_abi_arg(unsigned i);
void chip_abi_result(uint8_t value);

/* The chip's memory from address 0 on, its last address, and its flash. */
uint8_t *chip_abi_memory(void);
uint16_t chip_abi_last(void);
const uint8_t *chip_abi_code(void);

/* The stack pointer when no function runs. */
uint16_t chip_abi_stack(void);

#endif
