/* SPDX-License-Identifier: ISC */
/* What mssl decode says in words. The dissector's wireshark/mssl_text.lua says the same;
 * tests/wireshark compares the two. */
#include <string.h>

#include "decode.h"

const char *const decode_kinds[] = {
    "HELLO", "WELCOME", "record", "command", "answer", "event", "close", "malformed", "end",
};

const char *const decode_tags[] = { "", "unchecked", "ok", "bad" };

const char *const decode_warnings[DECODE_WARNINGS] = {
    [DECODE_W_HELLO_LENGTH] = "HELLO does not begin with 44 + 32r, r at most 3",
    [DECODE_W_BLOCK_TYPE] = "the type of a block is not that of its place",
    [DECODE_W_SLOT] = "slot above 15",
    [DECODE_W_GENERATION] = "generation 255 fits no slot",
    [DECODE_W_ADDRESS_KIND] = "address kind is neither 0 nor 4",
    [DECODE_W_ADDRESS_LENGTH] = "address is longer than its kind",
    [DECODE_W_RESERVED] = "bytes of a restriction that must be zero are not",
    [DECODE_W_HOST_ID] = "host id is not 1 to 7 of [a-z0-9._-], zero padded",
    [DECODE_W_DEVICE_EARLY] = "the device speaks before HELLO is whole",
    [DECODE_W_WELCOME_RECORD] = "the record in WELCOME is not empty",
    [DECODE_W_RECORD_LENGTH] = "a record's length is not 0, 8, 16, 32, 64 or 128",
    [DECODE_W_BEFORE_WELCOME] = "the host speaks before WELCOME",
    [DECODE_W_AFTER_CLOSE] = "a record after its direction's close",
    [DECODE_W_COUNTER] = "a record at or beyond 0xFF00 that may not be sent",
    [DECODE_W_BAD_TAG] = "the tag does not verify: forged, replayed, or the key is another session's",
    [DECODE_W_NOT_ASKED] = "an answer to no command",
    [DECODE_W_TASK_RANGE] = "a task above 31",
    [DECODE_W_MISSING] = "the beginning of this session is not in the capture",
    [DECODE_W_GAP] = "bytes are missing: nothing behind them can be read",
};

const char *const decode_end_names[DECODE_ENDS] = {
    [DECODE_E_CONNECTION_REFUSED] = "connection_refused", [DECODE_E_NO_HELLO] = "no_hello",
    [DECODE_E_CUT_HELLO] = "cut_hello", [DECODE_E_HELLO_LENGTH] = "hello_length",
    [DECODE_E_HELLO_REFUSED] = "hello_refused", [DECODE_E_RECORD_LENGTH] = "record_length",
    [DECODE_E_RECORD_TAG] = "record_tag", [DECODE_E_ADMIN] = "admin",
    [DECODE_E_NOT_ANSWERED] = "not_answered", [DECODE_E_CUT] = "cut", [DECODE_E_ENROL] = "enrol",
    [DECODE_E_DEVICE_CLOSED] = "device_closed", [DECODE_E_CLOSED] = "closed",
    [DECODE_E_HOST_CLOSED] = "host_closed", [DECODE_E_DEVICE_TAG] = "device_tag",
    [DECODE_E_HOST_LEFT] = "host_left", [DECODE_E_HOST_LEFT_EARLY] = "host_left_early",
    [DECODE_E_UNKNOWN] = "unknown",
};

const char *const decode_end_texts[DECODE_ENDS] = {
    [DECODE_E_CONNECTION_REFUSED] = "connection refused: no session was free, or nobody listens",
    [DECODE_E_NO_HELLO] = "closed before HELLO: none came in time, or a newer connection took the place",
    [DECODE_E_CUT_HELLO] =
        "closed inside HELLO: its rest did not come in time, or a newer connection took the place",
    [DECODE_E_HELLO_LENGTH] = "HELLO refused: bad length",
    [DECODE_E_HELLO_REFUSED] = "HELLO refused: closed without a byte",
    [DECODE_E_RECORD_LENGTH] = "record refused: bad length",
    [DECODE_E_RECORD_TAG] = "record refused: bad tag",
    [DECODE_E_ADMIN] = "ended by its admin command",
    [DECODE_E_NOT_ANSWERED] = "cut without an answer: a bad tag, a reset, or the connection was lost",
    [DECODE_E_CUT] = "cut without a close: an admin command, a bad tag, or the connection was lost",
    [DECODE_E_ENROL] = "closed by the device: the grant's signature is bad",
    [DECODE_E_DEVICE_CLOSED] =
        "closed by the device: a time-out, an admin command elsewhere, or counters at their end",
    [DECODE_E_CLOSED] = "closed by both",
    [DECODE_E_HOST_CLOSED] = "closed by the host, which did not wait for the device",
    [DECODE_E_DEVICE_TAG] = "left by the host: the device's tag is bad",
    [DECODE_E_HOST_LEFT] = "left by the host without a close",
    [DECODE_E_HOST_LEFT_EARLY] = "left by the host before the device answered HELLO",
    [DECODE_E_UNKNOWN] = "ended; its beginning is not in the capture",
};

const char *decode_status(uint8_t status)
{
    static const char *const names[] = {
        [MSSL_STATUS_OK] = "ok", [MSSL_STATUS_UNKNOWN] = "unknown", [MSSL_STATUS_DENIED] = "not permitted",
        [MSSL_STATUS_ARGUMENT] = "bad arguments", [MSSL_STATUS_SIGNATURE] = "signature wanted",
        [MSSL_STATUS_BUSY] = "busy", [MSSL_STATUS_FAILED] = "failed",
    };

    return status < sizeof names / sizeof names[0] ? names[status] : NULL;
}

const char *decode_task(const struct mssl_task_table *t, uint8_t task, char room[4])
{
    const char *name = mssl_task_name(t, task);

    if (name[0] != '?')
        return name;
    snprintf(room, 4, "%u", task);
    return room;
}

uint32_t decode_task_word(const uint8_t b[MSSL_G_TASKS_LEN])
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

void decode_address(char out[MSSL_ADDRESS_TEXT_SIZE], const uint8_t block[MSSL_GRANT_LEN])
{
    struct mssl_address a = { .kind = block[MSSL_G_ADDRESS_KIND], .len = block[MSSL_G_ADDRESS_LEN] };
    bool ipv4 = a.kind == MSSL_ADDRESS_IPV4, mac = a.kind == MSSL_ADDRESS_MAC;

    if ((ipv4 && a.len <= MSSL_ADDRESS_IPV4_MAX) || (mac && a.len <= MSSL_ADDRESS_MAC_MAX)) {
        memcpy(a.bytes, block + MSSL_G_ADDRESS, a.len);
        mssl_address_format(out, &a);
    } else {
        mssl_to_hex(out, block + MSSL_G_ADDRESS, MSSL_G_ADDRESS_MAX);
    }
}

void decode_escape(char *out, size_t size, const uint8_t *in, size_t len)
{
    while (len > 0 && in[len - 1] == 0)
        len--;
    mssl_text_escape(out, &size, in, len);
}

/* What has a layout of its own in PROTOCOL is no text. */
static bool has_layout(const struct decode_message *m)
{
    if (m->kind == DECODE_COMMAND)
        return m->task == MSSL_TASK_DESCRIBE || m->task == MSSL_TASK_ENROL || m->task == MSSL_TASK_ADMIN;
    return m->kind == DECODE_ANSWER && m->plain[0] == MSSL_STATUS_OK && m->has_task
        && (m->self || m->task == MSSL_TASK_ENROL);
}

bool decode_text(char out[DECODE_TEXT_SIZE], const struct decode_message *m)
{
    out[0] = '\0';
    if (m->n == 0 || m->kind < DECODE_COMMAND || m->kind > DECODE_EVENT || has_layout(m))
        return false;
    decode_escape(out, DECODE_TEXT_SIZE, m->plain + 1, m->n - 1u);
    return out[0] != '\0';
}
