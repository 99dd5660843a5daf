/* SPDX-License-Identifier: ISC */
/* libmssl: the host's side of MSSL/1.
 *
 * 1. What it is
 * A host holds a grant for a device: who may do what. With it the library
 * opens a session over any byte stream, proves both ends, and carries
 * commands, answers and events. It does no I/O and has no clock: bytes in,
 * bytes out; the caller owns socket and timers. Only chapter 10 touches files.
 * Nothing here prints or exits; every struct is the caller's, and each with a key has
 * a function that wipes it. No session allocates: a thread's share two cipher contexts.
 *
 * 2. A session, in short
 *   mssl_grant_file_read(&g, path, &why)           the grant (chapter 10)
 *   mssl_random(nc, sizeof nc)
 *   mssl_client_begin(&c, g.blocks, g.count, g.key, nc, out, &n)   send n bytes
 *   mssl_client_input(&c, in, len, &used, &m)      for what comes; m says what it was
 *   mssl_client_command(&c, task, args, len, out, &n)   after m.kind == MSSL_WELCOME
 *   mssl_client_close(&c, out, &n)
 *   mssl_client_end(&c)                            the stream ended: what that means
 *
 * Sections are those of docs/PROTOCOL.md. */
#ifndef MSSL_H
#define MSSL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mssl_wire.h"

/* -- 3. Errors: the high digit is the class, what the caller does about it -- */
typedef uint8_t mssl_err;

#define MSSL_E_CLASS(e)    ((e) & 0xF0)
#define MSSL_OK            0x00

#define MSSL_E_FIX         0x10    /* class: the call, its arguments or its text are wrong: mend them */
#define MSSL_E_ARGUMENT    0x11    /* a value outside its range */
#define MSSL_E_FORMAT      0x12    /* text or a block that is not what it should be */
#define MSSL_E_ROOM        0x13    /* too long, or the buffer too short */
#define MSSL_E_STATE       0x14    /* not now: the session is in another state */

#define MSSL_E_FILES       0x20    /* class: a file is in the way: errno holds the cause of MSSL_E_FILE */
#define MSSL_E_FILE        0x21
#define MSSL_E_EXISTS      0x22    /* it exists and is not overwritten */
#define MSSL_E_MODE        0x23    /* looser than 0600: chmod 600 */

#define MSSL_E_FORGED      0x30    /* class: not authentic: drop the connection, trust nothing of it */
#define MSSL_E_TAG         0x31    /* a WELCOME or record that is forged, replayed or reordered */
#define MSSL_E_RECORD      0x32    /* a length, or an order of records, that no device sends */
#define MSSL_E_SIGNATURE   0x33    /* the grant is not signed by this authority */

#define MSSL_E_RETRY       0x40    /* class: nothing was sent: may connect again */
#define MSSL_E_REFUSED     0x41    /* closed before WELCOME: refused or busy; after 0.3 to 2 s, at random */
#define MSSL_E_CUT         0x42    /* the stream ended inside WELCOME */

#define MSSL_E_OVER        0x50    /* class: the session is over, what was answered is done, nothing else ran */
#define MSSL_E_NOT_RUN     0x51    /* closed by the device, commands without an answer did not run */
#define MSSL_E_COUNTER     0x52    /* records used up: close and open a new session */

#define MSSL_E_LOST        0x60    /* class: the stream ended without an authenticated close */
#define MSSL_E_TRUNCATED   0x61    /* every command had its answer */
#define MSSL_E_UNKNOWN     0x62    /* commands without an answer may have run or not: don't repeat blindly */

#define MSSL_E_CRYPTO      0x70    /* the crypto library failed (memory, random source): give up */

#define MSSL_E_ENROL       0x80    /* class: the device did not enrol the grant: chapter 9 */
#define MSSL_E_ENROL_BUSY  0x81    /* it checks another session's signature: begin again later */
#define MSSL_E_ENROL_SIZE  0x82    /* its modulus has another length: not this authority's firmware */
#define MSSL_E_ENROL_BAD   0x83    /* not signed by the authority of its firmware; the device closes */

const char *mssl_err_text(mssl_err e);      /* for a person, without full stop; never NULL */

/* Why a text was refused: line counts from 1 (0: the text as a whole); reason
 * is a static string that names the remedy. Set on MSSL_E_FORMAT. */
struct mssl_why {
    unsigned line;
    const char *reason;
};

/* -- 4. Keys. 2, 4 -- */

/* out = F(key, x) = E(E(x[0..15]) xor x[16..31]); out may be key.
 * MSSL_E_CRYPTO: out is zeroed and must not be used. Section 2. */
mssl_err mssl_f(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN],
                const uint8_t x[MSSL_F_INPUT_LEN]);

/* out = lab(key, type) = F(key, type then 31 zero bytes); out may be key. */
mssl_err mssl_lab(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN], uint8_t type);

/* Fills out with n unpredictable bytes. MSSL_E_CRYPTO: out is zeroed. */
mssl_err mssl_random(uint8_t *out, size_t n);

void mssl_wipe(void *p, size_t n);      /* zeroes; never deleted by a compiler */

#define MSSL_SIGNATURE_MAX  512     /* bytes: 4096 bits */

/* Is sig the authority's RSA signature (PKCS#1 v1.5, SHA-256) over block? pem
 * is the public key's SubjectPublicKeyInfo text.
 * MSSL_E_FORMAT: pem is no RSA key of 2048 bits or more. MSSL_E_SIGNATURE: no. */
mssl_err mssl_signature_verify(const uint8_t block[MSSL_GRANT_LEN], const uint8_t *sig, size_t sig_len,
                               const char *pem, size_t pem_len);

/* The key's fingerprint, for people to compare: SHA-256 of its DER form, as hex.
 * MSSL_E_FORMAT: as above; out is empty after an error. */
#define MSSL_FINGERPRINT_SIZE 65
mssl_err mssl_authority_fingerprint(char out[MSSL_FINGERPRINT_SIZE], const char *pem, size_t pem_len);

/* u = sig * R mod N with R = 2^(8 * (sig_len + 1)): the form in which a device takes a
 * signature. u has sig_len bytes, big-endian. Section 10.
 * MSSL_E_FORMAT: as above. MSSL_E_SIGNATURE: sig has not N's length, or is not
 * below N; u is zeroed after any error. Nothing here is secret. */
mssl_err mssl_signature_montgomery(uint8_t u[MSSL_SIGNATURE_MAX], const uint8_t *sig, size_t sig_len,
                                   const char *pem, size_t pem_len);

/* -- 5. Grants and restrictions: a block of 32 bytes and its meaning. 3 -- */
#define MSSL_HOST_SIZE     (MSSL_G_HOST_LEN + 1)    /* with the terminating zero */
#define MSSL_DEVICE_NAME_MAX 32

/* An address: kind MSSL_ADDRESS_IPV4 or _MAC; the first len bytes count, 0 for
 * any address. len is at most 4 for IPv4, 6 for a MAC. */
struct mssl_address {
    uint8_t kind;
    uint8_t len;
    uint8_t bytes[MSSL_G_ADDRESS_MAX];
};

struct mssl_grant {
    uint8_t type;                   /* MSSL_TYPE_GRANT or MSSL_TYPE_RESTRICTION */
    uint8_t table;                  /* task table number; 0 in a restriction */
    uint32_t device;                /* 0 in a restriction */
    uint8_t slot;
    uint8_t generation;
    struct mssl_address address;
    uint16_t epoch;                 /* 0 in a restriction */
    uint32_t tasks;                 /* task t is bit t */
    uint8_t param[MSSL_G_PARAM_LEN];
    char host[MSSL_HOST_SIZE];      /* [a-z0-9._-], 1 to 7 characters */
};

/* Writes g as a block. MSSL_E_ARGUMENT: a field is out of range (slot,
 * generation 255, address, host id, a field a restriction lacks); out is zeroed. */
mssl_err mssl_grant_encode(uint8_t out[MSSL_GRANT_LEN], const struct mssl_grant *g);

/* Reads a block; refuses what encode would not write, so that encode gives the
 * same 32 bytes again. MSSL_E_FORMAT: *g is zeroed. */
mssl_err mssl_grant_decode(struct mssl_grant *g, const uint8_t block[MSSL_GRANT_LEN]);

/* "10.0.2.2" (all of it), "10.0.0.0/8" (/8, /16, /24, /32; bits behind the
 * prefix must be 0). MSSL_E_FORMAT: *a is unchanged. */
mssl_err mssl_address_parse_ipv4(struct mssl_address *a, const char *text);

/* "52:55:0a:00:02:02", or with "/N": the first N bytes, 1 to 6. */
mssl_err mssl_address_parse_mac(struct mssl_address *a, const char *text);

/* The same text again; "any" for len 0. out has room for the longest. */
#define MSSL_ADDRESS_TEXT_SIZE 24
void mssl_address_format(char out[MSSL_ADDRESS_TEXT_SIZE], const struct mssl_address *a);

/* Can no peer have both addresses? (Same kind, and their common part differs.) */
bool mssl_address_conflict(const struct mssl_address *a, const struct mssl_address *b);

/* Is s a host id (1 to 7) or a device name (1 to 32 characters) of [a-z0-9._-]? */
bool mssl_host_name_ok(const char *s);
bool mssl_device_name_ok(const char *s);

/* -- 6. Task tables: docs/FORMATS.md -- */
#define MSSL_TABLE_TEXT_MAX 4096
#define MSSL_TASK_NAME_MAX  16
#define MSSL_TASK_TEXT_MAX  100     /* name, space and usage */

struct mssl_task {
    bool present;
    char name[MSSL_TASK_NAME_MAX + 1];
    char usage[MSSL_TASK_TEXT_MAX + 1];     /* may be empty */
};

struct mssl_task_table {
    uint8_t number;
    struct mssl_task tasks[MSSL_TASK_APP_MAX + 1];
};

/* Reads a task table file's text. MSSL_E_FORMAT: *why says what; *t is zeroed. */
mssl_err mssl_task_table_parse(struct mssl_task_table *t, const char *text, size_t len,
                               struct mssl_why *why);

/* Writes the text again, in the order of numbers, without comments, and a
 * terminating zero. *len: room in, length without the zero out. */
mssl_err mssl_task_table_format(const struct mssl_task_table *t, char *out, size_t *len);

/* The task's number, 0..31, describe, enrol and admin included; -1: none. */
int mssl_task_find(const struct mssl_task_table *t, const char *name);

/* The name of task 0..31; "?" when the table has none. */
const char *mssl_task_name(const struct mssl_task_table *t, uint8_t task);

/* "led,adc,admin" to bits. MSSL_E_ARGUMENT: *why->reason says what is wrong with
 * the name that begins at text[*at]; *tasks is unchanged. describe and enrol
 * need no bit and are refused. */
mssl_err mssl_task_set_parse(uint32_t *tasks, const struct mssl_task_table *t, const char *text,
                             size_t *at, struct mssl_why *why);

/* Bits to "led,adc,admin"; a task without a name as its number. *len as above. */
mssl_err mssl_task_set_format(uint32_t tasks, const struct mssl_task_table *t, char *out, size_t *len);

/* -- 7. Grant files: their text. docs/FORMATS.md -- */
#define MSSL_GRANT_TEXT_MAX 16384
#define MSSL_BLOCKS_MAX     (1 + MSSL_RESTRICTIONS_MAX)

struct mssl_grant_file {
    char device_name[MSSL_DEVICE_NAME_MAX + 1];
    char host_name[MSSL_HOST_SIZE];                     /* host id of the last block */
    struct mssl_task_table table;
    uint8_t count;                                      /* of blocks, 1..4 */
    uint8_t blocks[MSSL_BLOCKS_MAX][MSSL_GRANT_LEN];    /* G, then the restrictions */
    uint16_t signature_len;                             /* 256, 384 or 512 */
    uint8_t signature[MSSL_SIGNATURE_MAX];              /* over G */
    uint8_t key[MSSL_KEY_LEN];                          /* of the last block */
};

/* Reads the text. MSSL_E_FORMAT: *why says what; *g is wiped. Checks form and
 * that the parts fit each other, not the signature. */
mssl_err mssl_grant_file_parse(struct mssl_grant_file *g, const char *text, size_t len,
                               struct mssl_why *why);

/* Writes the text and a terminating zero; *len: room in, length out.
 * MSSL_E_ARGUMENT: g would not be accepted by parse. out is wiped after an
 * error; it holds a key after success: wipe it. */
mssl_err mssl_grant_file_format(const struct mssl_grant_file *g, char *out, size_t *len);

/* Adds a restriction for host, offline: tasks and address narrow what g gives.
 * address may be NULL (none of its own). On success g is the helper's file, with
 * a key that doesn't lead back. MSSL_E_ROOM: the chain has its 3 already.
 * MSSL_E_ARGUMENT: host is no host id, address is out of range or tasks has a bit
 * that the chain lacks. g is unchanged after an error. Sections 3, 4. */
mssl_err mssl_grant_file_restrict(struct mssl_grant_file *g, uint32_t tasks,
                                  const struct mssl_address *address, const char *host);

uint32_t mssl_grant_file_tasks(const struct mssl_grant_file *g);    /* what all blocks allow */

void mssl_grant_file_wipe(struct mssl_grant_file *g);

/* Hex: len bytes as 2 * len lower-case digits and a zero; and back.
 * from_hex: text must have exactly 2 * len lower-case digits, text_len says how
 * many there are. MSSL_E_FORMAT: out is wiped. */
void mssl_to_hex(char *out, const uint8_t *in, size_t len);
mssl_err mssl_from_hex(uint8_t *out, size_t len, const char *text, size_t text_len);

/* -- 8. The client. 6, 7, 8 -- */
#define MSSL_PIPELINE_MAX  32       /* commands without an answer yet */

/* What the client awaits. 0 is IDLE, so zeroed memory is an idle client. */
#define MSSL_IDLE          0
#define MSSL_AWAIT_WELCOME 1
#define MSSL_OPEN          2
#define MSSL_AWAIT_CLOSE   3        /* close was sent; answers may still come */
#define MSSL_CLOSED        4        /* drop the connection */

struct mssl_client {                /* the library's own; read state and waiting */
    uint8_t state;
    uint8_t waiting;                /* commands without an answer */
    uint8_t first;                  /* where the oldest of them is in tasks */
    bool close_sent;
    bool close_got;
    bool failed;                    /* a forged byte was seen */
    bool admin_done;                /* an admin command ran: its answer is the last record */
    uint8_t fill;
    uint16_t sent;
    uint16_t received;
    uint8_t tasks[MSSL_PIPELINE_MAX];
    uint8_t key[MSSL_KEY_LEN];
    uint8_t transcript[MSSL_F_INPUT_LEN];
    uint8_t in[MSSL_RECORD_LEN_MAX];
};

/* What came. */
#define MSSL_NOTHING       0        /* the message isn't complete */
#define MSSL_WELCOME       1        /* the device is proven: send a command at once */
#define MSSL_ANSWER        2
#define MSSL_EVENT         3
#define MSSL_CLOSE         4        /* the device closed; or an admin command's answer was the last */

struct mssl_message {
    uint8_t kind;
    uint8_t task;                   /* of the command answered, or of the event */
    uint8_t status;                 /* of the answer, MSSL_STATUS_* */
    uint8_t len;                    /* of data, padding included */
    const uint8_t *data;            /* valid until the next call */
};

/* Begins a session: makes HELLO. blocks, count, key: as in a grant file. nc: 12
 * bytes of mssl_random, never used before. Send out[0..*len). The client holds a
 * key from now on: mssl_client_end or _wipe must follow. */
mssl_err mssl_client_begin(struct mssl_client *c, const uint8_t blocks[][MSSL_GRANT_LEN], uint8_t count,
                           const uint8_t key[MSSL_KEY_LEN], const uint8_t nc[MSSL_NONCE_LEN],
                           uint8_t out[MSSL_HELLO_LEN_MAX], uint8_t *len);

/* Consumes bytes of the stream, one message at most; *used says how many. Call
 * until *used == len. Within 5 s of WELCOME the device wants a command.
 * Class MSSL_E_FORGED: the key is wiped, nothing was shown, drop the connection
 * (and send nothing: no close). After MSSL_CLOSED bytes are ignored. */
mssl_err mssl_client_input(struct mssl_client *c, const uint8_t *in, size_t len, size_t *used,
                           struct mssl_message *m);

/* Seals a command: task and len bytes of arguments, at most 127 (0: args may be NULL).
 * MSSL_E_STATE: no session is open, or MSSL_PIPELINE_MAX commands wait, or an admin
 * command waits (its answer may be the last record). MSSL_E_COUNTER: send a close, reconnect. */
mssl_err mssl_client_command(struct mssl_client *c, uint8_t task, const void *args, size_t len,
                             uint8_t out[MSSL_RECORD_LEN_MAX], uint8_t *out_len);

/* How many more commands an open session can carry; events take from it. Else 0. */
uint16_t mssl_client_left(const struct mssl_client *c);

/* Seals the close. The device answers what came before it, then closes too.
 * MSSL_E_STATE: not open. Hosts never answer a device's close. */
mssl_err mssl_client_close(struct mssl_client *c, uint8_t out[MSSL_CLOSE_LEN], uint8_t *out_len);

/* The stream ended, or the caller gives up: wipes the client and says what it
 * means. MSSL_OK: every command was answered and an end was agreed.
 * MSSL_E_REFUSED, _CUT: before WELCOME. MSSL_E_NOT_RUN, _TRUNCATED, _UNKNOWN: see
 * above. MSSL_E_TAG after a forged byte and no command waits, else _UNKNOWN. */
mssl_err mssl_client_end(struct mssl_client *c);

void mssl_client_wipe(struct mssl_client *c);

/* The length of an answer's text: without trailing zeros. 7 */
uint8_t mssl_text_len(const uint8_t *data, uint8_t len);

/* Control bytes and bytes above 126 as \xNN, backslash as \\, so that a device can't
 * play with a terminal. *len: room in (4 * n + 1 is enough), length out. */
mssl_err mssl_text_escape(char *out, size_t *out_len, const uint8_t *in, size_t n);

/* An answer to describe with argument 0. MSSL_E_FORMAT: too short. */
struct mssl_describe {
    uint8_t table;
    uint32_t tasks;                 /* effective */
    bool signature;                 /* the device wants signed grants... */
    bool enrolled;                  /* ...and has seen this one's */
};
mssl_err mssl_describe_parse(struct mssl_describe *d, const uint8_t *data, uint8_t len);

/* -- 9. Enrolment: a grant's signature, checked by the device itself. 10 --
 * A device with the signature option answers status 4 until it has checked the
 * signature of the grant in use; such a command did not run and may be sent
 * again. In an open session, with nothing waiting:
 *   mssl_enrol_begin(&e, g.signature, g.signature_len, pem, pem_len)
 *   mssl_enrol_create(&e, args, &n)          mssl_client_command(&c, MSSL_TASK_ENROL, args, n, ...)
 *   mssl_enrol_consume(&e, &m, &done)        for its answer; again from create until done
 * No struct here holds a secret. */
#define MSSL_ENROL_ARGS_MAX (MSSL_ENROL_HEAD_LEN + MSSL_ENROL_CHUNK_MAX)

struct mssl_enrol {                 /* the library's own */
    uint16_t len;                   /* of the signature */
    uint16_t created;               /* bytes of it in the chunks so far */
    bool waits;                     /* for the answer to a chunk */
    uint8_t u[MSSL_SIGNATURE_MAX];
};

/* Errors are those of mssl_signature_montgomery; e is then of no use. Whether the
 * signature is good is the device's to say; who asks mssl_signature_verify first
 * spares it the work. */
mssl_err mssl_enrol_begin(struct mssl_enrol *e, const uint8_t *sig, size_t sig_len,
                          const char *pem, size_t pem_len);

/* Makes the next chunk, the arguments of task 30. MSSL_E_STATE: the last one has no
 * answer yet, or there is no more to send. */
mssl_err mssl_enrol_create(struct mssl_enrol *e, uint8_t args[MSSL_ENROL_ARGS_MAX], uint8_t *len);

/* The seconds that the device may take for the chunk made last, beside what any
 * answer takes: 0, but for the last chunk 15, 33 or 60 for 2048, 3072 or 4096
 * bits (an 8-bit chip without assembly). The device's idle time is 60 s, so a host
 * need not keep the session alive meanwhile. */
unsigned mssl_enrol_wait_s(const struct mssl_enrol *e);

/* Takes the answer to a chunk. *done: the grant is enrolled, now or before.
 * Class MSSL_E_ENROL: it is not, and e is over; after MSSL_E_ENROL_BAD the device
 * closes the session, after the others it goes on. MSSL_E_RECORD: an answer that
 * no device gives. MSSL_E_STATE: m is no answer to a chunk. */
mssl_err mssl_enrol_consume(struct mssl_enrol *e, const struct mssl_message *m, bool *done);

/* -- 10. Files: the only functions that touch them -- */

/* Reads a grant file; its mode must be 0600 or tighter. MSSL_E_FILE, _MODE,
 * _FORMAT (*why), _ROOM (longer than 16 KiB). g is wiped after an error. */
mssl_err mssl_grant_file_read(struct mssl_grant_file *g, const char *path, struct mssl_why *why);

/* Creates a grant file of mode 0600, synced. MSSL_E_EXISTS; MSSL_E_FILE: nothing is left. */
mssl_err mssl_grant_file_write(const struct mssl_grant_file *g, const char *path);

mssl_err mssl_task_table_read(struct mssl_task_table *t, const char *path, struct mssl_why *why);

/* Reads a whole file that holds no secret (a public key). *len: room in, length
 * out. MSSL_E_ROOM: longer than that. */
mssl_err mssl_file_read(char *out, size_t *len, const char *path);

#endif
