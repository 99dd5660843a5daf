/* SPDX-License-Identifier: ISC */
/* Frames of a stream: what the arguments of its task and the data of its events
 * say. One frame a record. docs/TUNNEL.md 2.
 *
 *   n(1..126) ‖ n bytes               data
 *   0 ‖ kind ‖ fixed layout           everything else
 * What follows is padding, and only zeros. */
#ifndef TUNNEL_FRAME_H
#define TUNNEL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TUNNEL_DATA_MAX   126       /* bytes of the stream in one record */
#define TUNNEL_FRAME_MAX  127
#define TUNNEL_ID_LEN     16
#define TUNNEL_VERSION    1
#define TUNNEL_WINDOW     16384     /* bytes that may be under way in a direction */

#define TUNNEL_DATA       0
#define TUNNEL_OPEN       1         /* version(1): up only */
#define TUNNEL_END        2         /* no more data in this direction */
#define TUNNEL_RESET      3         /* reason(1): the stream is cut, both ways */
#define TUNNEL_CREDIT     4         /* n(4): so many more bytes were passed on */
#define TUNNEL_LEAVE      5         /* up only; its answer carries an id(16) */
#define TUNNEL_ATTACH     6         /* id(16): up only */

/* Reasons of a reset. */
#define TUNNEL_CUT        1         /* the plain connection broke, or a session did */
#define TUNNEL_NO_SERVICE 2         /* the plain service can't be reached */
#define TUNNEL_IDLE       3         /* idle time is over */
#define TUNNEL_BREACH     4         /* the peer broke a rule of TUNNEL.md */
#define TUNNEL_SHUTDOWN   5         /* the tunnel ends */

struct tunnel_frame {
    uint8_t kind;
    uint8_t len;                    /* of DATA */
    const uint8_t *data;            /* of DATA, or the id of ATTACH: inside what was read */
    uint32_t n;                     /* of CREDIT; version of OPEN; reason of RESET */
};

/* Reads len bytes, padding included. false: no frame. */
bool tunnel_frame_read(struct tunnel_frame *f, const uint8_t *in, size_t len);

/* Each writes a frame and returns its bytes. data: len 1..126. */
uint8_t tunnel_frame_data(uint8_t out[TUNNEL_FRAME_MAX], const uint8_t *data, uint8_t len);
uint8_t tunnel_frame_plain(uint8_t out[TUNNEL_FRAME_MAX], uint8_t kind);
uint8_t tunnel_frame_byte(uint8_t out[TUNNEL_FRAME_MAX], uint8_t kind, uint8_t value);
uint8_t tunnel_frame_credit(uint8_t out[TUNNEL_FRAME_MAX], uint32_t n);
uint8_t tunnel_frame_attach(uint8_t out[TUNNEL_FRAME_MAX], const uint8_t id[TUNNEL_ID_LEN]);

/* One end's account of a stream, the same at both ends. TUNNEL.md 3. */
struct tunnel_flow {
    uint32_t credit;                /* bytes that may still be sent */
    uint32_t window;                /* bytes that the peer may still send */
    uint32_t owed;                  /* bytes passed on and not told yet */
    bool sent_end, got_end;
};

void tunnel_flow_begin(struct tunnel_flow *f);

/* Data came, or credit, or an end. false: the peer broke a rule. */
bool tunnel_flow_take(struct tunnel_flow *f, const struct tunnel_frame *frame);

/* n bytes were passed on. */
void tunnel_flow_passed(struct tunnel_flow *f, size_t n);

/* Is it time to tell credit? After an end there is nothing to tell. */
bool tunnel_flow_owes(const struct tunnel_flow *f);

/* Takes what is owed. */
uint32_t tunnel_flow_tell(struct tunnel_flow *f);

#endif
