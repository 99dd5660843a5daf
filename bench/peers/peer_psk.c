/* SPDX-License-Identifier: ISC */
/* The pre-shared key, and how TLS 1.2's callbacks give it: see peer.h. */
#include <string.h>

#include "peer.h"

const uint8_t peer_psk[PEER_PSK_LEN] = "0123456789abcdef";

unsigned peer_psk_host(char *id, unsigned id_room, uint8_t *key, unsigned room)
{
    if (id_room < sizeof PEER_PSK_NAME || room < sizeof peer_psk)
        return 0;
    memcpy(id, PEER_PSK_NAME, sizeof PEER_PSK_NAME);
    memcpy(key, peer_psk, sizeof peer_psk);
    return sizeof peer_psk;
}

unsigned peer_psk_device(const char *id, uint8_t *key, unsigned room)
{
    if (strcmp(id, PEER_PSK_NAME) != 0 || room < sizeof peer_psk)
        return 0;
    memcpy(key, peer_psk, sizeof peer_psk);
    return sizeof peer_psk;
}
