/* SPDX-License-Identifier: ISC */
/* A port of the device core for tests: EEPROM in RAM with faults to order, a
 * log of what the core did, and tasks that can be told what to answer. */
#ifndef MSSL_TEST_RAM_PORT_H
#define MSSL_TEST_RAM_PORT_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include "mssl_dev.h"

#define RAM_LOG  64
#define RAM_TOLD 5      /* the task that answers as told */

struct ram_write {
    uint16_t address;
    uint8_t value;
};

struct ram_port {
    uint8_t cells[MSSL_EE_LEN];
    unsigned reads, writes;
    uint8_t was_read[MSSL_EE_LEN];
    struct ram_write log[RAM_LOG];  /* the first writes */
    unsigned aes;                   /* blocks encrypted (needs the linker's --wrap) */

    /* Faults. */
    int stuck;                      /* a cell whose writes leave `stuck_at`; -1: none */
    uint8_t stuck_at;
    int cut_at;                     /* the write, from 0, at which power is cut; -1: none */
    uint8_t torn;                   /* what the cut leaves in its cell */
    jmp_buf cut;                    /* where the cut goes */
    uint8_t fades;                  /* a write lets K_D's cells fade to 0xff */

    /* Tasks: 1 echoes its arguments, 2 answers status 6, RAM_TOLD answers as told;
     * there is no other, like in wire/vectors/sessions.txt. */
    unsigned ran;
    uint8_t order[256];             /* the first argument byte of each run, */
    unsigned texts;                 /* texts of tasks that were asked for */
    uint8_t task;                   /* the task of the last run, */
    struct mssl_dev_caller caller;  /* its caller, */
    uint8_t args[128];              /* and its arguments */
    uint8_t args_len;
    uint8_t status, data[128], data_len;
    uint8_t claim;                  /* not 0: the length that RAM_TOLD and each text claim */
};
extern struct ram_port ram;

/* A device as PROTOCOL 12 has it: K_D 00..0f, seed 55.., id 1, all generations 0. */
void ram_provision(void);

/* Forgets counts and log; faults and cells stay. */
void ram_forget(void);

/* Resets the chip: its RAM is gone, EEPROM stays. */
void ram_reset_chip(void);

#endif
