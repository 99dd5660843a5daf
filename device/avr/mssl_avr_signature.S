/* SPDX-License-Identifier: ISC */
/* mssl_dev_signature.c for AVR chips with one session and a modulus of 2048 bits:
 * the comments there say why. PROTOCOL 10.
 *
 * Counts on: mssl_avr_eeprom.S, whose read changes r0 and r24 only, and whose
 * write r0 and r25; copy of mssl_avr_sha256.inc; the
 * length of the record at buf[0]; and an answer's byte 0 being the same as none.
 * The check under way: filled bytes of it, 0: none. One byte will do, as 256 is
 * 0 again and all. */
#include "mssl_avr_layout.h"

#if MSSL_DEV_SESSIONS != 1
#error "for one session: with more of them take mssl_dev_signature.c"
#endif

#define SLOT    (mssl_dev_sessions + S_SLOT)
#define FILL    (mssl_dev_sessions + S_FILL)
#define FORGED  0x7e                        /* mssl_dev_option.h */
#define ENROLMENTS_END lo8(MSSL_EE_ENROLMENTS + 256)

/* G, from the first use on its hash; then: not 0 if hashed; then: filled. */
        .comm   mssl_dev_mark, MSSL_GRANT_LEN + 2, 1
#define MARK    mssl_dev_mark
#define HASHED  MSSL_GRANT_LEN
#define FILLED  (mssl_dev_mark + MSSL_GRANT_LEN + 1)

        .section .text.mssl_dev_signature, "ax", @progbits

        .global mssl_dev_signature_take
        .type   mssl_dev_signature_take, @function
mssl_dev_signature_take:
        movw    r30, r22
        ldi     r26, lo8(MARK)
        ldi     r27, hi8(MARK)
        call    mssl_dev_sha256_copy
        st      X, r1
        ret
        .size   mssl_dev_signature_take, . - mssl_dev_signature_take

/* Returns 0, and the flag Z set, if the grant is enrolled. */
        .global mssl_dev_signature_wanted
        .type   mssl_dev_signature_wanted, @function
mssl_dev_signature_wanted:
        ldi     r30, lo8(MARK)
        ldi     r31, hi8(MARK)
        ldd     r0, Z+HASHED
        tst     r0
        brne    1f
        std     Z+HASHED, r31           /* RAM lies above page 0 */
        movw    r22, r30
        call    mssl_dev_sha256_replace
1:      clt
/* cells: compares the hash's first half with the slot's cells; with T set, writes
 * it there first, each cell read back before the next. Result as wanted's. */
cells:  ldi     r30, lo8(MARK)
        ldi     r31, hi8(MARK)
        lds     r26, SLOT
        swap    r26                     /* slot * MSSL_EE_ENROLMENT_LEN */
        clr     r27
        adiw    r26, MSSL_EE_ENROLMENTS
2:      movw    r24, r26
        ld      r22, Z+
        brtc    3f
        call    mssl_port_eeprom_write
        movw    r24, r26
3:      call    mssl_port_eeprom_read
        sub     r24, r22
        brne    5f
        adiw    r26, 1
        cpi     r30, lo8(MARK + MSSL_EE_ENROLMENT_LEN)
        brne    2b
5:      ret
        .size   mssl_dev_signature_wanted, . - mssl_dev_signature_wanted

        .global mssl_dev_signature_flags
        .type   mssl_dev_signature_flags, @function
mssl_dev_signature_flags:
        rcall   mssl_dev_signature_wanted
        ldi     r24, MSSL_FLAG_SIGNATURE | MSSL_FLAG_ENROLLED
        breq    5b
        ldi     r24, MSSL_FLAG_SIGNATURE
        ret
        .size   mssl_dev_signature_flags, . - mssl_dev_signature_flags

        .global mssl_dev_signature_enrol
        .type   mssl_dev_signature_enrol, @function
mssl_dev_signature_enrol:
        push    r28
        push    r29
        movw    r28, r22
        rcall   mssl_dev_signature_wanted
        ldi     r24, MSSL_STATUS_UNKNOWN
        breq    out
        ldd     r19, Y+2                /* the offset: 0, or what is there */
        ldd     r18, Y+3
        lds     r24, FILLED
        cp      r18, r24
        cpc     r19, r1
        breq    1f
        or      r18, r19
        brne    bad
1:      movw    r24, r18
        ldd     r20, Y+4                /* n: at least 1, at most what its record holds */
        ldd     r21, Y+0
        subi    r21, 4
        cp      r21, r20
        brlo    bad
        add     r18, r20
        brcc    2f
        brne    bad                     /* beyond the signature */
2:      cp      r1, r20
        brcc    bad
        sts     FILLED, r18
        movw    r22, r28
        subi    r22, -5
        sbci    r23, -1
        call    mssl_dev_rsa_put
        std     Y+2, r1
        ldi     r24, 1
        sts     FILL, r24
        lds     r24, FILLED
        tst     r24
        brne    more
        ldi     r24, lo8(MARK)
        ldi     r25, hi8(MARK)
        call    mssl_dev_rsa_check
        tst     r24
        brne    forged
        set
        rcall   cells
        brne    forged
        inc     r24
        std     Y+2, r24
more:   clr     r24
        rjmp    out
forged: ldi     r24, FORGED
        rjmp    out
bad:    rcall   mssl_dev_signature_discard
        ldi     r24, MSSL_STATUS_ARGUMENT
out:    pop     r29
        pop     r28
        ret
        .size   mssl_dev_signature_enrol, . - mssl_dev_signature_enrol

        .global mssl_dev_signature_discard
        .type   mssl_dev_signature_discard, @function
mssl_dev_signature_discard:
        sts     FILLED, r1
        ret
        .size   mssl_dev_signature_discard, . - mssl_dev_signature_discard

/* Cells that hold 0xff already are not written. The walk is of 256 cells, so its
 * end has the low byte of its beginning. */
        .global mssl_dev_signature_clear
        .type   mssl_dev_signature_clear, @function
mssl_dev_signature_clear:
        ldi     r26, MSSL_EE_ENROLMENTS
        clr     r27
        ldi     r22, 0xff
1:      movw    r24, r26
        call    mssl_port_eeprom_read
        cpse    r24, r22
        rcall   2f
        adiw    r26, 1
        cpi     r26, ENROLMENTS_END
        brne    1b
        ret
2:      movw    r24, r26
        jmp     mssl_port_eeprom_write
        .size   mssl_dev_signature_clear, . - mssl_dev_signature_clear
