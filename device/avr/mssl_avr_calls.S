/* SPDX-License-Identifier: ISC */
/* The engine and some of the policy for callers in C: mssl_dev_engine.h, and
 * what mssl_dev_event.c needs of mssl_dev_core.h. Each in a section of its own,
 * so that the linker drops what nobody calls: in a firmware, all of it but for
 * events. A part of mssl_avr_core.S. */

/* Y and r17:16 are C's; saved by these two, whose order of pops is the other's
 * of pushes. */
.macro  save_registers
        push    r16
        push    r17
        push    r28
        push    r29
.endm
.macro  restore_registers
        pop     r29
        pop     r28
        pop     r17
        pop     r16
.endm

.macro  callable name
        .section .text.\name, "ax", @progbits
        .global \name
        .type   \name, @function
.endm

        callable mssl_dev_wipe
mssl_dev_wipe:
        movw    r26, r24
        jmp     wipe

/* Copies the key to where the result goes, since f and lab work in place. */
.macro  key_to_out
        movw    r28, r24
        movw    r26, r24
        movw    r30, r22
        ldi     r18, MSSL_KEY_LEN
        call    copy
.endm

        callable mssl_dev_f
mssl_dev_f:
        save_registers
        key_to_out
        movw    r18, r20
        call    f
        restore_registers
        ret

/* The 32 bytes that lab wants are made on the stack. */
        callable mssl_dev_lab
mssl_dev_lab:
        save_registers
        key_to_out
        ldi     r18, MSSL_F_INPUT_LEN - 1
1:      push    r1
        dec     r18
        brne    1b
        push    r20
        in      r18, SPL
        in      r19, SPH
        subi    r18, -1
        sbci    r19, -1
        call    f
        ldi     r18, MSSL_F_INPUT_LEN
1:      pop     r0
        dec     r18
        brne    1b
        restore_registers
        ret

        callable mssl_dev_aes
mssl_dev_aes:
        save_registers
        movw    r18, r24
        movw    r20, r22
        ldi     r29, hi8(KEY)
        clr     r23
        call    absorb
        movw    r20, r24
        call    result
        restore_registers
        ret

/* Arguments: r25:24 buffer, r22 n, r21:20 key, r18 direction, r17:16 counter. */
.macro  ccm_arguments
        movw    r30, r24
        movw    r24, r16
        movw    r16, r30
        movw    r28, r20
        set
        sbrc    r18, 0
        clt
        call    ccm_counted
.endm

        callable mssl_dev_ccm_seal
mssl_dev_ccm_seal:
        save_registers
        ccm_arguments
        restore_registers
        ret

        callable mssl_dev_ccm_open
mssl_dev_ccm_open:
        save_registers
        ccm_arguments
        mov     r24, r31
        tst     r24
        breq    1f
        movw    r26, r16
        subi    r22, -MSSL_TAG_LEN
        call    wipe
1:      restore_registers
        ret

        callable mssl_dev_task_granted
mssl_dev_task_granted:
        movw    r30, r24
        task_bit r22
        clr     r24
        adc     r24, r1
        ret

        callable mssl_dev_answer_create
mssl_dev_answer_create:
        save_registers
        movw    r28, r24
        movw    r16, r22
        subi    r16, -1
        sbci    r17, -1
        mov     r24, r20
        call    answer
        restore_registers
        ret

        signature_calls
