/* SPDX-License-Identifier: ISC */
/* The gate every command passes, the core's own tasks, and answers. PROTOCOL 7,
 * 9. A part of mssl_avr_core.S; its twin is mssl_dev_task.c, mssl_dev_admin.c
 * and mssl_dev_answer_create.
 *
 * r20 task, X its arguments, r22 bytes of the command; on the way to an answer
 * r24 status, r18 bytes of its data. */

/* Carry = bit task mod 8 of byte task / 8 of the session at Z: r18 counts the
 * byte down to -8 + the bit, then up to 0 while the bit moves out. M-3.2. */
.macro  task_bit task
        mov     r18, \task
905:    ldd     r19, Z+S_TASKS
        adiw    r30, 1
        subi    r18, 8
        brcc    905b
906:    lsl     r19
        inc     r18
        brne    906b
.endm

        signature_enrol

        .type   task, @function
task:   movw    r26, r16
        ld      r20, X+
        cpi     r20, MSSL_TASK_DESCRIBE
        breq    own
        brcs    gate
        cpi     r20, MSSL_TASK_ADMIN
        branch_above unknown            /* and enrol. M-7.6 */
gate:   ldi     r24, MSSL_STATUS_DENIED
        movw    r30, r28
        task_bit r20
        brcc    bare
        signature_gate
        cpi     r20, MSSL_TASK_ADMIN
        breq    own

/* The application's. No message is coming while its answer is made, so the
 * session's fill is the port's len. */
        dec     r22
        std     Y+S_FILL, r22
        mov     r24, r20
        movw    r20, r26
        movw    r30, r28
        adiw    r30, S_FILL
        movw    r18, r30
        adiw    r30, S_CALLER - S_FILL
        movw    r22, r30
        call    mssl_port_task
        ldd     r18, Y+S_FILL
        andi    r18, MSSL_RECORD_DATA_MAX - 1
        cpi     r24, MSSL_STATUS_UNKNOWN
        brne    reply
unknown:
        ldi     r24, MSSL_STATUS_UNKNOWN
bare:   clr     r18                     /* an answer without data */
reply:  rcall   answer
        ldi     r18, MSSL_DEV_OPEN
        ldi     r19, MSSL_DEV_TICKS(MSSL_IDLE_TIMEOUT_S)
        rjmp    alive

/* The core's own: arguments r24 and r23. What follows must be padding, or it is
 * another argument: one that neither knows. M-7.11, M-9.6, M-9.7. */
own:    ld      r24, X+
        ld      r23, X+
        subi    r22, 3
1:      ld      r0, X+
        cpse    r0, r1
        ldi     r24, 0xff
        dec     r22
        brne    1b
        cpi     r20, MSSL_TASK_ADMIN
        breq    admin

/* Describe 1: a task's text. M-7.10. Describe 0: the session's own rights. M-7.9. */
        movw    r26, r16
        adiw    r26, 1
        cpi     r24, MSSL_DESCRIBE_TASK
        ldi     r24, MSSL_STATUS_ARGUMENT
        brcs    self
        brne    bare
        mov     r24, r23
        movw    r22, r26
        call    mssl_port_task_text
        mov     r18, r24
        andi    r18, MSSL_RECORD_DATA_MAX - 1
        breq    unknown
ok:     clr     r24
        rjmp    reply

self:   tst     r23
        brne    bare
        ldi     r18, MSSL_DEV_TASK_TABLE
        st      X+, r18
        movw    r30, r28
        adiw    r30, S_TASKS
        ldi     r18, MSSL_G_TASKS_LEN
        rcall   copy
        describe_flags
        rjmp    ok
        .size   task, . - task

/* Administration. Whatever comes of it, its answer is the session's last
 * record. M-9.7. */
        .type   admin, @function
admin:  expire_sessions
        cpi     r24, MSSL_SLOTS
        brcs    revoke
        subi    r24, MSSL_ADMIN_EPOCH
        or      r24, r23
        brne    wrong

/* K_D = lab(K_D, 0x31), in the session's key: so the answer is sealed before,
 * and sent only if all was read back. r24 is 0, the status. M-9.3 to M-9.5. */
        rcall   answer_bare
        signature_clear
        ldi     r24, MSSL_EE_KD + MSSL_KEY_LEN
        ldi     r18, MSSL_TYPE_EPOCH
        rcall   secret_step
        ldi     r24, MSSL_RECORD_DATA_MIN + MSSL_RECORD_OVERHEAD
        breq    last_sent
        rjmp    refuse

/* Raises the generation of a slot. Both plus 1, so that 255 is below all:
 * stored, it gives way to any value; asked for, it is refused. M-9.1, M-9.2. */
revoke: subi    r24, -MSSL_EE_GENERATIONS
        rcall   cell_read
        mov     r22, r23
        inc     r23
        breq    wrong
        inc     r0
        cp      r23, r0
        brcs    wrong
        breq    same
        rcall   mssl_port_eeprom_write
        ldi     r24, MSSL_STATUS_FAILED
        cpse    r0, r22
        rjmp    last
same:   clr     r24
        rjmp    last
wrong:  ldi     r24, MSSL_STATUS_ARGUMENT
last:   rcall   answer_bare
last_sent:
        rjmp    over
        .size   admin, . - admin

/* answer: seals status r24 and the r18 bytes of data that are in their place.
 * Zeroes all the room behind them, so that nothing of a command or of a task's
 * work stays in the buffer. M-7.3. */
        .type   answer, @function
answer_bare:
        clr     r18
answer: movw    r26, r16
        st      X+, r24
        add     r26, r18
        adc     r27, r1
        ldi     r22, MSSL_RECORD_DATA_MAX - 1
        sub     r22, r18
        rcall   wipe
        ldi     r22, MSSL_RECORD_DATA_MIN / 2
1:      lsl     r22
        cp      r18, r22
        brcc    1b
        .size   answer, . - answer

/* seal: the r22 bytes at r17:16 become the device's next record; none: a close.
 * r24 = the record's length. M-2.5. */
        .type   seal, @function
seal:   movw    r26, r16
        st      -X, r22
        clr     r18                     /* MSSL_DIR_DEVICE */
        set
        rcall   ccm
        mov     r24, r22
        subi    r24, -MSSL_RECORD_OVERHEAD
        ret
        .size   seal, . - seal
