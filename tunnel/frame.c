/* SPDX-License-Identifier: ISC */
/* See frame.h. */
#include "frame.h"

#include <string.h>

#define HEAD 2      /* of a frame that is not data: 0 ‖ kind */

/* Bytes behind the head of each kind; -1: no such kind. */
static int layout(uint8_t kind)
{
    switch (kind) {
    case TUNNEL_OPEN:
    case TUNNEL_RESET:  return 1;
    case TUNNEL_END:
    case TUNNEL_LEAVE:  return 0;
    case TUNNEL_CREDIT: return 4;
    case TUNNEL_ATTACH: return TUNNEL_ID_LEN;
    default:            return -1;
    }
}

static bool only_zeros(const uint8_t *in, size_t len)
{
    while (len > 0)
        if (in[--len] != 0)
            return false;
    return true;
}

static uint32_t number(const uint8_t *in, int len)
{
    uint32_t n = 0;

    while (len-- > 0)
        n = n << 8 | *in++;
    return n;
}

bool tunnel_frame_read(struct tunnel_frame *f, const uint8_t *in, size_t len)
{
    int n;

    memset(f, 0, sizeof *f);
    if (len < HEAD)
        return false;
    if (in[0] != 0) {
        f->len = in[0];
        f->data = in + 1;
        return f->len <= TUNNEL_DATA_MAX && len > f->len
            && only_zeros(in + 1 + f->len, len - 1 - f->len);
    }
    f->kind = in[1];
    n = layout(f->kind);
    if (n < 0 || len < (size_t)(HEAD + n) || !only_zeros(in + HEAD + n, len - (size_t)(HEAD + n)))
        return false;
    f->data = in + HEAD;
    if (n <= 4)
        f->n = number(in + HEAD, n);
    return true;
}

uint8_t tunnel_frame_data(uint8_t out[TUNNEL_FRAME_MAX], const uint8_t *data, uint8_t len)
{
    out[0] = len;
    memcpy(out + 1, data, len);
    return (uint8_t)(1 + len);
}

uint8_t tunnel_frame_plain(uint8_t out[TUNNEL_FRAME_MAX], uint8_t kind)
{
    out[0] = 0;
    out[1] = kind;
    return HEAD;
}

uint8_t tunnel_frame_byte(uint8_t out[TUNNEL_FRAME_MAX], uint8_t kind, uint8_t value)
{
    tunnel_frame_plain(out, kind);
    out[HEAD] = value;
    return HEAD + 1;
}

uint8_t tunnel_frame_credit(uint8_t out[TUNNEL_FRAME_MAX], uint32_t n)
{
    tunnel_frame_plain(out, TUNNEL_CREDIT);
    out[2] = (uint8_t)(n >> 24);
    out[3] = (uint8_t)(n >> 16);
    out[4] = (uint8_t)(n >> 8);
    out[5] = (uint8_t)n;
    return HEAD + 4;
}

uint8_t tunnel_frame_attach(uint8_t out[TUNNEL_FRAME_MAX], const uint8_t id[TUNNEL_ID_LEN])
{
    tunnel_frame_plain(out, TUNNEL_ATTACH);
    memcpy(out + HEAD, id, TUNNEL_ID_LEN);
    return HEAD + TUNNEL_ID_LEN;
}

void tunnel_flow_begin(struct tunnel_flow *f)
{
    memset(f, 0, sizeof *f);
    f->credit = f->window = TUNNEL_WINDOW;
}

bool tunnel_flow_take(struct tunnel_flow *f, const struct tunnel_frame *frame)
{
    switch (frame->kind) {
    case TUNNEL_DATA:
        if (f->got_end || frame->len > f->window)
            return false;
        f->window -= frame->len;
        return true;
    case TUNNEL_CREDIT:
        if (frame->n == 0 || frame->n > TUNNEL_WINDOW || frame->n > TUNNEL_WINDOW - f->credit)
            return false;
        f->credit += frame->n;
        return true;
    case TUNNEL_END:
        if (f->got_end)
            return false;
        f->got_end = true;
        return true;
    default:
        return false;
    }
}

void tunnel_flow_passed(struct tunnel_flow *f, size_t n)
{
    f->owed += (uint32_t)n;
}

bool tunnel_flow_owes(const struct tunnel_flow *f)
{
    return !f->got_end && f->owed >= TUNNEL_WINDOW / 4;
}

uint32_t tunnel_flow_tell(struct tunnel_flow *f)
{
    uint32_t n = f->owed;

    f->window += n;
    f->owed = 0;
    return n;
}
