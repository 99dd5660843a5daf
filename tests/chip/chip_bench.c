/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chip-bench FOLDER [JSON [CHIP]]: cycles, milliseconds at 16 MHz and stack of
 * the core on the simulated chip (atmega168, if none is named), in assembly, the
 * same with a computed S-box, and the C twin. FOLDER holds the chip's test
 * programs, beside the ATmega328P's. Writes the figures to JSON too. */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "chip.h"
#include "known.h"
#include "mssl_wire.h"

#define CYCLES_PER_MS 16000.0
#define HOST_SLOT     (1 + MSSL_G_SLOT)
#define COMMAND_LEN   16

static const char *mcu = "atmega168";

struct figures {
    uint64_t aes_block, hello, hello_refused, seal_16, open_16, command;
    uint64_t sha256_block, rsa2048_e3, rsa2048_e65537;
    uint64_t fast_e3, fast_e65537;      /* the assembly's other kernel */
    unsigned stack;
};

static int engine_measure(const char *elf, struct figures *f)
{
    struct chip *c = chip_new(elf, mcu);
    struct chip_mail m = { .n = 16 };
    struct chip_cost aes, seal, open;
    int bad;

    if (!c)
        return -1;
    bad = chip_call(c, &m, CHIP_AES, &aes) || chip_call(c, &m, CHIP_SEAL, &seal)
        || chip_call(c, &m, CHIP_OPEN, &open);
    f->aes_block = aes.cycles;
    f->seal_16 = seal.cycles;
    f->open_16 = open.cycles;
    chip_free(c);
    return bad ? -1 : 0;
}

static int send(struct chip *c, const uint8_t *bytes, size_t len, struct chip_mail *m,
                struct figures *f, uint64_t *cycles)
{
    struct chip_cost cost;

    memset(m, 0, sizeof *m);
    memcpy(m->buf, bytes, len);
    m->n = (uint8_t)len;
    memcpy(m->key, known_peer, sizeof known_peer);
    if (chip_call(c, m, CHIP_INPUT, &cost))
        return -1;
    if (cost.stack > f->stack)
        f->stack = cost.stack;
    if (cycles)
        *cycles = cost.cycles;
    return 0;
}

static int begin(struct chip *c, struct figures *f)
{
    struct chip_mail m = { 0 };
    struct chip_cost cost;

    memcpy(m.key, known_peer, sizeof known_peer);
    if (chip_call(c, &m, CHIP_BEGIN, &cost))
        return -1;
    if (cost.stack > f->stack)
        f->stack = cost.stack;
    return 0;
}

/* A host's record of 16 bytes, number 0, under the known session's key. */
static int command_make(uint8_t out[COMMAND_LEN + MSSL_RECORD_OVERHEAD])
{
    static const uint8_t plain[COMMAND_LEN] = { 1, 'o', 'n' };
    static const uint8_t nonce[MSSL_CCM_NONCE_LEN] = { MSSL_DIR_HOST };
    EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
    int n, good;

    out[0] = COMMAND_LEN;
    good = x && EVP_EncryptInit_ex(x, EVP_aes_128_ccm(), NULL, NULL, NULL)
        && EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_SET_IVLEN, sizeof nonce, NULL)
        && EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_SET_TAG, MSSL_TAG_LEN, NULL)
        && EVP_EncryptInit_ex(x, NULL, NULL, known_session_key, nonce)
        && EVP_EncryptUpdate(x, out + 1, &n, plain, sizeof plain)
        && EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_GET_TAG, MSSL_TAG_LEN, out + 1 + COMMAND_LEN);
    EVP_CIPHER_CTX_free(x);
    return good ? 0 : -1;
}

/* The first HELLO steps the seed; the second shows what the next ones cost. A
 * session of its own, whose key is known, takes the command. */
static int core_measure(const char *elf, struct figures *f)
{
    uint8_t stranger[sizeof known_hello], command[COMMAND_LEN + MSSL_RECORD_OVERHEAD];
    struct chip_mail m = { 0 };
    struct chip *c = chip_new(elf, mcu);

    if (!c)
        return -1;
    chip_eeprom_write(c, MSSL_EE_KD, known_eeprom, sizeof known_eeprom);
    memcpy(stranger, known_hello, sizeof stranger);
    stranger[HOST_SLOT] = MSSL_SLOTS;
    if (begin(c, f) || send(c, known_hello, sizeof known_hello, &m, f, NULL)
        || m.n != MSSL_WELCOME_LEN || command_make(command)
        || send(c, command, sizeof command, &m, f, &f->command) || m.n != sizeof command
        || begin(c, f) || send(c, stranger, sizeof stranger, &m, f, &f->hello_refused) || m.n
        || begin(c, f) || send(c, known_hello, sizeof known_hello, &m, f, &f->hello)
        || m.n != MSSL_WELCOME_LEN) {
        fprintf(stderr, "chip-bench: %s: the core did not answer as it should\n", elf);
        chip_free(c);
        return -1;
    }
    chip_free(c);
    return 0;
}

/* SHA-256 of a grant, and the RSA check with all operands in RAM, on an
 * ATmega328P: times depend on the exponent only, so any number will do for N. */
static int check_measure(const char *folder, const char *check, uint64_t *sha, uint64_t *e3,
                         uint64_t *e65537)
{
    uint8_t modulus[260] = { 8, 16, 0, 1 };
    struct chip_mail m = { 0 };
    struct chip_cost cost = { 0 };
    char elf[4096];
    struct chip *c;
    int bad;

    snprintf(elf, sizeof elf, "%s/../../../../atmega328p/tests/chip/avr/chip-check-%s.elf",
             folder, check);
    c = chip_new(elf, "atmega328p");
    if (!c)
        return -1;
    bad = chip_call(c, &m, CHIP_SHA_REPLACE, &cost);
    *sha = cost.cycles;
    chip_flash_end_write(c, modulus, sizeof modulus);
    bad = bad || chip_call(c, &m, CHIP_RSA_CHECK, &cost);
    *e65537 = cost.cycles;
    modulus[1] = 1;
    chip_flash_end_write(c, modulus, sizeof modulus);
    bad = bad || chip_call(c, &m, CHIP_RSA_CHECK, &cost);
    *e3 = cost.cycles;
    chip_free(c);
    return bad ? -1 : 0;
}

/* The epoch step goes deepest: its stack counts, its time is the EEPROM's. */
static int step_measure(const char *elf, struct figures *f)
{
    static const uint8_t generation = KNOWN_ADMIN_GENERATION;
    struct chip_mail m = { 0 };
    struct chip *c = chip_new(elf, mcu);
    int bad;

    if (!c)
        return -1;
    chip_eeprom_write(c, MSSL_EE_KD, known_eeprom, sizeof known_eeprom);
    chip_eeprom_write(c, MSSL_EE_GENERATIONS + KNOWN_ADMIN_SLOT, &generation, 1);
    bad = begin(c, f) || send(c, known_admin_hello, sizeof known_admin_hello, &m, f, NULL)
        || send(c, known_epoch_step, sizeof known_epoch_step, &m, f, NULL)
        || m.n != sizeof known_epoch_step;
    if (bad)
        fprintf(stderr, "chip-bench: %s: no answer to the epoch step\n", elf);
    chip_free(c);
    return bad ? -1 : 0;
}

static int measure(const char *folder, const char *engine, struct figures *f)
{
    const char *check = strcmp(engine, "c") == 0 ? "c" : "asm";
    char elf[4096];

    memset(f, 0, sizeof *f);
    snprintf(elf, sizeof elf, "%s/chip-engine-%s.elf", folder, engine);
    if (engine_measure(elf, f))
        return -1;
    snprintf(elf, sizeof elf, "%s/chip-core-%s.elf", folder, engine);
    if (core_measure(elf, f) || step_measure(elf, f))
        return -1;
    if (strcmp(engine, "asm") == 0
        && check_measure(folder, "fast", &f->sha256_block, &f->fast_e3, &f->fast_e65537))
        return -1;
    return check_measure(folder, check, &f->sha256_block, &f->rsa2048_e3, &f->rsa2048_e65537);
}

static void row(const char *what, uint64_t a, uint64_t x, uint64_t c)
{
    printf("%-28s %9llu %6.2f %11llu %7.2f %9llu %6.2f\n", what,
           (unsigned long long)a, (double)a / CYCLES_PER_MS, (unsigned long long)x,
           (double)x / CYCLES_PER_MS, (unsigned long long)c, (double)c / CYCLES_PER_MS);
}

static void print(const struct figures *a, const struct figures *x, const struct figures *c)
{
    printf("%-10s at 16 MHz          %12s %6s %11s %7s %9s %6s\n", mcu, "asm", "ms", "S-box comp.",
           "ms", "C", "ms");
    row("AES-128 block", a->aes_block, x->aes_block, c->aes_block);
    row("seal 16 bytes", a->seal_16, x->seal_16, c->seal_16);
    row("open 16 bytes", a->open_16, x->open_16, c->open_16);
    row("HELLO to WELCOME", a->hello, x->hello, c->hello);
    row("HELLO refused", a->hello_refused, x->hello_refused, c->hello_refused);
    row("16-byte command and answer", a->command, x->command, c->command);
    row("SHA-256 of a grant", a->sha256_block, x->sha256_block, c->sha256_block);
    row("RSA-2048 check, e = 3", a->rsa2048_e3, x->rsa2048_e3, c->rsa2048_e3);
    row("RSA-2048 check, e = 65537", a->rsa2048_e65537, x->rsa2048_e65537, c->rsa2048_e65537);
    printf("%-28s %9llu %6.2f\n%-28s %9llu %6.2f\n",
           "  its fast kernel, e = 3", (unsigned long long)a->fast_e3,
           (double)a->fast_e3 / CYCLES_PER_MS, "  its fast kernel, e = 65537",
           (unsigned long long)a->fast_e65537, (double)a->fast_e65537 / CYCLES_PER_MS);
    printf("%-28s %9u %6s %11u %7s %9u\n", "deepest stack, bytes", a->stack, "", x->stack, "", c->stack);
    puts("\nOthers (avr-gcc 5.4 -Os, the same simulator, ATmega168 or 328P):\n"
         "AES-128 block: kildom MINI 14,130 cycles in 508 bytes; Poettering Fantastic 4,329 in 982, Furious 2,731 in 1,110\n"
         "CCM, seal 16 bytes: micro-AES 44,426 cycles, 1,488 bytes of flash, 432 of RAM\n"
         "whole channel: libhydrogen 129.3 M cycles a handshake, 6,676 bytes of flash, 1,250 of RAM;\n"
         "  mbedTLS PSK-CCM8 27,634 bytes, tinydtls 30,950; the paper's, without integrity, 1,322");
}

static void json_object(FILE *file, const char *name, const struct figures *f, const char *end)
{
    fprintf(file, "  \"%s\": {\n", name);
    fprintf(file, "    \"aes_block\": %llu,\n", (unsigned long long)f->aes_block);
    fprintf(file, "    \"hello\": %llu,\n", (unsigned long long)f->hello);
    fprintf(file, "    \"hello_refused\": %llu,\n", (unsigned long long)f->hello_refused);
    fprintf(file, "    \"seal_16\": %llu,\n", (unsigned long long)f->seal_16);
    fprintf(file, "    \"open_16\": %llu,\n", (unsigned long long)f->open_16);
    fprintf(file, "    \"command\": %llu,\n", (unsigned long long)f->command);
    fprintf(file, "    \"stack\": %u,\n", f->stack);
    fprintf(file, "    \"sha256_block\": %llu,\n", (unsigned long long)f->sha256_block);
    fprintf(file, "    \"rsa2048_fast_e3\": %llu,\n", (unsigned long long)f->fast_e3);
    fprintf(file, "    \"rsa2048_fast_e65537\": %llu,\n", (unsigned long long)f->fast_e65537);
    fprintf(file, "    \"rsa2048_e3\": %llu,\n", (unsigned long long)f->rsa2048_e3);
    fprintf(file, "    \"rsa2048_e65537\": %llu\n  }%s\n",
            (unsigned long long)f->rsa2048_e65537, end);
}

int main(int argc, char **argv)
{
    struct figures a, x, c;
    FILE *file;

    if (argc < 2) {
        fprintf(stderr, "usage: chip-bench FOLDER [JSON [CHIP]]\n");
        return 1;
    }
    if (argc > 3)
        mcu = argv[3];
    if (measure(argv[1], "asm", &a) || measure(argv[1], "computed", &x) || measure(argv[1], "c", &c))
        return 1;
    print(&a, &x, &c);
    if (argc > 2) {
        file = fopen(argv[2], "w");
        if (!file) {
            perror(argv[2]);
            return 1;
        }
        fprintf(file, "{\n");
        json_object(file, "asm", &a, ",");
        json_object(file, "asm_sbox_computed", &x, ",");
        json_object(file, "c", &c, "");
        fprintf(file, "}\n");
        if (fclose(file)) {
            perror(argv[2]);
            return 1;
        }
    }
    return 0;
}
