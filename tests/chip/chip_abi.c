/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls into a chip's program: see chip_abi.h. */
#include "chip_abi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <simavr/avr_eeprom.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_cycle_timers.h>
#include <simavr/sim_io.h>

#include "chip.h"

#define GPIOR0      0x3e
#define OUT_GPIOR0  0xba0e      /* out GPIOR0, r0 */
#define EECR        0x3f
#define EEDR        0x40
#define EEARL       0x41
#define EEARH       0x42
#define EERE        0x01
#define EEPE        0x02
#define EEMPE       0x04
#define ARMED       4           /* cycles that EEMPE lives */
#define PROGRAM     100         /* cycles that EEPE stays, not 3.4 ms: tests are many */
#define BULK        10000       /* cycles that the simulator runs at once */
#define CALL_LIMIT  20000000u
#define MEMORY_MAX  0x1000
#define REGISTERS   32
#define KEPT(r)     (((r) >= 2 && (r) <= 17) || (r) == 28 || (r) == 29)
#define ARG(i)      (24 - 2 * (i))

static struct {
    struct chip *chip;
    avr_t *avr;
    struct chip_port port;
    uint8_t boot[MEMORY_MAX];   /* memory when the program has started */
    uint8_t mark[REGISTERS];    /* what kept registers hold */
    uint32_t task, text, back, encrypt;
    uint16_t encrypt_opcode;
    uint64_t armed;             /* when EEMPE was set */
    uint32_t random;
    int running, returned, encrypting;
} sim;

uint32_t chip_abi_random(void)
{
    sim.random ^= sim.random << 13;
    sim.random ^= sim.random >> 17;
    sim.random ^= sim.random << 5;
    return sim.random;
}

uint16_t chip_abi_byte(uint8_t value)
{
    return (uint16_t)(value | (chip_abi_random() & 0xff00));
}

uint8_t *chip_abi_memory(void)
{
    return sim.avr->data;
}

uint16_t chip_abi_last(void)
{
    return sim.avr->ramend;
}

const uint8_t *chip_abi_code(void)
{
    return sim.avr->flash;
}

static uint16_t word_at(unsigned address)
{
    return (uint16_t)(sim.avr->data[address] | sim.avr->data[address + 1] << 8);
}

static void word_put(unsigned address, uint16_t value)
{
    sim.avr->data[address] = (uint8_t)value;
    sim.avr->data[address + 1] = (uint8_t)(value >> 8);
}

uint16_t chip_abi_stack(void)
{
    return (uint16_t)(sim.boot[R_SPL] | sim.boot[R_SPH] << 8);
}

uint16_t chip_abi_arg(unsigned i)
{
    return word_at(ARG(i));
}

void chip_abi_result(uint8_t value)
{
    sim.avr->data[ARG(0)] = value;
}

/* Junk in all registers that a function may change; T too. */
static void junk(void)
{
    unsigned r;

    for (r = 18; r < REGISTERS; r++)
        if (!KEPT(r))
            sim.avr->data[r] = (uint8_t)(chip_abi_random() >> 8);
    sim.avr->data[0] = (uint8_t)(chip_abi_random() >> 8);
    sim.avr->sreg[S_T] = chip_abi_random() >> 8 & 1;
    sim.avr->sreg[S_C] = chip_abi_random() >> 8 & 1;
    sim.avr->sreg[S_H] = chip_abi_random() >> 8 & 1;
}

static void need_zero(const char *where)
{
    if (sim.avr->data[1])
        fail_msg("r1 is %u, not 0, %s", sim.avr->data[1], where);
}

/* A task gets its arguments, and leaves what a task may leave. */
static void serve(void (*task)(void))
{
    uint8_t result;

    need_zero("when a task is called");
    if (!sim.avr->sreg[S_I])
        fail_msg("a task is called with interrupts off");
    task();
    result = sim.avr->data[ARG(0)];
    junk();
    chip_abi_result(result);
}

static void handed_over(avr_t *avr, avr_io_addr_t addr, uint8_t v, void *param)
{
    (void)addr;
    (void)v;
    (void)param;
    if (avr->pc == sim.back)
        sim.returned = 1;
    else if (avr->pc == sim.encrypt)
        sim.encrypting = 1;
    else if (avr->pc == sim.task)
        serve(sim.port.task);
    else if (avr->pc == sim.text)
        serve(sim.port.text);
    else
        fail_msg("the chip's program handed over at %04x", (unsigned)avr->pc);
    avr->run_cycle_count = 0;   /* leaves avr_run after this instruction */
}

static avr_cycle_count_t programmed(avr_t *avr, avr_cycle_count_t when, void *param)
{
    (void)when;
    (void)param;
    avr->data[EECR] &= (uint8_t)~EEPE;
    return 0;
}

static void need_idle(const char *what)
{
    if (sim.avr->data[EECR] & EEPE)
        fail_msg("%s while a cell of EEPROM is programmed", what);
}

static void eeprom_control(avr_t *avr, avr_io_addr_t addr, uint8_t v, void *param)
{
    uint8_t old = avr->data[addr];

    (void)param;
    if (v & EERE) {
        need_idle("EERE is set");
        avr->data[EEDR] = sim.port.cell_read(word_at(EEARL));
        return;
    }
    if (v & EEMPE && !(old & EEMPE)) {
        avr->data[addr] = old | EEMPE;
        sim.armed = avr->cycle;
        return;
    }
    if (v & EEPE && !(old & EEPE)) {
        if (!(old & EEMPE) || avr->cycle - sim.armed > ARMED)
            fail_msg("EEPE is set more than 4 cycles after EEMPE");
        if (avr->sreg[S_I])
            fail_msg("EEPROM is written with interrupts on");
        avr->data[addr] = EEPE;
        avr_cycle_timer_register(avr, PROGRAM, programmed, NULL);
        sim.port.cell_write(word_at(EEARL), avr->data[EEDR]);
    }
}

static void eeprom_address(avr_t *avr, avr_io_addr_t addr, uint8_t v, void *param)
{
    (void)param;
    need_idle("EEAR is written");
    avr->data[addr] = v;
}

static void on_write(avr_io_addr_t addr, avr_io_write_t f)
{
    sim.avr->io[AVR_DATA_TO_IO(addr)].w.c = f;
    sim.avr->io[AVR_DATA_TO_IO(addr)].w.param = NULL;
}

uint32_t chip_abi_flash(const char *name)
{
    uint32_t address = chip_flash_symbol(sim.chip, name);

    if (!address)
        fail_msg("the chip's program has no %s", name);
    return address;
}

uint16_t chip_abi_ram_or_none(const char *name)
{
    return chip_symbol(sim.chip, name);
}

uint16_t chip_abi_ram(const char *name)
{
    uint16_t address = chip_symbol(sim.chip, name);

    if (!address)
        fail_msg("the chip's program has no variable %s", name);
    return address;
}

static void opcode_put(uint32_t address, uint16_t opcode)
{
    sim.avr->flash[address] = (uint8_t)opcode;
    sim.avr->flash[address + 1] = (uint8_t)(opcode >> 8);
}

/* The first instruction of a block's encryption is one that hands over here;
 * now the one that it replaced runs, alone. */
static void encrypt_begin(void)
{
    sim.encrypting = 0;
    sim.port.aes();
    opcode_put(sim.encrypt, sim.encrypt_opcode);
    sim.avr->pc = sim.encrypt;
    sim.avr->run_cycle_count = 0;
    avr_run(sim.avr);
    opcode_put(sim.encrypt, OUT_GPIOR0);
}

/* Until the program hands back. */
static void run(void)
{
    uint64_t end = sim.avr->cycle + CALL_LIMIT;
    int state;

    sim.returned = 0;
    while (!sim.returned) {
        state = avr_run(sim.avr);
        if (sim.encrypting)
            encrypt_begin();
        if (state == cpu_Done || state == cpu_Crashed || sim.avr->cycle > end)
            fail_msg("the chip did not come back; it is at %04x", (unsigned)sim.avr->pc);
    }
}

static void trap_encryption(void)
{
    sim.encrypt = chip_flash_symbol(sim.chip, "encrypt");
    if (!sim.encrypt)
        sim.encrypt = chip_abi_flash("mssl_dev_aes");
    sim.encrypt_opcode = (uint16_t)(sim.avr->flash[sim.encrypt]
                                    | sim.avr->flash[sim.encrypt + 1] << 8);
    opcode_put(sim.encrypt, OUT_GPIOR0);
}

void chip_abi_start(const char *elf, const struct chip_port *port)
{
    if (!elf)
        fail_msg("no chip's program was named");
    sim.chip = chip_new(elf, getenv("MSSL_CHIP_MCU") ? getenv("MSSL_CHIP_MCU") : "atmega168");
    if (!sim.chip)
        fail_msg("%s does not load", elf);
    sim.avr = chip_avr(sim.chip);
    sim.port = *port;
    sim.random = 1;
    on_write(GPIOR0, handed_over);
    on_write(EECR, eeprom_control);
    on_write(EEARL, eeprom_address);
    on_write(EEARH, eeprom_address);
    sim.task = chip_abi_flash("mssl_port_task");
    sim.text = chip_abi_flash("mssl_port_task_text");
    sim.back = chip_abi_flash("chip_return");
    sim.avr->run_cycle_limit = BULK;
    run();
    trap_encryption();
    assert_true(sim.avr->ramend < sizeof sim.boot);
    memcpy(sim.boot, sim.avr->data, sim.avr->ramend + 1u);
}

void chip_abi_ready(void)
{
    if (!sim.running)
        return;
    avr_cycle_timer_cancel(sim.avr, programmed, NULL);
    memcpy(sim.avr->data, sim.boot, sim.avr->ramend + 1u);
    opcode_put(sim.encrypt, OUT_GPIOR0);
    sim.encrypting = 0;
    sim.running = 0;
    sim.avr->state = cpu_Running;
}

void chip_abi_reset(void)
{
    sim.running = 1;
}

void chip_abi_flash_end(const uint8_t *from, size_t len)
{
    chip_flash_end_write(sim.chip, from, len);
}

static void enter(uint32_t address, const uint16_t *args, unsigned count)
{
    uint16_t sp = chip_abi_stack();
    unsigned i;

    junk();
    for (i = 2; i < REGISTERS; i++)
        if (KEPT(i))
            sim.avr->data[i] = (uint8_t)(chip_abi_random() >> 8);
    sim.avr->data[1] = 0;
    sim.avr->sreg[S_I] = 1;
    for (i = 0; i < count; i++)
        word_put(ARG(i), args[i]);
    memcpy(sim.mark, sim.avr->data, sizeof sim.mark);
    sim.avr->data[sp] = (uint8_t)(sim.back / 2);
    sim.avr->data[sp - 1] = (uint8_t)(sim.back / 2 >> 8);
    word_put(R_SPL, (uint16_t)(sp - 2));
    sim.avr->pc = address;
}

static void leave(void)
{
    unsigned r;

    need_zero("at a function's return");
    for (r = 0; r < REGISTERS; r++)
        if (KEPT(r) && sim.avr->data[r] != sim.mark[r])
            fail_msg("a function changed r%u, which is its caller's", r);
    if (word_at(R_SPL) != chip_abi_stack())
        fail_msg("a function left the stack at %04x, not %04x", word_at(R_SPL), chip_abi_stack());
    if (!sim.avr->sreg[S_I])
        fail_msg("a function left interrupts off");
}

uint8_t chip_abi_call(uint32_t address, const uint16_t *args, unsigned count)
{
    sim.running = 1;
    enter(address, args, count);
    run();
    leave();
    sim.running = 0;
    return sim.avr->data[ARG(0)];
}
