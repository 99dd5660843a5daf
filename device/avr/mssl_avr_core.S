/* SPDX-License-Identifier: ISC */
/* The core in assembly, as one unit, so that every call is short. Its twin is
 * mssl_dev_one.c with the C engine: file by file they say the same.
 *
 * Registers, in all of it: Y session, r17:16 the message behind its length byte
 * (so a grant or a task is at r17:16 + 0), r1 zero; r24 what a public function
 * returns: how many bytes to send, or a task's status on the way there. */
#define __SFR_OFFSET 0
#include <avr/io.h>

#include "mssl_avr_layout.h"
#include "mssl_avr_options.h"
#include "mssl_avr_sbox.h"

        .global mssl_dev_sessions, mssl_dev_nonce
/* The start-up code zeroes RAM only if somebody asks for it, which a compiler does
 * and the assembler does not. Without it a nonce of a former life could be taken
 * for a ready one: Ns would repeat. M-5.4 */
        .global __do_clear_bss

/* The nonce comes right behind the sessions: nonce_state_load. */
        .section .bss.mssl_dev_core, "aw", @nobits
mssl_dev_sessions:
        .skip   S_LEN * MSSL_DEV_SESSIONS
mssl_dev_nonce:
        .skip   N_LEN

/* Macros first. */
#include "mssl_avr_block.S"
#if MSSL_DEV_RESTRICTIONS
#include "mssl_avr_chain.S"
#else
#include "mssl_avr_grant.S"
#endif

#include "mssl_avr_engine.S"
#include "mssl_avr_eeprom.S"
#include "mssl_avr_store.S"
#include "mssl_avr_task.S"
#include "mssl_avr_session.S"
#include "mssl_avr_hello.S"
#include "mssl_avr_calls.S"
