/* SPDX-License-Identifier: ISC */
/* The engine: AES-128, CCM, F and wiping in one piece, since they share
 * registers and fall through into each other. A part of mssl_avr_core.S; its
 * twin in C is mssl_dev_engine_*.c.
 *
 * No branch, address in RAM or cycle depends on a secret: secrets only index
 * the S-box, which is in flash, where every byte takes three cycles.
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
 * of a section of its own up to the alignment; so too for the S-box below. */
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

/* -- The S-box, at the start of a page: its index is the low byte of Z. -- */
        .section .text.mssl_dev_sbox, "ax", @progbits
        .balign 256
        .type   mssl_dev_sbox, @object
mssl_dev_sbox:
        .byte 0x63,0x7c,0x77,0x7b,0xf2,0x6b,0x6f,0xc5,0x30,0x01,0x67,0x2b,0xfe,0xd7,0xab,0x76
        .byte 0xca,0x82,0xc9,0x7d,0xfa,0x59,0x47,0xf0,0xad,0xd4,0xa2,0xaf,0x9c,0xa4,0x72,0xc0
        .byte 0xb7,0xfd,0x93,0x26,0x36,0x3f,0xf7,0xcc,0x34,0xa5,0xe5,0xf1,0x71,0xd8,0x31,0x15
        .byte 0x04,0xc7,0x23,0xc3,0x18,0x96,0x05,0x9a,0x07,0x12,0x80,0xe2,0xeb,0x27,0xb2,0x75
        .byte 0x09,0x83,0x2c,0x1a,0x1b,0x6e,0x5a,0xa0,0x52,0x3b,0xd6,0xb3,0x29,0xe3,0x2f,0x84
        .byte 0x53,0xd1,0x00,0xed,0x20,0xfc,0xb1,0x5b,0x6a,0xcb,0xbe,0x39,0x4a,0x4c,0x58,0xcf
        .byte 0xd0,0xef,0xaa,0xfb,0x43,0x4d,0x33,0x85,0x45,0xf9,0x02,0x7f,0x50,0x3c,0x9f,0xa8
        .byte 0x51,0xa3,0x40,0x8f,0x92,0x9d,0x38,0xf5,0xbc,0xb6,0xda,0x21,0x10,0xff,0xf3,0xd2
        .byte 0xcd,0x0c,0x13,0xec,0x5f,0x97,0x44,0x17,0xc4,0xa7,0x7e,0x3d,0x64,0x5d,0x19,0x73
        .byte 0x60,0x81,0x4f,0xdc,0x22,0x2a,0x90,0x88,0x46,0xee,0xb8,0x14,0xde,0x5e,0x0b,0xdb
        .byte 0xe0,0x32,0x3a,0x0a,0x49,0x06,0x24,0x5c,0xc2,0xd3,0xac,0x62,0x91,0x95,0xe4,0x79
        .byte 0xe7,0xc8,0x37,0x6d,0x8d,0xd5,0x4e,0xa9,0x6c,0x56,0xf4,0xea,0x65,0x7a,0xae,0x08
        .byte 0xba,0x78,0x25,0x2e,0x1c,0xa6,0xb4,0xc6,0xe8,0xdd,0x74,0x1f,0x4b,0xbd,0x8b,0x8a
        .byte 0x70,0x3e,0xb5,0x66,0x48,0x03,0xf6,0x0e,0x61,0x35,0x57,0xb9,0x86,0xc1,0x1d,0x9e
        .byte 0xe1,0xf8,0x98,0x11,0x69,0xd9,0x8e,0x94,0x9b,0x1e,0x87,0xe9,0xce,0x55,0x28,0xdf
        .byte 0x8c,0xa1,0x89,0x0d,0xbf,0xe6,0x42,0x68,0x41,0x99,0x2d,0x0f,0xb0,0x54,0xbb,0x16
        .size   mssl_dev_sbox, 256

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
round:  ldi     r31, hi8(mssl_dev_sbox)
        ldi     r28, lo8(KEY + 3)
        ldd     r1, Y+9                 /* old byte 12 = row 0 of the last column */
row:    mov     r30, r1
        lpm     r0, Z
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
        lpm     r30, Z
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
