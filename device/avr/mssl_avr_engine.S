/* SPDX-License-Identifier: ISC */
/* The engine: AES-128, CCM, F and wiping in one piece, since they share
 * registers and fall through into each other. A part of mssl_avr_core.S; its
 * twin in C is mssl_dev_engine_*.c.
 *
 * No branch, address in RAM or cycle depends on a secret: secrets only enter the
 * S-box, mssl_avr_sbox.h, which is a table in flash, where every byte takes three
 * cycles, or computed.
 *
 * Registers, for all of the core: Y session (its key comes first),
 * r17:16 the message behind its length byte, r1 zero.
 * What lives across a block's encryption:
 *   r21:20 key, which is Y's to be restored   r17:16 buffer  r22 its length n
 *   r19 bytes of the buffer done   r18 direction  r25:24 counter
 *   r29 (YH) the work area's page
 * What a block's encryption destroys: r0, r1, r23, X, YL, Z.
 *
 * Work area, zero between calls (so that F may start from a zero block):
 *   KEY    round key; a multiple of 16, so that half carries find its ends
 *   BLOCK  the state, and the block before and after; KEY + 16, so that one
 *          pointer reaches both
 *   SHIFT  the state after ShiftRows; bit 4 of its address is clear, so that
 *          clearing that bit wraps a pointer round
 * All in one page: low bytes of pointers are enough. */

/* 48 bytes at a multiple of 64. Common, since the assembler would round the size
 * of a section of its own up to the alignment. */
        .comm   mssl_dev_work, 48, 64

#define KEY     mssl_dev_work
#define BLOCK   mssl_dev_work + 16
#define SHIFT   mssl_dev_work + 32
#define WORK_END mssl_dev_work + 48
#define TO_BLOCK 16             /* BLOCK - KEY */

#define RCON_FIRST 0x01
#define RCON_LAST  0x36         /* round 10's; bit 0 is clear, see unit */
#define REDUCE     0x1b         /* x^8 modulo the field's polynomial */

#define FLAGS_MAC    0x19       /* of B_0: M' = 3, L' = 1. RFC 3610 2.2 */
#define FLAGS_STREAM 0x01       /* of A_i: L' = 1. RFC 3610 2.3 */

        .section .text.mssl_dev_engine, "ax", @progbits

/* -- encrypt: BLOCK = E(key, BLOCK). FIPS 197. In: r21:20 key, YH. Leaves X, YL,
 * Z, r0, r1 changed and r23 = RCON_LAST. --
 *
 * A round is two loops. `rows` adds the round key, substitutes, shifts, and
 * makes the next round key in passing; `columns` mixes, and in the last round
 * adds the last key instead. */
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
        SBOX    r30
        st      X, r30
        subi    r28, -4                 /* half carry stays set until a row ends, */
        brhs    cell
        subi    r28, 17                 /* and this sets it after row 0 */
        brhc    row

/* columns: b_i = a_i ^ all ^ 2(a_i ^ a_i+1), all = a_0 ^ a_1 ^ a_2 ^ a_3.
 * From row 3 up to row 0 the neighbour i + 1 is the byte read before (r1), and
 * for row 3 it is a_0, which the sum read last. r31 holds the sum: the S-box is
 * not needed here. X comes out of `rows` at SHIFT + 12, and leaves at SHIFT. */
        adiw    r26, 4
        cpi     r23, RCON_LAST
        ldi     r28, lo8(BLOCK + 16)
        brne    column
        ldi     r28, lo8(BLOCK)
2:      ld      r0, -X
        ld      r1, -Y
        eor     r0, r1
        std     Y+TO_BLOCK, r0
        cpi     r28, lo8(KEY)
        brne    2b
        ret

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
        ret
        .size   clean, . - clean

/* -- CCM: PROTOCOL 2, RFC 3610. --
 * Seals (r18 0, T set) or opens (r18 1, T clear) the n = r22 bytes at r17:16 and the tag behind
 * them under the session's key, with the session's counter of that direction,
 * which counts on. Opening: r31 is zero if and only if the tag is good.
 *
 * Sealing is MAC pass, then stream pass; opening the other way round. T set
 * makes a MAC pass. Both walk the data in units of a block (of 8 bytes, when
 * n = 8) and then the tag:
 *   MAC     BLOCK = E(B_0); data: BLOCK = E(BLOCK ^ data); tag: tag ^= BLOCK
 *   stream  data: data ^= E(A_1), E(A_2), ..; tag: tag ^= E(A_0)
 * Sealing's MAC pass takes nothing of the old tag: tag = BLOCK. After opening's
 * MAC pass the tag's place holds zeros if and only if the tag was good. */
        .type   ccm, @function
ccm:    movw    r30, r28
        sbrc    r18, 0
        adiw    r30, S_RECEIVED - S_SENT
        ldd     r24, Z+S_SENT
        ldd     r25, Z+S_SENT+1
        adiw    r24, 1
        std     Z+S_SENT, r24
        std     Z+S_SENT+1, r25
        sbiw    r24, 1
ccm_counted:
        movw    r20, r28
        ldi     r29, hi8(KEY)
        rcall   pass                    /* leaves T clear */
        bst     r18, 0                  /* opening: the MAC pass follows */
        rcall   pass

/* leave: how the engine's functions end. Leaves r24, r25, r31 as they are. */
leave:  rcall   clean
        movw    r28, r20
        ret
        .size   ccm, . - ccm

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
        std     Y+TO_BLOCK+2, r25
        std     Y+TO_BLOCK+3, r24
        std     Y+TO_BLOCK+15, r30
chain:  rcall   encrypt
        movw    r26, r16
        add     r26, r19
        brcc    3f
        inc     r27
3:      mov     r30, r22
        cp      r19, r22
        breq    tag
        rcall   unit
        brts    chain                   /* the MAC goes on with the same BLOCK */
        rjmp    stream
tag:    ldi     r30, MSSL_TAG_LEN
        brtc    unit
        clt                             /* the MAC goes to the buffer */
        inc     r23
        eor     r23, r18                /* bit 0 when sealing: replace, don't xor */

/* unit: BLOCK ^= X (T set), or X ^= BLOCK, or X = BLOCK (r23 bit 0). 16 bytes, or
 * 8 where r30 has a low nibble of 8: it counts up to the nibble's end. r31
 * becomes the or of all results. */
unit:   ldi     r28, lo8(BLOCK)
        clr     r31
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
        subi    r30, -1                 /* half carry until the nibble ends */
        brhs    4b
        ret
        .size   pass, . - pass

/* -- lab: the session's key becomes lab(key, r18) = F(key, r18 ‖ 0^31). The
 * message buffer has room for those 32 bytes behind a HELLO. r24, r25 stay. -- */
        .type   lab, @function
lab:    lab_room
        st      X+, r18
        ldi     r22, MSSL_F_INPUT_LEN - 1
        rcall   wipe
        sbiw    r26, MSSL_F_INPUT_LEN
        movw    r18, r26
        .size   lab, . - lab

/* -- F: the session's key becomes F(key, the 32 bytes at r19:18). PROTOCOL 2.
 * BLOCK is zero at the start: see clean. r24, r25 stay; r18 moves on
 * behind the 32 bytes, r19 further by what `result` counts. -- */
        .type   f, @function
f:      movw    r20, r28
        ldi     r29, hi8(KEY)
        clr     r23
        rcall   absorb
        rcall   absorb
result: movw    r26, r20
        ldi     r23, 1
        clt
        rcall   unit16
        rjmp    leave
        .size   f, . - f

/* absorb: BLOCK = E(BLOCK ^ the 16 bytes at r19:18), which moves on. */
absorb: movw    r26, r18
        set
        rcall   unit16                  /* counts in r19, which the next line replaces */
        movw    r18, r26
        rjmp    encrypt

unit16: ldi     r30, MSSL_BLOCK_LEN
        rjmp    unit
