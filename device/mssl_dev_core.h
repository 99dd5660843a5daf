/* SPDX-License-Identifier: ISC */
/* What the files of the core call of each other; not for users of the core.
 *
 * A message lies in the session's buffer as it came: its length byte at
 * buf[0], the rest behind it. Functions that consume or create a message
 * return how many bytes of the buffer to send. */
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

/* A function with several callers that avr-gcc would inline, and lose 40 to 90
 * bytes by it (measured). */
#ifdef __GNUC__
#define MSSL_DEV_NOINLINE __attribute__((noinline))
#else
#define MSSL_DEV_NOINLINE
#endif

/* -- EEPROM: mssl_dev_store.c -- */

#define MSSL_DEV_READ    0x00
#define MSSL_DEV_WRITE   0x02
#define MSSL_DEV_COMPARE 0x04

/* Walks over n cells of EEPROM (1..32), in ascending order, and as many bytes
 * of p: reads them into p; or writes p to them, each cell read back before the
 * next is written; or compares. Stops at the first cell that differs from p.
 * Returns 0 if one differs; a READ also if all are 0xff or 0x00, which means
 * not provisioned. M-5.1, M-9.3, M-11.2. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_cells(uint8_t address, uint8_t *p, uint8_t n, uint8_t how);

/* Replaces the secret at address by lab(secret, type), which is then in key
 * too. Returns 0 if it is not provisioned (nothing is written) or the
 * read-back differs. M-5.1, M-9.3. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_step(uint8_t key[MSSL_KEY_LEN], uint8_t address, uint8_t type);

MSSL_DEV_INTERNAL void mssl_dev_copy(uint8_t *to, const uint8_t *from, uint8_t n);

/* -- The device's nonce: mssl_dev_nonce.c -- */

/* Steps the nonce; after a reset, starts it from a new seed. room is left with
 * secrets. Returns 0 if there is no nonce: then every session is refused until
 * the next reset. PROTOCOL 5. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_nonce_next(uint8_t room[MSSL_KEY_LEN]);

/* -- Messages: mssl_dev_hello.c, mssl_dev_record.c --
 *
 * A session whose message is consumed has no time left (ticks 0). Who goes on
 * gets new time; who has none when the function returns is over: refused,
 * closed, or answered an admin command. M-8.2, M-8.7. */

/* Bytes of a HELLO whose first one is len; 0: bad length. M-6.11. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_hello_size(uint8_t len);

/* Consumes a whole HELLO and creates the WELCOME, if all checks hold. PROTOCOL 6. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_hello_consume(struct mssl_dev_session *s, uint8_t *buf);

/* Bytes of a record whose first one is n; 0: bad length. M-6.3. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_record_size(uint8_t n);

/* Consumes a whole record and creates the answer, if its tag is good. PROTOCOL 7, 8. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_record_consume(struct mssl_dev_session *s, uint8_t *buf);

/* Seals the n bytes at buf[1] as the device's next record; n = 0: a close. M-2.5. */
MSSL_DEV_INTERNAL MSSL_DEV_NOINLINE uint8_t mssl_dev_record_seal(struct mssl_dev_session *s,
                                                                 uint8_t *buf, uint8_t n);

/* Creates an answer or event of len bytes of data at buf[2]. M-7.3. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_answer_create(struct mssl_dev_session *s, uint8_t *buf,
                                                 uint8_t status, uint8_t len);

/* Is the next record 0xff00, so that it can only be a close? Asks for a high
 * byte of 0xff in the form that avr-gcc does in 8 bits. M-2.6. */
static inline uint8_t mssl_dev_record_last(const struct mssl_dev_session *s)
{
    return (uint8_t)((s->sent >> 8) + 1) == 0;
}

/* Did another session's admin command end this one? It may run nothing more,
 * and its close goes out at the next tick or byte. M-9.8. */
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

/* A status of the core's own: the answer is not sent. M-9.5. */
#define MSSL_DEV_STATUS_SILENT 0x7f

/* Runs the admin command at buf[1]; all sessions end, s after its answer.
 * Bytes 2 to 17 of buf are scratch. Returns the status. PROTOCOL 9. */
MSSL_DEV_INTERNAL uint8_t mssl_dev_admin_run(struct mssl_dev_session *s, uint8_t *buf);

#endif
