/* SPDX-License-Identifier: ISC */
/* What the files of the core call of each other; not for users of the core.
 *
 * A message lies in the session's buffer as it came: its length byte at
 * buf[0], the rest behind it. A function that returns uint8_t bytes to send
 * returns 0 for "send nothing". */
#ifndef MSSL_DEV_CORE_H
#define MSSL_DEV_CORE_H

#include "mssl_dev.h"
#include "mssl_dev_engine.h"
#include "mssl_dev_option.h"
#include "mssl_dev_port.h"

/* static when the core is compiled as one unit, mssl_dev_one.c. */
#ifndef MSSL_DEV_INTERNAL
#define MSSL_DEV_INTERNAL extern
#endif

/* Ticks of 250 ms. PROTOCOL 8. */
#define MSSL_DEV_TICKS(seconds) ((seconds) * 4)

/* -- EEPROM: mssl_dev_store.c -- */

/* Loads 16 secret bytes. Returns non-zero if they are provisioned. M-11.2. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_load(uint8_t out[MSSL_KEY_LEN], uint8_t address);

/* Writes n bytes in ascending order, each read back before the next. Returns
 * non-zero at the first that differs, and writes no further. M-5.1, M-9.3. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_store(uint8_t address, const uint8_t *from, uint8_t n);

/* -- The device's nonce: mssl_dev_nonce.c -- */

/* Steps the nonce, after a reset from a new seed; room is scratch for that.
 * Returns 0 if there is no nonce: then every session is refused. PROTOCOL 5. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_nonce_next(uint8_t room[MSSL_SEED_LEN]);

/* -- Messages: mssl_dev_hello.c, mssl_dev_record.c -- */

/* Could len be the first byte of a HELLO? M-6.11. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_hello_len_bad(uint8_t len);

/* Consumes a whole HELLO; makes the WELCOME or ends the session. PROTOCOL 6. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_hello_consume(struct mssl_dev_session *s, uint8_t *buf);

/* Consumes a whole record: answers it, or ends the session. PROTOCOL 7, 8. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_record_consume(struct mssl_dev_session *s, uint8_t *buf);

/* Seals the n bytes at buf[1] as the device's next record. M-2.5. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_record_seal(struct mssl_dev_session *s, uint8_t *buf, uint8_t n);

/* Pads status and len bytes of data to the next class, and seals them. M-7.3. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_answer_create(struct mssl_dev_session *s, uint8_t *buf,
                                                 uint8_t status, uint8_t len);

/* Creates a close and ends the session. M-8.17. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_close_create(struct mssl_dev_session *s, uint8_t *buf);

/* Are the records used up, so that only a close may follow? M-2.6. */
static inline uint8_t mssl_dev_record_last(const struct mssl_dev_session *s)
{
    return (uint8_t)(s->sent >> 8) == MSSL_COUNTER_LAST >> 8;
}

/* Did an admin command end the session? It may run nothing more, and its close
 * goes out at the next tick or byte. One session has no others to end. M-9.8. */
static inline uint8_t mssl_dev_session_expired(const struct mssl_dev_session *s)
{
    return MSSL_DEV_SESSIONS > 1 && s->ticks == 0;
}

/* -- Tasks: mssl_dev_task.c, mssl_dev_admin.c -- */

/* Is task, at most 31, among the effective tasks? M-3.2, M-3.3. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_task_granted(const struct mssl_dev_session *s, uint8_t task);

/* Runs the command at buf[1], n bytes with its padding. Returns the status;
 * s->fill bytes of data are at buf[2]. PROTOCOL 7. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_task_run(struct mssl_dev_session *s, uint8_t *buf, uint8_t n);

/* A status of the core's own: the record is sealed, but never sent. M-9.5. */
#define MSSL_DEV_STATUS_SILENT 0x7f

/* Runs an admin command; all sessions end. buf holds its arguments, at least
 * 7 bytes; 16 are scratch. PROTOCOL 9. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_admin_run(uint8_t *buf);

#endif
