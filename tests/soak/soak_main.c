/* SPDX-License-Identifier: ISC */
/* soak SESSIONS [SEED [FIRMWARE]]: so many sessions with faults of all kinds; then
 * all is quiet for minutes, and a last session must work. Exits 0 if nothing was wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "soak.h"

uint64_t soak_us;
struct board_faults soak_link;

/* The weather of the link, and how many sessions of a thousand may fail in it
 * although their host behaves: the device has its 5 s for HELLO and proof, and
 * lwIP takes 3 s to repeat its first segments. Measured, and doubled. */
static const struct { struct board_fault_rates rates; unsigned allowed; } weather[SOAK_WEATHERS] = {
    { { .loss = 0 }, 0 },
    { { .loss = 1, .duplicate = 1, .reorder = 2, .corrupt = 0.5, .delay_ms = 3 }, 40 },
    { { .duplicate = 20, .reorder = 30, .delay_ms = 10 }, 0 },
    { { .corrupt = 3 }, 60 },
    { { .loss = 0 }, 0 },
    { { .loss = 5, .duplicate = 5, .reorder = 20, .corrupt = 2, .delay_ms = 20 }, 150 },
    { { .delay_ms = 150, .reorder = 5 }, 20 },
    { { .loss = 30, .corrupt = 5 }, 1000 },
};
unsigned soak_weather;

static void set_weather(unsigned n, uint32_t seed)
{
    struct board_fault_rates rates;

    soak_weather = n % SOAK_WEATHERS;
    rates = weather[soak_weather].rates;
    rates.seed = seed + n;
    board_faults_set(&soak_link, &rates);
}

/* No weather may cost more sessions than it does by its nature. */
static void judge(void)
{
    const struct soak_figures *f = &soak_figures;

    for (unsigned i = 0; i < SOAK_WEATHERS; i++) {
        printf("  weather %u: %lu of %lu sessions without moods failed, %u of 1000 may\n", i, f->kind_failed[i],
               f->kind[i], weather[i].allowed);
        if (f->kind_failed[i] * 1000 > f->kind[i] * weather[i].allowed + 3000)
            soak_wrong("too many sessions fail in a weather", i);
    }
    if (soak_link.passed > f->sessions * 12 + f->commands * 4 + f->refused * 3)
        soak_wrong("too many frames: the two ends answer each other", 0);
}

static void one_ms(unsigned long *left)
{
    const uint8_t *frame;
    uint16_t len;
    int way;

    while ((frame = board_faults_take(&soak_link, soak_us, &way, &len)) != NULL) {
        if (way == BOARD_TO_CHIP)
            soak_device_frame(frame, len);
        else
            soak_host_frame(frame, len);
    }
    soak_device_ms();
    soak_us += 1000;
    soak_host_ms(left);
}

/* Until all sessions that may begin are over. */
static void run(unsigned long sessions, uint32_t seed, int behave)
{
    unsigned long left = sessions;
    unsigned n = 0;
    uint64_t next = soak_us;

    while (left || soak_host_busy()) {
        if (soak_us >= next) {
            set_weather(behave ? 0 : n, seed);
            soak_host_behave(behave || n % SOAK_WEATHERS == 0);
            n++;
            next += soak_weather_ms * (soak_link.on ? 1000ull : 100ull);   /* the fair ones are short */
        }
        one_ms(&left);
        if (soak_device_wrong())
            return;
    }
}

static void quiet(void)
{
    unsigned long none = 0;

    set_weather(0, 0);
    for (unsigned ms = 0; ms < soak_quiet_ms; ms++)
        one_ms(&none);
}

int main(int argc, char **argv)
{
    unsigned long sessions = argc > 1 ? strtoul(argv[1], NULL, 10) : 0, good;
    uint32_t seed = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1;
    const char *firmware = argc > 3 ? argv[3] : NULL, *wrong;
    const struct soak_figures *f = &soak_figures;
    clock_t start = clock();

    if (!sessions) {
        fputs("usage: soak SESSIONS [SEED [FIRMWARE]]\n", stderr);
        return 1;
    }
    board_faults_init(&soak_link);
    soak_device_start(firmware, SOAK_SLOTS);
    soak_host_start(seed, soak_device_sessions() + 2u);
    run(sessions, seed, 0);
    quiet();
    if ((wrong = soak_device_left()) != NULL)
        soak_wrong(wrong, 0);
    good = f->good;
    run(1, seed, 1);
    if (f->good != good + 1)
        soak_wrong("the device does not serve any more", 0);
    if ((wrong = soak_device_wrong()) != NULL)
        soak_wrong(wrong, 0);
    judge();
    printf("seed %lu, device with %u sessions: %lu sessions in %.0f simulated s, %.1f s of CPU\n"
           "  good %lu, ended by the host's mood %lu, failed on a faulty link %lu; longest %.1f s\n"
           "  commands %lu, attempts that were not served %lu\n"
           "  frames passed %lu, lost %lu, duplicated %lu, reordered %lu, corrupted %lu\n",
           (unsigned long)seed, soak_device_sessions(), f->sessions, (double)soak_us / 1e6,
           (double)(clock() - start) / CLOCKS_PER_SEC, f->good, f->moody, f->failed, (double)f->worst_ms / 1e3,
           f->commands, f->refused, soak_link.passed, soak_link.lost, soak_link.duplicated,
           soak_link.reordered, soak_link.corrupted);
    printf("soak: %s: %lu sessions, %lu wrong\n", f->wrong ? "FAILED" : "ok", f->sessions, f->wrong);
    return f->wrong != 0;
}
