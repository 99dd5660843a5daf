/* SPDX-License-Identifier: ISC */
/* A grant for another machine's keyboard or camera: lines, and a QR code by libqrencode. */
#include "authority_cli.h"

#include <qrencode.h>
#include <stdio.h>

#include "mssl_typed.h"

#define QUIET 4                         /* light modules around the code */

int typed_text(const struct mssl_grant_file *g)
{
    char text[MSSL_TYPED_TEXT];
    size_t len = sizeof text;

    if (mssl_typed_format(g, false, text, &len))
        return cli_fail(MSSL_AUTH_FILE, "this grant has no text form");
    printf("# %s for %s: type into `mssl import -o FILE`\n%s", g->host_name, g->device_name, text);
    mssl_wipe(text, sizeof text);
    return 0;
}

static int dark(const QRcode *qr, int x, int y)
{
    return x >= 0 && y >= 0 && x < qr->width && y < qr->width && qr->data[y * qr->width + x] & 1;
}

/* Two rows of modules a line; light ones are drawn, for terminals are dark. */
static void draw(const QRcode *qr)
{
    static const char *const half[4] = { "\xe2\x96\x88", "\xe2\x96\x84", "\xe2\x96\x80", " " };
    int x, y;

    for (y = -QUIET; y < qr->width + QUIET; y += 2) {
        for (x = -QUIET; x < qr->width + QUIET; x++)
            fputs(half[dark(qr, x, y) | dark(qr, x, y + 1) << 1], stdout);
        putchar('\n');
    }
}

int typed_qr(const struct mssl_grant_file *g)
{
    char text[MSSL_TYPED_TEXT];
    size_t len = sizeof text;
    QRcode *qr;

    if (mssl_typed_format(g, true, text, &len))
        return cli_fail(MSSL_AUTH_FILE, "this grant has no text form");
    qr = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 0);
    mssl_wipe(text, sizeof text);
    if (!qr)
        return cli_fail(MSSL_AUTH_FILE, "this grant is too long for a QR code: use its text form");
    draw(qr);
    mssl_wipe(qr->data, (size_t)qr->width * (size_t)qr->width);
    QRcode_free(qr);
    return 0;
}
