/* SPDX-License-Identifier: ISC */
/* A grant and its typed lines that did not come from libmssl. */
#ifndef MSSL_TEST_TYPED_KNOWN_H
#define MSSL_TEST_TYPED_KNOWN_H

#include "typed.h"

/* The known grant as python's integers and a CRC-24 in python write it: typed_known.py. */
static const char known_lines[] =
    "01 040N G1BG DXS6 6T01 080G 6V35 46Q7Z\n02 CG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM32\n"
    "03 0STQ 0X39 DNJG 008H 0400 0001 43N7W\n04 0000 8000 0010 0000 1800 40G0 5WS7F\n"
    "05 0000 0031 DHMP 6S80 002A QAXB 6EADK\n06 NENT QAXB NENT QAXB NENT QAXB 5V1H3\n"
    "07 NENT QAXB NENT QAXB NENT QAXB FTZ84\n08 NENT QAXB NENT QAXB NENT QAXB 82XH5\n"
    "09 NENT QAXB NENT QAXB NENT QAXB 23382\n10 NENT QAXB NENT QAXB NENT QAXB 4DK4G\n"
    "11 NENT QAXB NENT QAXB NENT QAXB ECDXQ\n12 NENT QAXB NENT QAXB NENT QAXB 8GKXM\n"
    "13 NENT QAXB NENT QAXB NENT QAXB 2HD4K\n14 NENT QAXB NENT QAXB NENT QAXB 4ZX81\n"
    "15 NENT QAXB NENT QAXB NENT QAXB EY3H6\n16 NENT QAXB NENT QAXB NENT QAXB BFRT3\n"
    "17 NENT QAXB NENT QAXB NENT QAXB 1E634\n18 NENT QAXB NENT QAXB NENT QAXB 70PFP\n"
    "19 NENT QAXB NENT QAXB NENT QAXB D18PH\n20 NENT QAXB NENT QAXB NENT QAXB BXPPJ\n"
    "21 NENT QAXB NENT QAXB NENT QAXB 1W8FN\n22 NENT QAXB NENT QAXB NENT QFAM 08KBR\n"
    "23 2GWT FC56 BPPJ PJT8 JCW2 S780 F5GR5\n";

static inline void known(struct mssl_grant_file *g)
{
    static const char table[] = "table 1\ntask 1 led on|off|state\ntask 3 uptime\n";
    struct mssl_why why;

    memset(g, 0, sizeof *g);
    assert_int_equal(mssl_task_table_parse(&g->table, table, sizeof table - 1, &why), MSSL_OK);
    strcpy(g->device_name, "porch");
    strcpy(g->host_name, "alice");
    g->count = 1;
    unhex(g->blocks[0], MSSL_GRANT_LEN, KNOWN_GRANT);
    g->signature_len = 256;
    memset(g->signature, 0xab, 256);
    unhex(g->key, MSSL_KEY_LEN, KNOWN_K0);
}

/* Takes a line that ends where its memory ends. */
static inline mssl_err take(struct mssl_typed *t, const char *line, size_t len, const char **reason)
{
    char *copy = exact_copy(line, len);
    mssl_err e = mssl_typed_line(t, copy, len, reason);

    free(copy);
    return e;
}

#endif
