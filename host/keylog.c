/* SPDX-License-Identifier: ISC */
/* A session's key as a line of text: see mssl_keylog.h. */
#include "mssl_keylog.h"

#include "text.h"

#define T_NC (1 + MSSL_G_HOST_LEN)      /* in the transcript. Section 4 */

mssl_err mssl_client_keylog(const struct mssl_client *c, char out[MSSL_KEYLOG_SIZE])
{
    struct mssl_writer w;
    size_t len;

    out[0] = '\0';
    if (c->state != MSSL_OPEN)
        return MSSL_E_STATE;
    mssl_writer_begin(&w, out, MSSL_KEYLOG_SIZE);
    mssl_put(&w, "MSSL_SESSION ");
    mssl_put_hex(&w, c->transcript + T_NC, MSSL_NONCE_LEN);
    mssl_put_char(&w, ' ');
    mssl_put_hex(&w, c->transcript + T_NC + MSSL_NONCE_LEN, MSSL_NONCE_LEN);
    mssl_put_char(&w, ' ');
    mssl_put_hex(&w, c->key, MSSL_KEY_LEN);
    mssl_put_char(&w, '\n');
    return mssl_writer_end(&w, &len);
}
