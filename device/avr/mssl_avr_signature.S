/* SPDX-License-Identifier: ISC */
/* The signature option in assembly, for one session and a modulus of 2048 bits:
 * macros for the core, with its registers. Its twin is mssl_dev_signature.c, whose
 * comments say why; the macros of mssl_avr_signature_c.S have the same names.
 * PROTOCOL 10.
 *
 * What holds the shortcuts up:
 *   the digest's place is the RSA check's own, and SHA-256's, so that nobody passes a
 *   pointer;
 *   of one session the address is known, so check and SHA-256 may lose Y;
 *   a session has bytes that are of no use once its HELLO was taken, and are wiped with it;
 *   the length n of a command stays at r17:16 - 1, its task at r17:16;
 *   an EEPROM write selects the cell and waits for it, so the read behind it is
 *   what is stored. */

/* G, from the first use on its hash. */
#define MARK    MSSL_AVR_DIGEST
/* The high byte of the peer's address, which a HELLO alone wants and which is not
 * 0, as RAM lies above page 0: 0 if G is hashed. */
#define UNHASHED (S_PEER + 1)
/* The check under way: filled bytes of it, 0: none. One byte will do, as 256 is 0
 * again and all. */
#define FILLED  S_UNUSED

#define HEAD_LEN 4                          /* task, offset, len: before a chunk's bytes */

.macro  signature_take
.endm

/* G at Z was accepted, and is whole. Z moves on to its tasks. */
.macro  signature_grant
        ldi     r26, lo8(MARK)
        ldi     r27, hi8(MARK)
        ldi     r18, MSSL_GRANT_LEN
        rcall   copy
        sbiw    r30, MSSL_GRANT_LEN - MSSL_G_TASKS
.endm

/* The session has what it takes of it. Keeps Z. */
.macro  signature_begin
        std     Y+FILLED, r1
.endm

/* A task that the session may do: status 4 unless enrolled. M-10.1. */
.macro  signature_gate
        rcall   wanted
        ldi     r24, MSSL_STATUS_SIGNATURE
        brne    bare
.endm

/* Task 30, in front of `task`. M-10.2, M-10.4 to M-10.8. */
.macro  signature_enrol

/* wanted: zero flag set if the grant is enrolled. T is clear. Keeps Y and r17:16, and
 * leaves r20, r22 and X as `task` wants them; Z one lower than r17:16. */
        .type   wanted, @function
wanted: ldd     r0, Y+UNHASHED
        cpse    r0, r1
        call    mssl_avr_sha256
        clt
/* cells: compares the hash's first half with the slot's cells; with T set, writes
 * it there first, each cell read back before the next. Result as wanted's. */
cells:  ldi     r28, lo8(mssl_dev_sessions)
        ldi     r29, hi8(mssl_dev_sessions)
        std     Y+UNHASHED, r1
        ldi     r30, lo8(MARK)
        ldi     r31, hi8(MARK)
        ldd     r24, Y+S_SLOT
        swap    r24                     /* slot * MSSL_EE_ENROLMENT_LEN */
        clr     r25
        adiw    r24, MSSL_EE_ENROLMENTS
2:      ld      r22, Z+
        brtc    3f
        rcall   mssl_port_eeprom_write
3:      rcall   cell_at
        cp      r0, r22
        brne    4f
        adiw    r24, 1
        cpi     r30, lo8(MARK + MSSL_EE_ENROLMENT_LEN)
        brne    2b
4:      movw    r30, r16
        ld      r22, -Z
        movw    r26, r16
        ld      r20, X+
        ret
        .size   wanted, . - wanted

        signature_forged

misfit: std     Y+FILLED, r1
        ldi     r24, MSSL_STATUS_ARGUMENT
5:      rjmp    bare
        .type   enrol, @function
enrol:  rcall   wanted
        ldi     r24, MSSL_STATUS_UNKNOWN
        breq    5b
        ld      r25, X+                 /* the offset: 0, or what is there */
        ld      r24, X+
        ld      r20, X+                 /* len: at least 1, at most what its record holds */
        ldd     r18, Y+FILLED
        cpse    r24, r18
        or      r25, r24
        tst     r25
        brne    misfit
        subi    r22, HEAD_LEN
        dec     r20                     /* 0 becomes 255, which no record holds */
        cp      r20, r22
        brcc    misfit
        mov     r18, r24
        add     r18, r20                /* the place of the chunk's last byte */
        brcs    misfit                  /* beyond the signature */
        inc     r20
        inc     r18
        std     Y+FILLED, r18
        call    mssl_avr_rsa_put        /* keeps r18, and T clear */
        tst     r18
        brne    more
        call    mssl_avr_rsa_check
        in      r0, SREG                /* a bad one is not stored, so that it is not */
        bst     r0, SREG_Z              /* there: wanted has seen that it was not */
        rcall   cells
        brne    forged
more:   clr     r24                     /* MSSL_ENROL_MORE; */
        bld     r24, 0                  /* with T, MSSL_ENROL_DONE */
        movw    r30, r16
        std     Z+1, r24
        ldi     r18, 1
        rjmp    ok
        .size   enrol, . - enrol
.endm

/* Describe's flags, which are the last of its data; r18 = their length. M-7.9. */
.macro  describe_flags
        rcall   wanted
        ldi     r18, MSSL_FLAG_SIGNATURE | MSSL_FLAG_ENROLLED
        breq    1f
        ldi     r18, MSSL_FLAG_SIGNATURE
1:      std     Z+1+MSSL_DESCRIBE_SELF_LEN, r18
        ldi     r18, MSSL_DESCRIBE_SELF_LEN
.endm

/* Cells that hold 0xff already are not written. The walk is of 256 cells, so its
 * end has the low byte of its beginning. M-9.4. */
.macro  signature_clear
        ldi     r24, MSSL_EE_ENROLMENTS
        clr     r25
        ldi     r22, 0xff
1:      rcall   cell_at
        cpse    r0, r22
        rcall   mssl_port_eeprom_write
        adiw    r24, 1
        cpi     r24, lo8(MSSL_EE_ENROLMENTS + MSSL_SLOTS * MSSL_EE_ENROLMENT_LEN)
        brne    1b
.endm

/* The session at X ends. M-10.13. */
.macro  signature_discard
.endm

/* For mssl_dev_event.c. */
.macro  signature_calls
        callable mssl_dev_signature_wanted
mssl_dev_signature_wanted:
        save_registers
        movw    r28, r24
        movw    r16, r24                /* anything to read */
        clt
        call    wanted
        restore_registers
        ldi     r24, 0                  /* unlike clr, keeps the flag */
        breq    1f
        inc     r24
1:      ret
.endm
