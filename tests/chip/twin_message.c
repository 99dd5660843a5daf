/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random messages: see twin_message.h. */
#include "twin_message.h"

#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>

#include "rsa_key.h"

#define PRIME_BITS 1024

/* A random prefix of the peer's address; sometimes too long, or of no kind. */
void message_address(uint8_t *block, const uint8_t peer[MSSL_PEER_LEN])
{
    uint8_t kind = ONE_IN(2) ? MSSL_ADDRESS_MAC : MSSL_ADDRESS_IPV4;
    uint8_t len = (uint8_t)(model_random() % (kind ? 7 : 5));

    model_address(block, kind, peer + kind, len);
    if (ONE_IN(20))
        block[MSSL_G_ADDRESS_LEN] = (uint8_t)model_random();
    if (ONE_IN(20))
        block[MSSL_G_ADDRESS_KIND] = (uint8_t)model_random();
}

size_t message_admin(struct model *host, const uint8_t *cells, uint8_t *message)
{
    uint8_t args[8] = { 0 };
    size_t len = 2;

    args[0] = (uint8_t)(model_random() % (ONE_IN(4) ? 256 : MSSL_SLOTS));
    args[1] = (uint8_t)(cells[MSSL_EE_GENERATIONS + args[0] % MSSL_SLOTS] + model_random() % 4 - 1);
    if (ONE_IN(3)) {
        args[0] = MSSL_ADMIN_EPOCH;
        len = 1;
    }
    if (ONE_IN(8)) {
        args[model_random() % 7] = (uint8_t)model_random();
        len = 7;
    }
    return model_command(host, MSSL_TASK_ADMIN, args, len, message);
}

size_t message_describe(struct model *host, uint8_t *message)
{
    uint8_t args[20] = { (uint8_t)(model_random() % 3), 0 };

    if (args[0] == 1)
        args[1] = (uint8_t)(model_random() % 34);
    if (ONE_IN(6))
        args[model_random() % sizeof args] = (uint8_t)model_random();
    return model_command(host, MSSL_TASK_DESCRIBE, args, ONE_IN(2) ? 2 : model_random() % 21, message);
}

/* -- The signature option -- */

static struct rsa_key key;

/* From a random number on, so that seed and prime belong to each other. The two
 * highest bits make the product as long as it can be; 3 must not divide p - 1. */
static BIGNUM *prime(void)
{
    uint8_t bytes[PRIME_BITS / 8];
    BIGNUM *p;

    model_random_bytes(bytes, sizeof bytes);
    bytes[0] |= 0xc0;
    bytes[sizeof bytes - 1] |= 1;
    p = BN_bin2bn(bytes, sizeof bytes, NULL);
    while (BN_mod_word(p, 3) != 2 || BN_check_prime(p, NULL, NULL) != 1)
        BN_add_word(p, 2);
    return p;
}

const uint8_t *message_authority(void)
{
    static uint8_t modulus[260];
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *p = prime(), *q = prime(), *phi = BN_new();

    key.n = BN_new();
    key.e = BN_new();
    BN_set_word(key.e, 3);
    BN_mul(key.n, p, q, ctx);
    BN_sub_word(p, 1);
    BN_sub_word(q, 1);
    BN_mul(phi, p, q, ctx);
    key.d = BN_mod_inverse(NULL, key.e, phi, ctx);
    if (!key.d)
        abort();
    rsa_key_modulus(&key, modulus);
    BN_free(p);
    BN_free(q);
    BN_free(phi);
    BN_CTX_free(ctx);
    return modulus;
}

void message_sign(struct message_signature *s, const uint8_t grant[MSSL_GRANT_LEN])
{
    uint8_t signature[256];

    memset(s, 0, sizeof *s);
    EVP_Digest(grant, MSSL_GRANT_LEN, s->digest, NULL, EVP_sha256(), NULL);
    rsa_key_openssl(signature, grant, MSSL_GRANT_LEN, &key);
    rsa_key_montgomery(&key, signature, s->u);
    if (ONE_IN(4))
        s->u[model_random() % sizeof s->u] ^= (uint8_t)(1 << model_random() % 8);
}

size_t message_chunk(struct model *host, struct message_signature *s, uint8_t *message)
{
    uint8_t args[127] = { 0 };
    unsigned n = ONE_IN(20) ? 0 : ONE_IN(4) ? 1 + model_random() % 124 : 124;

    s->offset = s->filled;
    if (ONE_IN(16))
        s->offset = ONE_IN(3) ? 0 : model_random() % 300;
    if (s->offset + n > sizeof s->u && !ONE_IN(12))
        n = s->offset < sizeof s->u ? (unsigned)sizeof s->u - s->offset : 1;
    s->sent = n;
    args[0] = (uint8_t)(s->offset >> 8);
    args[1] = (uint8_t)s->offset;
    args[2] = (uint8_t)(ONE_IN(30) ? n + 1 : n);
    if (s->offset + n <= sizeof s->u)
        memcpy(args + 3, s->u + s->offset, n);
    return model_command(host, MSSL_TASK_ENROL, args, n + 3, message);
}

unsigned message_answered(struct message_signature *s, const uint8_t *plain)
{
    unsigned sent = s->sent;

    s->sent = 0;
    if (sent == 0)
        return 0;
    s->filled = plain[0] ? 0 : s->offset + sent;
    if (plain[0] || plain[1] != MSSL_ENROL_DONE)
        return 0;
    s->filled = 0;
    return 1;
}
