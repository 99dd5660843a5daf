/* SPDX-License-Identifier: ISC */
/* OpenSSL: TLS 1.3 with an RSA-2048 certificate, TLS 1.3 with a pre-shared key
 * only, TLS 1.2 with a pre-shared key. Each as small as the library makes it: no
 * tickets, no session cache, buffers released when empty, no bytes for middleboxes. */
#include <stdlib.h>
#include <string.h>

#include <openssl/ssl.h>

#include "peer.h"

static SSL_CTX *contexts[2];
static BIO_METHOD *carrier;

/* -- The carrier as a BIO -- */

static int bio_write(BIO *b, const char *data, int n)
{
    return carrier_send((int)(intptr_t)BIO_get_data(b), data, (size_t)n) ? n : -1;
}

static int bio_read(BIO *b, char *out, int room)
{
    int n = carrier_recv((int)(intptr_t)BIO_get_data(b), out, (size_t)room);

    BIO_clear_retry_flags(b);
    if (n > 0)
        return n;
    if (n == 0)
        BIO_set_retry_read(b);
    return n == 0 ? -1 : 0;
}

static long bio_ctrl(BIO *b, int command, long number, void *p)
{
    (void)b;
    (void)number;
    (void)p;
    return command == BIO_CTRL_FLUSH;
}

static bool carrier_bio(void)
{
    carrier = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "carrier");
    return carrier != NULL && BIO_meth_set_write(carrier, bio_write) == 1
        && BIO_meth_set_read(carrier, bio_read) == 1 && BIO_meth_set_ctrl(carrier, bio_ctrl) == 1;
}

/* -- Contexts -- */

static bool make_contexts(int version, const char *suites, const char *ciphers)
{
    int side;

    for (side = 0; side < 2; side++) {
        SSL_CTX *c = SSL_CTX_new(side == PEER_HOST ? TLS_client_method() : TLS_server_method());
        contexts[side] = c;
        if (c == NULL || SSL_CTX_set_min_proto_version(c, version) != 1
            || SSL_CTX_set_max_proto_version(c, version) != 1
            || (suites != NULL && SSL_CTX_set_ciphersuites(c, suites) != 1)
            || (ciphers != NULL && SSL_CTX_set_cipher_list(c, ciphers) != 1))
            return false;
        SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_ALLOW_NO_DHE_KEX);
        SSL_CTX_clear_options(c, SSL_OP_ENABLE_MIDDLEBOX_COMPAT);
        SSL_CTX_set_num_tickets(c, 0);
        SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
    }
    return carrier_bio();
}

/* The file that PEER_PEM names holds an RSA key and its self-signed certificate,
 * which the host takes as its only authority. */
static bool setup_rsa(void)
{
    const char *pem = getenv("PEER_PEM");

    if (pem == NULL || !make_contexts(TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256", NULL)
        || SSL_CTX_use_certificate_file(contexts[PEER_DEVICE], pem, SSL_FILETYPE_PEM) != 1
        || SSL_CTX_use_PrivateKey_file(contexts[PEER_DEVICE], pem, SSL_FILETYPE_PEM) != 1
        || SSL_CTX_load_verify_file(contexts[PEER_HOST], pem) != 1)
        return false;
    SSL_CTX_set_verify(contexts[PEER_HOST], SSL_VERIFY_PEER, NULL);
    return true;
}

/* -- Pre-shared keys: a callback a version and side -- */

static SSL_SESSION *psk_session(SSL *ssl)
{
    static const unsigned char id[2] = { 0x13, 0x05 };      /* TLS_AES_128_CCM_8_SHA256 */
    const SSL_CIPHER *cipher = SSL_CIPHER_find(ssl, id);
    SSL_SESSION *s = SSL_SESSION_new();

    if (s != NULL && cipher != NULL && SSL_SESSION_set1_master_key(s, peer_psk, sizeof peer_psk) == 1
        && SSL_SESSION_set_cipher(s, cipher) == 1
        && SSL_SESSION_set_protocol_version(s, TLS1_3_VERSION) == 1)
        return s;
    SSL_SESSION_free(s);
    return NULL;
}

static int psk13_host(SSL *ssl, const EVP_MD *md, const unsigned char **id, size_t *len, SSL_SESSION **s)
{
    (void)md;
    *id = (const unsigned char *)PEER_PSK_NAME;
    *len = strlen(PEER_PSK_NAME);
    *s = psk_session(ssl);
    return *s != NULL;
}

static int psk13_device(SSL *ssl, const unsigned char *id, size_t len, SSL_SESSION **s)
{
    *s = len == strlen(PEER_PSK_NAME) && memcmp(id, PEER_PSK_NAME, len) == 0 ? psk_session(ssl) : NULL;
    return 1;
}

static bool setup_psk13(void)
{
    /* A server that knows the client's group takes Diffie-Hellman beside the key. */
    if (!make_contexts(TLS1_3_VERSION, "TLS_AES_128_CCM_8_SHA256", NULL)
        || SSL_CTX_set1_groups_list(contexts[PEER_HOST], "X25519") != 1
        || SSL_CTX_set1_groups_list(contexts[PEER_DEVICE], "P-256") != 1)
        return false;
    SSL_CTX_set_psk_use_session_callback(contexts[PEER_HOST], psk13_host);
    SSL_CTX_set_psk_find_session_callback(contexts[PEER_DEVICE], psk13_device);
    return true;
}

static unsigned psk12_host(SSL *ssl, const char *hint, char *id, unsigned id_room, unsigned char *key,
                           unsigned room)
{
    (void)ssl;
    (void)hint;
    return peer_psk_host(id, id_room, key, room);
}

static unsigned psk12_device(SSL *ssl, const char *id, unsigned char *key, unsigned room)
{
    (void)ssl;
    return peer_psk_device(id, key, room);
}

static bool setup_psk12(void)
{
    if (!make_contexts(TLS1_2_VERSION, NULL, "PSK-AES128-CCM8"))
        return false;
    SSL_CTX_set_psk_client_callback(contexts[PEER_HOST], psk12_host);
    SSL_CTX_set_psk_server_callback(contexts[PEER_DEVICE], psk12_device);
    return true;
}

/* -- An end -- */

static void end_free(void *end)
{
    SSL_set_quiet_shutdown(end, 1);
    SSL_free(end);
}

static void *begin(int side)
{
    SSL *ssl = SSL_new(contexts[side]);
    BIO *b = BIO_new(carrier);

    if (ssl == NULL || b == NULL) {
        SSL_free(ssl);
        BIO_free(b);
        return NULL;
    }
    BIO_set_data(b, (void *)(intptr_t)side);
    BIO_set_init(b, 1);
    SSL_set_bio(ssl, b, b);
    if (side == PEER_HOST)
        SSL_set_connect_state(ssl);
    else
        SSL_set_accept_state(ssl);
    return ssl;
}

static int state_of(SSL *ssl, int result)
{
    if (result == 1)
        return PEER_DONE;
    return SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ ? PEER_MORE : PEER_BAD;
}

static int handshake(void *end)
{
    return state_of(end, SSL_do_handshake(end));
}

static bool end_write(void *end, const uint8_t *data, size_t n)
{
    return SSL_write(end, data, (int)n) == (int)n;
}

static int end_read(void *end, uint8_t *out, size_t room)
{
    int n = SSL_read(end, out, (int)room);

    return n > 0 ? n : state_of(end, n);
}

static bool end_close(void *end)
{
    return SSL_shutdown(end) >= 0;
}

static int closed(void *end)
{
    uint8_t none[1];
    int n = SSL_read(end, none, sizeof none);

    if (n > 0)
        return PEER_BAD;
    switch (SSL_get_error(end, n)) {
    case SSL_ERROR_ZERO_RETURN: return PEER_DONE;
    case SSL_ERROR_WANT_READ: return PEER_MORE;
    default: return PEER_BAD;
    }
}

static const char *version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}

#define ENDS begin, handshake, end_write, end_read, end_close, closed, end_free

const struct peer peers[] = {
    { "openssl-tls13-rsa", "TLS 1.3, RSA-2048 certificate, X25519, AES-128-GCM", version, false, setup_rsa, ENDS },
    { "openssl-tls13-psk", "TLS 1.3, PSK only, AES-128-CCM8", version, false, setup_psk13, ENDS },
    { "openssl-tls12-psk", "TLS 1.2, PSK, AES-128-CCM8", version, false, setup_psk12, ENDS },
    { 0 },
};
