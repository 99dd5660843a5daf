/* SPDX-License-Identifier: ISC */
/* Compile-time proofs that the numbers of mssl_wire.h fit each other. */
#include "mssl_wire.h"

#define CHECK(name, what) typedef char mssl_wire_##name[(what) ? 1 : -1]

/* Fields of a grant lie side by side and fill it. */
CHECK(g_table, MSSL_G_TABLE == MSSL_G_TYPE + 1);
CHECK(g_device, MSSL_G_DEVICE == MSSL_G_TABLE + 1);
CHECK(g_slot, MSSL_G_SLOT == MSSL_G_DEVICE + MSSL_G_DEVICE_LEN);
CHECK(g_generation, MSSL_G_GENERATION == MSSL_G_SLOT + 1);
CHECK(g_address_len, MSSL_G_ADDRESS_LEN == MSSL_G_GENERATION + 1);
CHECK(g_address_kind, MSSL_G_ADDRESS_KIND == MSSL_G_ADDRESS_LEN + 1);
CHECK(g_epoch, MSSL_G_EPOCH == MSSL_G_ADDRESS_KIND + 1);
CHECK(g_tasks, MSSL_G_TASKS == MSSL_G_EPOCH + MSSL_G_EPOCH_LEN);
CHECK(g_address, MSSL_G_ADDRESS == MSSL_G_TASKS + MSSL_G_TASKS_LEN);
CHECK(g_param, MSSL_G_PARAM == MSSL_G_ADDRESS + MSSL_G_ADDRESS_MAX);
CHECK(g_host, MSSL_G_HOST == MSSL_G_PARAM + MSSL_G_PARAM_LEN);
CHECK(g_end, MSSL_GRANT_LEN == MSSL_G_HOST + MSSL_G_HOST_LEN);
CHECK(g_tasks_bits, MSSL_TASKS == 8 * MSSL_G_TASKS_LEN);
CHECK(g_is_f_input, MSSL_GRANT_LEN == MSSL_F_INPUT_LEN);

/* The kind of an address is where it starts in the peer's IPv4 ‖ MAC. */
CHECK(peer_ipv4, MSSL_ADDRESS_IPV4 == 0);
CHECK(peer_mac, MSSL_ADDRESS_MAC == MSSL_ADDRESS_IPV4 + MSSL_ADDRESS_IPV4_MAX);
CHECK(peer_len, MSSL_PEER_LEN == MSSL_ADDRESS_MAC + MSSL_ADDRESS_MAC_MAX);

/* The transcript is what follows the last block's parameters, then Ns:
 * HELLO can be turned into it in place. */
CHECK(transcript, 1 + MSSL_G_HOST_LEN + 2 * MSSL_NONCE_LEN == MSSL_F_INPUT_LEN);
CHECK(hello_byte, MSSL_HELLO_LEN_BYTE == MSSL_GRANT_LEN + MSSL_NONCE_LEN);
CHECK(hello, MSSL_HELLO_LEN == 1 + MSSL_HELLO_LEN_BYTE);
CHECK(hello_max,
      MSSL_HELLO_LEN_MAX == MSSL_HELLO_LEN + MSSL_RESTRICTIONS_MAX * MSSL_GRANT_LEN);
CHECK(welcome, MSSL_WELCOME_LEN == MSSL_NONCE_LEN + MSSL_CLOSE_LEN);
CHECK(record_overhead, MSSL_RECORD_OVERHEAD == 1 + MSSL_TAG_LEN);
CHECK(record_max, MSSL_RECORD_LEN_MAX == MSSL_RECORD_DATA_MAX + MSSL_RECORD_OVERHEAD);
CHECK(close_len, MSSL_CLOSE_LEN == MSSL_RECORD_OVERHEAD);
CHECK(ccm_nonce, MSSL_CCM_NONCE_LEN == 1 + 2 + 10);

/* An enrolment chunk with its task, offset and length fits a record. */
CHECK(enrol_chunk, 1 + MSSL_ENROL_HEAD_LEN + MSSL_ENROL_CHUNK_MAX == MSSL_RECORD_DATA_MAX);

CHECK(tasks_reserved, MSSL_TASK_APP_MAX + 1 == MSSL_TASK_DESCRIBE);
CHECK(tasks_end, MSSL_TASK_ADMIN + 1 == MSSL_TASKS);

/* The EEPROM map has no holes and fits the smallest chip (512 bytes). */
CHECK(ee_device, MSSL_EE_DEVICE == MSSL_EE_KD + MSSL_KEY_LEN);
CHECK(ee_generations, MSSL_EE_GENERATIONS == MSSL_EE_DEVICE + MSSL_G_DEVICE_LEN);
CHECK(ee_seed, MSSL_EE_SEED == MSSL_EE_GENERATIONS + MSSL_SLOTS);
CHECK(ee_enrolments, MSSL_EE_ENROLMENTS == MSSL_EE_SEED + MSSL_SEED_LEN);
CHECK(ee_mac, MSSL_EE_MAC == MSSL_EE_ENROLMENTS + MSSL_SLOTS * MSSL_EE_ENROLMENT_LEN);
CHECK(ee_ip, MSSL_EE_IP == MSSL_EE_MAC + 6);
CHECK(ee_netmask, MSSL_EE_NETMASK == MSSL_EE_IP + 4);
CHECK(ee_gateway, MSSL_EE_GATEWAY == MSSL_EE_NETMASK + 4);
CHECK(ee_end, MSSL_EE_LEN == MSSL_EE_GATEWAY + 4);
CHECK(ee_fits, MSSL_EE_LEN <= 512);

CHECK(keepalive, 2 * MSSL_KEEPALIVE_S < MSSL_IDLE_TIMEOUT_S);
CHECK(retry, MSSL_RETRY_MIN_MS < MSSL_RETRY_MAX_MS);
