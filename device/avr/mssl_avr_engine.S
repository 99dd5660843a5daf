/* SPDX-License-Identifier: ISC */
/* The engine of mssl_dev_engine.h for AVR chips: AES-128, CCM, F and wiping in
 * one piece, since they share registers and fall through into each other.
 *
 * No branch, address in RAM or cycle depends on a secret: secrets only enter the
 * S-box, mssl_avr_sbox.h, which is a table in flash, where every byte takes three
 * cycles, or computed.
 *
 * Registers, from the C calling convention: r24 first argument, r22 second,
 * r20 third, r18 fourth, r16 fifth (pairs; r16, r17, Y belong to the caller).
 * What lives across a block's encryption:
 *   r25:24 buffer  r22 its length n  r21:20 key  r18 direction  r17:16 counter
 *   r19 bytes of the buffer done     r29 (YH) the work area's page
 * What a block's encryption destroys: r0, r1, r23, X, YL, Z.
 *
 * Work area, zero between calls (so that F may start from a zero block):
 *   KEY    round key; a multiple of 16, so that half carries find its ends
 *   BLOCK  the state, and the block before and after; KEY + 16, so that one
 *          pointer reaches both
 *   SHIFT  the state after ShiftRows; bit 4 of its address is clear, so that
 *          clearing that bit wraps a pointer round
 * All in one page: low bytes of pointers are enough. */
#include "mssl_avr_sbox.h"
#include "mssl_wire.h"

/* 48 bytes at a multiple of 64. Common, since the assembler would round the size
 * of a section of its own up to the alignment. */
        .comm   mssl_dev_work, 48, 64

#define KEY     mssl_dev_work
#define BLOCK   mssl_dev_work + 16
#define SHIFT   mssl_dev_work + 32
#define WORK_END mssl_dev_work + 48
#define TO_BLOCK 16             /* BLOCK - KEY */

#define RCON_FIRST 0x01
#define RCON_LAST  0x36         /* round 10's */
#define RCON_END   0x6c         /* what follows; bit 6 set and bit 0 clear, see pass */
#define REDUCE     0x1b         /* x^8 modulo the field's polynomial */

#define FLAGS_MAC    0x19       /* of B_0: M' = 3, L' = 1. RFC 3610 2.2 */
#define FLAGS_STREAM 0x01       /* of A_i: L' = 1. RFC 3610 2.3 */

        .section .text.mssl_dev_engine, "ax", @progbits

/* -- encrypt: BLOCK = E(key, BLOCK). FIPS 197. In: r21:20 key, YH. Needs BLOCK
 * in place; leaves X, YL, Z, r0, r1 changed and r23 = RCON_END. --
 *
 * A round is two loops. `rows` adds the round key, substitutes, shifts, and
 * makes the next round key in passing; `columns` mixes. The key after the tenth
 * is made too and never used: cheaper than a loop of its own. */
        .type   encrypt, @function
encrypt:
        movw    r30, r20
        ldi     r28, lo8(KEY)
1:      ld      r0, Z+
        st      Y+, r0
        cpi     r28, lo8(KEY + 16)
        brne    1b
        ldi     r26, lo8(SHIFT)
        ldi     r27, hi8(SHIFT)
        ldi     r23, RCON_FIRST

/* rows: the key's rows from the last to the first, since row j of the next key
 * starts from S[old byte j + 1 of the last column]: r1 holds just that when row
 * j + 1 is done. Along a row, r0 runs: next[c] = old[c] ^ next[c - 1].
 * Y walks KEY + row + 4 column. X walks where ShiftRows puts the byte: row j
 * moves j columns to the left, so rows start at 7, 10, 13, 0 and the next row's
 * start is three after the place where the row wrapped to. */
round:  SBOX_READY
        ldi     r28, lo8(KEY + 3)
        ldd     r1, Y+9                 /* old byte 12 = row 0 of the last column */
row:    mov     r30, r1
        SBOX    r0
        cpi     r28, lo8(KEY)           /* the round constant enters row 0 */
        brne    1f
        eor     r0, r23
1:      subi    r26, -3
cell:   subi    r26, -4
        andi    r26, 0xef               /* wrap in SHIFT: see the work area */
        ld      r1, Y
        eor     r0, r1
        st      Y, r0
        ldd     r30, Y+TO_BLOCK
        eor     r30, r1                 /* AddRoundKey with the old key */
        std     Y+TO_BLOCK, r30         /* counts in the last round only */
        SBOX    r30
        st      X, r30
        subi    r28, -4                 /* half carry stays set until a row ends, */
        brhs    cell
        subi    r28, 17                 /* and this sets it after row 0 */
        brhc    row
        cpi     r23, RCON_END
        breq    done

/* columns: b_i = a_i ^ all ^ 2(a_i ^ a_i+1), all = a_0 ^ a_1 ^ a_2 ^ a_3.
 * From row 3 up to row 0 the neighbour i + 1 is the byte read before (r1), and
 * for row 3 it is a_0, which the sum read last. r31 holds the sum: the S-box is
 * not needed here. X comes out of `rows` at SHIFT + 12, and leaves at SHIFT. */
        adiw    r26, 4
        ldi     r28, lo8(BLOCK + 16)
        cpi     r23, RCON_LAST
        brne    column
2:      ld      r0, -X                  /* the last round mixes nothing */
        st      -Y, r0
        cpi     r26, lo8(SHIFT)
        brne    2b
        rjmp    next
column: ld      r31, -X
        ld      r1, -X
        eor     r31, r1
        ld      r1, -X
        eor     r31, r1
        ld      r1, -X
        eor     r31, r1
        adiw    r26, 4
3:      mov     r0, r1
        ld      r1, -X
        eor     r0, r1
        lsl     r0                      /* doubling: the carry becomes a mask, no branch */
        sbc     r30, r30
        andi    r30, REDUCE
        eor     r0, r30
        eor     r0, r31
        eor     r0, r1
        st      -Y, r0
        mov     r30, r26
        andi    r30, 3
        brne    3b
        cpi     r26, lo8(SHIFT)
        brne    column

next:   lsl     r23                     /* the next round constant: public, so it may branch */
        brcc    round
        ldi     r23, REDUCE
        rjmp    round
        .size   encrypt, . - encrypt

/* -- clean: zeroes the work area and r1; leaves Y = KEY. -- */
        .type   clean, @function
clean:  clr     r1
        ldi     r28, lo8(WORK_END)
1:      st      -Y, r1
        cpi     r28, lo8(KEY)
        brne    1b
done:   ret
        .size   clean, . - clean

/* -- enter: what every public function calls first. It runs the rest of its
 * caller as a subroutine, so that Y is saved and the work area wiped in one
 * place. r24 may be a result. -- */
        .type   enter, @function
enter:  pop     r31
        pop     r30
        push    r28
        push    r29
        ldi     r29, hi8(KEY)
        icall
        rcall   clean
        pop     r29
        pop     r28
        ret
        .size   enter, . - enter

/* -- CCM: PROTOCOL 2, RFC 3610. --
 * Sealing is MAC pass, then stream pass; opening the other way round. T set
 * makes a MAC pass. Both walk the data in units of a block (of 8 bytes, when
 * n = 8) and then the tag:
 *   MAC     BLOCK = E(B_0); data: BLOCK = E(BLOCK ^ data); tag: tag ^= BLOCK
 *   stream  data: data ^= E(A_1), E(A_2), ..; tag: tag ^= E(A_0)
 * Sealing's MAC pass takes nothing of the old tag: tag = BLOCK. After opening's
 * MAC pass the tag's place holds zeros if and only if the tag was good.
 * A device seals in direction 0 and opens in direction 1, so that r18 also
 * tells sealing from opening. */
        .global mssl_dev_ccm_open
        .type   mssl_dev_ccm_open, @function
mssl_dev_ccm_open:
        rcall   enter
        clt
        rcall   pass
        set
        rcall   pass                    /* leaves in r31 what differs in the tag */
        movw    r26, r24
        mov     r24, r31
        tst     r24
        breq    done
        subi    r22, -MSSL_TAG_LEN
        rjmp    wipe
        .size   mssl_dev_ccm_open, . - mssl_dev_ccm_open

        .global mssl_dev_ccm_seal
        .type   mssl_dev_ccm_seal, @function
mssl_dev_ccm_seal:
        rcall   enter
        set
        rcall   pass                    /* leaves T clear: the stream pass follows */
        .size   mssl_dev_ccm_seal, . - mssl_dev_ccm_seal

        .type   pass, @function
pass:   clr     r19
stream: rcall   clean
        mov     r30, r19
        swap    r30
        inc     r30                     /* A_i for the data from byte 16 (i - 1) */
        cp      r19, r22
        brne    1f
        clr     r30                     /* and A_0 for the tag */
1:      ldi     r23, FLAGS_STREAM
        brtc    2f
        ldi     r23, FLAGS_MAC
        mov     r30, r22                /* B_0 ends with n */
2:      std     Y+TO_BLOCK+0, r23
        std     Y+TO_BLOCK+1, r18
        std     Y+TO_BLOCK+2, r17
        std     Y+TO_BLOCK+3, r16
        std     Y+TO_BLOCK+15, r30
chain:  rcall   encrypt
        movw    r26, r24
        add     r26, r19
        brcc    3f
        inc     r27
3:      mov     r30, r22
        cp      r19, r22
        brne    unit
        ldi     r30, MSSL_TAG_LEN
        clr     r23                     /* bit 6 clear: pass ends after this unit */
        brtc    unit
        clt                             /* the MAC goes to the buffer */
        inc     r23
        eor     r23, r18                /* bit 0 when sealing: replace, don't xor */

/* unit: BLOCK ^= X (T set), or X ^= BLOCK, or X = BLOCK (r23 bit 0). r30 bytes,
 * modulo 16: 16 for all lengths but 8. r31 becomes the or of all results. */
unit:   ldi     r28, lo8(BLOCK)
        clr     r31
        dec     r30
4:      ld      r0, Y
        ld      r1, X
        sbrs    r23, 0
        eor     r0, r1
        or      r31, r0
        brts    5f
        mov     r1, r0
5:      st      Y+, r0                  /* without T that's rubbish, which nobody reads */
        st      X+, r1
        inc     r19
        subi    r30, 1                  /* half borrow after the last: the count's nibble was 0 */
        brhc    4b
        sbrs    r23, 6
        ret
        brts    chain                   /* the MAC goes on with the same BLOCK */
        rjmp    stream
        .size   pass, . - pass

/* -- F and lab. PROTOCOL 2. BLOCK is zero at the start: see clean. -- */
        .global mssl_dev_f
        .type   mssl_dev_f, @function
mssl_dev_f:
        rcall   enter
        movw    r18, r20
        movw    r20, r22
        rcall   absorb
        rcall   absorb
        rjmp    result
        .size   mssl_dev_f, . - mssl_dev_f

        .global mssl_dev_lab
        .type   mssl_dev_lab, @function
mssl_dev_lab:
        rcall   enter
        sts     BLOCK, r20
        movw    r20, r22
        rcall   encrypt
        rcall   encrypt
        .size   mssl_dev_lab, . - mssl_dev_lab

result: movw    r26, r24
        ldi     r23, 1
        clt
unit16: ldi     r30, 16
        rjmp    unit

/* BLOCK = E(BLOCK ^ the 16 bytes at r19:18), which moves on. */
absorb: movw    r26, r18
        set
        clr     r23
        rcall   unit16                  /* counts in r19, which the next line replaces */
        movw    r18, r26
        rjmp    encrypt

/* -- mssl_dev_wipe. n may be 0. -- */
        .global mssl_dev_wipe
        .type   mssl_dev_wipe, @function
mssl_dev_wipe:
        movw    r26, r24
wipe:   clr     r1                      /* for mssl_dev_ccm_open; C keeps it 0 */
        rjmp    2f
1:      st      X+, r1
2:      subi    r22, 1
        brcc    1b
        ret
        .size   mssl_dev_wipe, . - mssl_dev_wipe

/* -- One block, for tests and other uses of AES: dropped by the linker when
 * nothing calls it. -- */
        .section .text.mssl_dev_aes, "ax", @progbits
        .global mssl_dev_aes
        .type   mssl_dev_aes, @function
mssl_dev_aes:
        call    enter
        movw    r18, r24
        movw    r20, r22
        call    absorb
        jmp     result
        .size   mssl_dev_aes, . - mssl_dev_aes
