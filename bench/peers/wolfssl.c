/* SPDX-License-Identifier: ISC */
/* wolfSSL: TLS 1.3 and TLS 1.2 with a pre-shared key. Of the suites of TLS 1.2 with
 * nothing but a pre-shared key Debian's build has ChaCha20-Poly1305 only. */
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>
#include <wolfssl/version.h>

#include "peer.h"

#define SUITE_13 "TLS13-AES128-CCM-8-SHA256"

static WOLFSSL_CTX *contexts[2];

static int send_bytes(WOLFSSL *ssl, char *data, int n, void *side)
{
    (void)ssl;
    return carrier_send((int)(intptr_t)side, data, (size_t)n) ? n : WOLFSSL_CBIO_ERR_GENERAL;
}

static int recv_bytes(WOLFSSL *ssl, char *out, int room, void *side)
{
    int n = carrier_recv((int)(intptr_t)side, out, (size_t)room);

    (void)ssl;
    if (n < 0)
        return WOLFSSL_CBIO_ERR_CONN_CLOSE;
    return n > 0 ? n : WOLFSSL_CBIO_ERR_WANT_READ;
}

static unsigned psk_host(WOLFSSL *ssl, const char *hint, char *id, unsigned id_room, unsigned char *key,
                         unsigned room)
{
    (void)ssl;
    (void)hint;
    return peer_psk_host(id, id_room, key, room);
}

static unsigned psk_device(WOLFSSL *ssl, const char *id, unsigned char *key, unsigned room)
{
    (void)ssl;
    return peer_psk_device(id, key, room);
}

/* TLS 1.3 asks for the key's suite too. */
static unsigned psk13_host(WOLFSSL *ssl, const char *hint, char *id, unsigned id_room, unsigned char *key,
                           unsigned room, const char **suite)
{
    *suite = SUITE_13;
    return psk_host(ssl, hint, id, id_room, key, room);
}

static unsigned psk13_device(WOLFSSL *ssl, const char *id, unsigned char *key, unsigned room,
                             const char **suite)
{
    *suite = SUITE_13;
    return psk_device(ssl, id, key, room);
}

static bool make_contexts(WOLFSSL_METHOD *host, WOLFSSL_METHOD *device, const char *suite)
{
    int side;

    contexts[PEER_HOST] = wolfSSL_CTX_new(host);
    contexts[PEER_DEVICE] = wolfSSL_CTX_new(device);
    for (side = 0; side < 2; side++) {
        WOLFSSL_CTX *c = contexts[side];
        if (c == NULL || wolfSSL_CTX_set_cipher_list(c, suite) != WOLFSSL_SUCCESS)
            return false;
        wolfSSL_CTX_SetIOSend(c, send_bytes);
        wolfSSL_CTX_SetIORecv(c, recv_bytes);
        wolfSSL_CTX_set_session_cache_mode(c, WOLFSSL_SESS_CACHE_OFF);
    }
    wolfSSL_CTX_set_psk_client_callback(contexts[PEER_HOST], psk_host);
    wolfSSL_CTX_set_psk_server_callback(contexts[PEER_DEVICE], psk_device);
    return true;
}

static bool setup12(void)
{
    return wolfSSL_Init() == WOLFSSL_SUCCESS
        && make_contexts(wolfTLSv1_2_client_method(), wolfTLSv1_2_server_method(), "PSK-CHACHA20-POLY1305");
}

static bool setup13(void)
{
    if (wolfSSL_Init() != WOLFSSL_SUCCESS
        || !make_contexts(wolfTLSv1_3_client_method(), wolfTLSv1_3_server_method(), SUITE_13)
        || wolfSSL_CTX_no_dhe_psk(contexts[PEER_HOST]) != 0
        || wolfSSL_CTX_no_dhe_psk(contexts[PEER_DEVICE]) != 0
        || wolfSSL_CTX_no_ticket_TLSv13(contexts[PEER_DEVICE]) != 0)
        return false;
    wolfSSL_CTX_set_psk_client_tls13_callback(contexts[PEER_HOST], psk13_host);
    wolfSSL_CTX_set_psk_server_tls13_callback(contexts[PEER_DEVICE], psk13_device);
    return true;
}

static void end_free(void *end)
{
    wolfSSL_free(end);
}

static void *begin(int side)
{
    WOLFSSL *ssl = wolfSSL_new(contexts[side]);

    if (ssl == NULL)
        return NULL;
    wolfSSL_SetIOReadCtx(ssl, (void *)(intptr_t)side);
    wolfSSL_SetIOWriteCtx(ssl, (void *)(intptr_t)side);
    return ssl;
}

static int state_of(WOLFSSL *ssl, int result)
{
    if (result == WOLFSSL_SUCCESS)
        return PEER_DONE;
    return wolfSSL_get_error(ssl, result) == WOLFSSL_ERROR_WANT_READ ? PEER_MORE : PEER_BAD;
}

static int handshake(void *end)
{
    return state_of(end, wolfSSL_is_server(end) ? wolfSSL_accept(end) : wolfSSL_connect(end));
}

static bool end_write(void *end, const uint8_t *data, size_t n)
{
    return wolfSSL_write(end, data, (int)n) == (int)n;
}

static int end_read(void *end, uint8_t *out, size_t room)
{
    int n = wolfSSL_read(end, out, (int)room);

    return n > 0 ? n : state_of(end, n);
}

static bool end_close(void *end)
{
    int result = wolfSSL_shutdown(end);

    return result == WOLFSSL_SUCCESS || result == WOLFSSL_SHUTDOWN_NOT_DONE;
}

static int closed(void *end)
{
    uint8_t none[1];
    int n = wolfSSL_read(end, none, sizeof none);

    if (n > 0)
        return PEER_BAD;
    switch (wolfSSL_get_error(end, n)) {
    case WOLFSSL_ERROR_ZERO_RETURN: return PEER_DONE;
    case WOLFSSL_ERROR_WANT_READ: return PEER_MORE;
    default: return PEER_BAD;
    }
}

static const char *version(void)
{
    return "wolfSSL " LIBWOLFSSL_VERSION_STRING;
}

#define ENDS begin, handshake, end_write, end_read, end_close, closed, end_free

const struct peer peers[] = {
    { "wolfssl-tls13-psk", "TLS 1.3, PSK only, AES-128-CCM8", version, false, setup13, ENDS },
    { "wolfssl-tls12-psk", "TLS 1.2, PSK, ChaCha20-Poly1305", version, false, setup12, ENDS },
    { 0 },
};
