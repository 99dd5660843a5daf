/* SPDX-License-Identifier: ISC */
/* The contract of MSSL/1 in numbers: offsets, lengths, codes.
 *
 * Only #define lines with plain integers, so that C, the AVR assembler and the
 * generator of the Wireshark fields read this one file. Everything on the wire
 * is big-endian. Section numbers are those of docs/PROTOCOL.md. */
#ifndef MSSL_WIRE_H
#define MSSL_WIRE_H

/* -- Type octets: byte 0 of every input of F keeps the uses apart. 2 -- */
#define MSSL_TYPE_GRANT        0x11
#define MSSL_TYPE_RESTRICTION  0x12
#define MSSL_TYPE_TRANSCRIPT   0x21
#define MSSL_TYPE_EPOCH        0x31
#define MSSL_TYPE_SEED         0x41
#define MSSL_TYPE_NONCE        0x42

/* -- Sizes. 2, 3, 5 -- */
#define MSSL_KEY_LEN           16
#define MSSL_BLOCK_LEN         16
#define MSSL_F_INPUT_LEN       32
#define MSSL_SEED_LEN          16
#define MSSL_NONCE_LEN         12
#define MSSL_TAG_LEN           8
#define MSSL_CCM_NONCE_LEN     13

/* -- Grant and restriction: one layout of 32 bytes. 3 -- */
#define MSSL_GRANT_LEN         32
#define MSSL_G_TYPE            0
#define MSSL_G_TABLE           1
#define MSSL_G_DEVICE          2
#define MSSL_G_DEVICE_LEN      4
#define MSSL_G_SLOT            6
#define MSSL_G_GENERATION      7
#define MSSL_G_ADDRESS_LEN     8
#define MSSL_G_ADDRESS_KIND    9
#define MSSL_G_EPOCH           10
#define MSSL_G_EPOCH_LEN       2
#define MSSL_G_TASKS           12
#define MSSL_G_TASKS_LEN       4
#define MSSL_G_ADDRESS         16
#define MSSL_G_ADDRESS_MAX     6
#define MSSL_G_PARAM           22
#define MSSL_G_PARAM_LEN       3
#define MSSL_G_HOST            25
#define MSSL_G_HOST_LEN        7

#define MSSL_SLOTS             16
#define MSSL_GENERATION_MAX    254
#define MSSL_GENERATION_ERASED 255
#define MSSL_RESTRICTIONS_MAX  3

/* The kind of an address is its offset in the peer's address, IPv4 ‖ MAC. 3 */
#define MSSL_ADDRESS_IPV4      0
#define MSSL_ADDRESS_IPV4_MAX  4
#define MSSL_ADDRESS_MAC       4
#define MSSL_ADDRESS_MAC_MAX   6
#define MSSL_PEER_LEN          10

/* -- Messages. 6 -- */
#define MSSL_HELLO_LEN         45
#define MSSL_HELLO_LEN_BYTE    44
#define MSSL_HELLO_LEN_MAX     141
#define MSSL_WELCOME_LEN       21
#define MSSL_RECORD_OVERHEAD   9
#define MSSL_RECORD_DATA_MIN   8
#define MSSL_RECORD_DATA_MAX   128
#define MSSL_RECORD_LEN_MAX    137
#define MSSL_CLOSE_LEN         9
#define MSSL_DIR_DEVICE        0
#define MSSL_DIR_HOST          1
#define MSSL_COUNTER_LAST      0xFF00

/* -- Tasks. 3, 7 -- */
#define MSSL_TASKS             32
#define MSSL_TASK_APP_MAX      28
#define MSSL_TASK_DESCRIBE     29
#define MSSL_TASK_ENROL        30
#define MSSL_TASK_ADMIN        31
#define MSSL_ADMIN_EPOCH       0x80
#define MSSL_DESCRIBE_SELF     0
#define MSSL_DESCRIBE_TASK     1
#define MSSL_DESCRIBE_SELF_LEN 6
#define MSSL_FLAG_SIGNATURE    0x01
#define MSSL_FLAG_ENROLLED     0x02

/* -- Status octets. 7 -- */
#define MSSL_STATUS_OK         0
#define MSSL_STATUS_UNKNOWN    1
#define MSSL_STATUS_DENIED     2
#define MSSL_STATUS_ARGUMENT   3
#define MSSL_STATUS_SIGNATURE  4
#define MSSL_STATUS_BUSY       5
#define MSSL_STATUS_FAILED     6
#define MSSL_STATUS_EVENT      0x80

/* -- Enrolment. 10 -- */
#define MSSL_ENROL_OFFSET      0
#define MSSL_ENROL_COUNT       2
#define MSSL_ENROL_HEAD_LEN    3
#define MSSL_ENROL_CHUNK_MAX   124
#define MSSL_ENROL_MORE        0
#define MSSL_ENROL_DONE        1

/* -- Times. 8 -- */
#define MSSL_HELLO_TIMEOUT_S   5
#define MSSL_PROOF_TIMEOUT_S   5
#define MSSL_IDLE_TIMEOUT_S    60
#define MSSL_KEEPALIVE_S       20
#define MSSL_UNPROVEN_MS       300
#define MSSL_RETRY_MIN_MS      300
#define MSSL_RETRY_MAX_MS      2000
#define MSSL_SILENCE_MS        100

/* -- Transport. -- */
#define MSSL_PORT              6775

/* -- EEPROM of a device. 11 -- */
#define MSSL_EE_KD             0
#define MSSL_EE_DEVICE         16
#define MSSL_EE_GENERATIONS    20
#define MSSL_EE_SEED           36
#define MSSL_EE_ENROLMENTS     52
#define MSSL_EE_ENROLMENT_LEN  16
#define MSSL_EE_MAC            308
#define MSSL_EE_IP             314
#define MSSL_EE_NETMASK        318
#define MSSL_EE_GATEWAY        322
#define MSSL_EE_LEN            326

#endif
