/* SPDX-License-Identifier: ISC */
/* A session's states and timers: bytes in, messages out. PROTOCOL 8. A part of
 * mssl_avr_core.S; its twin is mssl_dev_session.c and mssl_dev_record.c. */

/* -- C's: mssl_dev.h. A wiped session is CLOSED too. -- */
        .global mssl_dev_begin
        .type   mssl_dev_begin, @function
mssl_dev_begin:
        movw    r18, r22
        rcall   mssl_dev_end            /* leaves X behind the session */
        st      -X, r19
        st      -X, r18
        ldi     r18, MSSL_DEV_AWAIT_HELLO
        st      -X, r18
        ldi     r18, MSSL_DEV_TICKS(MSSL_HELLO_TIMEOUT_S)
        st      -X, r18
        ret
        .size   mssl_dev_begin, . - mssl_dev_begin

        .global mssl_dev_end
        .type   mssl_dev_end, @function
mssl_dev_end:
        movw    r26, r24
session_wipe:
        signature_discard
        ldi     r22, S_LEN - 1          /* and one more before it is counted */
        .size   mssl_dev_end, . - mssl_dev_end

/* wipe: r22 bytes from X on, which may be none; X moves on. r18, r19, r24, r25
 * stay. */
        .type   wipe, @function
1:      st      X+, r1
wipe:   subi    r22, 1
        brcc    1b
        ret
        .size   wipe, . - wipe

        .global mssl_dev_tick
        .type   mssl_dev_tick, @function
mssl_dev_tick:
        set
        rjmp    1f
        .size   mssl_dev_tick, . - mssl_dev_tick

/* T set: a tick; clear: a byte in r20. */
        .global mssl_dev_input
        .type   mssl_dev_input, @function
mssl_dev_input:
        clt
1:      push    r16
        push    r17
        push    r28
        push    r29
        movw    r28, r24
        movw    r16, r22
        subi    r16, -1
        sbci    r17, -1
        rcall   turn
        pop     r29
        pop     r28
        pop     r17
        pop     r16
        ret
        .size   mssl_dev_input, . - mssl_dev_input

/* A whole record: n = r22 bytes. T is clear, as ccm wants it for opening. */
        .type   record, @function
record: ldi     r18, MSSL_DIR_HOST
        rcall   ccm
        tst     r31
        brne    bad
/* A host's close is answered with one. A command whose answer would be record
 * 0xff00 does not run: that number is the close's. M-8.18, M-8.19. */
        tst     r22
        breq    close
        ldd     r18, Y+S_SENT+1
        inc     r18
        breq    close
        rjmp    task
        .size   record, . - record

/* -- How sessions end -- */

/* A tick: M-8.4 to M-8.6, M-8.17. r18 state. */
tick:   ldd     r19, Y+S_TICKS
        dec     r19
        std     Y+S_TICKS, r19
        brne    later
ended:  cpi     r18, MSSL_DEV_AWAIT_PROOF
        brcs    refuse                  /* before WELCOME the device says nothing */
close:  clr     r22
        rcall   seal
        rjmp    over
bad:    movw    r26, r16                /* a bad tag yields no plaintext. M-8.15 */
        subi    r22, -MSSL_TAG_LEN
        rcall   wipe
refuse: clr     r24
over:   movw    r26, r28                /* r24 bytes are to be sent before */
        rjmp    session_wipe

        .type   turn, @function
turn:   clr     r24
        ldd     r18, Y+S_STATE
        tst     r18
        breq    later
        if_expired ended
        brts    tick
        ldd     r19, Y+S_FILL
        movw    r26, r16
        add     r26, r19
        adc     r27, r1
        st      -X, r20
        inc     r19
        std     Y+S_FILL, r19
        movw    r26, r16
        ld      r22, -X                 /* the length byte: n of a record */
        cpi     r18, MSSL_DEV_AWAIT_HELLO
        breq    hello
        mov     r23, r22                /* 0, 8, 16, 32, 64, 128: see mssl_dev_record_size */
        subi    r23, MSSL_RECORD_DATA_MIN
        and     r23, r22
        brne    refuse
        subi    r19, MSSL_RECORD_OVERHEAD
        cp      r19, r22
        breq    record
later:  ret
        .size   turn, . - turn
