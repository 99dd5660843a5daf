/* SPDX-License-Identifier: ISC */
/* Secrets in EEPROM. PROTOCOL 5, 11. A part of mssl_avr_core.S; its twin is
 * mssl_dev_store.c. */

/* secret_read: the session's key = the 16 cells that end before r24. Carry set:
 * all are 0xff or 0x00, so not provisioned (M-11.2); the zero flag is clear then.
 * r24 becomes the first cell's; r18 stays. */
        .type   secret_read, @function
secret_read:
        movw    r26, r28
        adiw    r26, MSSL_KEY_LEN
        clr     r19
1:      dec     r24
        rcall   cell_read
        st      -X, r0
        inc     r0                      /* 0xff and 0x00 become 0 and 1 */
        or      r19, r0
        cp      r26, r28
        brne    1b
        cpi     r19, 2
        ret
        .size   secret_read, . - secret_read

/* secret_step: replaces the secret of the 16 cells that end before r24 by
 * lab(secret, r18), which is then in the session's key too. Zero flag clear: it
 * is not provisioned, and nothing is written; or a read-back differs, and nothing
 * more is. M-5.1, M-9.3. */
        .type   secret_step, @function
secret_step:
        rcall   secret_read
        brcs    2f
        rcall   lab
        movw    r26, r28
        ldi     r18, MSSL_KEY_LEN
1:      ld      r22, X+
        rcall   mssl_port_eeprom_write
        cp      r0, r22
        brne    2f
        inc     r24
        dec     r18
        brne    1b
2:      ret
        .size   secret_step, . - secret_step

/* copy: r18 bytes from Z to X; both move on, r18 becomes 0. copy_nonce: 12. */
        .type   copy, @function
copy_nonce:
        ldi     r18, MSSL_NONCE_LEN
copy:   ld      r0, Z+
        st      X+, r0
        dec     r18
        brne    copy
        ret
        .size   copy, . - copy
