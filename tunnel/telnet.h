/* SPDX-License-Identifier: ISC */
/* Lines out of what a plain client sends: nc, a script, or telnet with its CR LF
 * and its options, which are all refused. RFC 854, RFC 1143's simplest case. */
#ifndef TUNNEL_TELNET_H
#define TUNNEL_TELNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TUNNEL_LINE_MAX   160   /* of a line; more than any command has */
#define TUNNEL_REPLY_SIZE 3     /* what one byte can make us say to telnet */

struct tunnel_telnet {          /* zeroed memory begins */
    uint8_t state;
    uint8_t verb;               /* DO or WILL, whose option comes next */
    bool cr;                    /* the last byte was a CR */
    bool bad;                   /* the line has a byte that no line may have */
    uint16_t len;               /* of the line so far, also when it is too long */
    char line[TUNNEL_LINE_MAX + 1];
};

#define TUNNEL_LINE_NONE  0     /* the line isn't complete */
#define TUNNEL_LINE_WHOLE 1     /* line holds len bytes and a zero */
#define TUNNEL_LINE_LONG  2     /* it was too long, and is gone */
#define TUNNEL_LINE_BAD   3     /* it had a zero byte, and is gone */

/* Takes one byte. *reply_len bytes of reply are to be sent back, if any. After
 * another result than NONE, tunnel_telnet_next must come before the next byte. */
int tunnel_telnet_byte(struct tunnel_telnet *t, uint8_t byte, uint8_t reply[TUNNEL_REPLY_SIZE],
                       size_t *reply_len);
void tunnel_telnet_next(struct tunnel_telnet *t);

/* Did the stream end inside a line? */
bool tunnel_telnet_inside(const struct tunnel_telnet *t);

#endif
