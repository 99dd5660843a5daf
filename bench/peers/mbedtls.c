/* SPDX-License-Identifier: ISC */
/* mbedTLS 2.28: TLS 1.2 with a pre-shared key (it has no TLS 1.3). Records of 512
 * bytes at most are agreed on; Debian's build keeps its buffers of 16 KB all the same. */
#include <stdlib.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>

#include "peer.h"

static const int suites[] = { MBEDTLS_TLS_PSK_WITH_AES_128_CCM_8, 0 };
static mbedtls_ssl_config configs[2];
static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;

static bool setup(void)
{
    int side;

    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&drbg);
    if (mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, NULL, 0) != 0)
        return false;
    for (side = 0; side < 2; side++) {
        mbedtls_ssl_config *c = &configs[side];
        mbedtls_ssl_config_init(c);
        if (mbedtls_ssl_config_defaults(c, side == PEER_HOST ? MBEDTLS_SSL_IS_CLIENT : MBEDTLS_SSL_IS_SERVER,
                                        MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) != 0
            || mbedtls_ssl_conf_max_frag_len(c, MBEDTLS_SSL_MAX_FRAG_LEN_512) != 0
            || mbedtls_ssl_conf_psk(c, peer_psk, sizeof peer_psk, (const unsigned char *)PEER_PSK_NAME,
                                    sizeof PEER_PSK_NAME - 1) != 0)
            return false;
        mbedtls_ssl_conf_min_version(c, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
        mbedtls_ssl_conf_ciphersuites(c, suites);
        mbedtls_ssl_conf_rng(c, mbedtls_ctr_drbg_random, &drbg);
        mbedtls_ssl_conf_session_tickets(c, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
    }
    return true;
}

static int send_bytes(void *side, const unsigned char *data, size_t n)
{
    return carrier_send((int)(intptr_t)side, data, n) ? (int)n : -1;
}

static int recv_bytes(void *side, unsigned char *out, size_t room)
{
    int n = carrier_recv((int)(intptr_t)side, out, room);

    if (n < 0)
        return 0;
    return n > 0 ? n : MBEDTLS_ERR_SSL_WANT_READ;
}

static void end_free(void *end)
{
    mbedtls_ssl_free(end);
    free(end);
}

static void *begin(int side)
{
    mbedtls_ssl_context *ssl = malloc(sizeof *ssl);

    if (ssl == NULL)
        return NULL;
    mbedtls_ssl_init(ssl);
    if (mbedtls_ssl_setup(ssl, &configs[side]) != 0) {
        end_free(ssl);
        return NULL;
    }
    mbedtls_ssl_set_bio(ssl, (void *)(intptr_t)side, send_bytes, recv_bytes, NULL);
    return ssl;
}

static int state_of(int result)
{
    if (result == 0)
        return PEER_DONE;
    return result == MBEDTLS_ERR_SSL_WANT_READ ? PEER_MORE : PEER_BAD;
}

static int handshake(void *end)
{
    return state_of(mbedtls_ssl_handshake(end));
}

static bool end_write(void *end, const uint8_t *data, size_t n)
{
    return mbedtls_ssl_write(end, data, n) == (int)n;
}

static int end_read(void *end, uint8_t *out, size_t room)
{
    int n = mbedtls_ssl_read(end, out, room);

    return n > 0 ? n : state_of(n == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : n);
}

static bool end_close(void *end)
{
    return mbedtls_ssl_close_notify(end) == 0;
}

static int closed(void *end)
{
    uint8_t none[1];
    int n = mbedtls_ssl_read(end, none, sizeof none);

    if (n == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
        return PEER_DONE;
    return n == MBEDTLS_ERR_SSL_WANT_READ ? PEER_MORE : PEER_BAD;
}

static const char *version(void)
{
    return MBEDTLS_VERSION_STRING_FULL;
}

const struct peer peers[] = {
    { "mbedtls-tls12-psk", "TLS 1.2, PSK, AES-128-CCM8", version, false, setup, begin, handshake, end_write,
      end_read, end_close, closed, end_free },
    { 0 },
};
