/* SPDX-License-Identifier: ISC */
/* What the functions of the record parser and of the session's states mean, as
 * contracts for Frama-C's WP: wp.py. "Proved" is proved on the text of device/,
 * "assumed" belongs to the engine, the port, or to functions that only EVA and
 * the tests look at. wp_* exist in contracts only: what was called, and with what. */
#ifndef PROVE_WP_H
#define PROVE_WP_H

#include "mssl_dev_core.h"

extern int wp_authentic;        /* the last record's tag was good */
extern int wp_opens, wp_seals, wp_runs, wp_ports, wp_seeds, wp_admits;
extern uint16_t wp_open_counter, wp_seal_counter;
extern uint8_t wp_seal_n;

/*@ logic integer record_len(integer n) =
        n == 0 || n == 8 || n == 16 || n == 32 || n == 64 || n == 128 ? n + 9 : 0;
    logic integer hello_len_of(integer n) =
        n == 44 || n == 76 || n == 108 || n == 140 ? n + 1 : 0;
    logic integer size_of(integer state, integer first) =
        state == 1 ? hello_len_of(first) : record_len(first);
    predicate apart(struct mssl_dev_session *s, uint8_t *buf) =
        \valid(s) && \valid(buf + (0 .. 172)) && \separated(s, buf + (0 .. 172))
        && \separated(s, &wp_authentic, &wp_opens, &wp_seals, &wp_runs, &wp_ports, &wp_seeds, &wp_admits,
                      &wp_open_counter, &wp_seal_counter, &wp_seal_n)
        && \separated(buf + (0 .. 172), &wp_authentic, &wp_opens, &wp_seals, &wp_runs, &wp_ports, &wp_seeds,
                      &wp_admits, &wp_open_counter, &wp_seal_counter, &wp_seal_n);
    predicate between(struct mssl_dev_session *s, uint8_t *buf) =
        s->state <= 3 && (s->state == 0 ==> s->fill == 0) && (s->state != 0 ==> s->ticks >= 1)
        && (s->fill > 0 ==> s->fill < size_of(s->state, buf[0]));
    predicate last(struct mssl_dev_session *s) = (uint8_t)((s->sent >> 8) + 1) == 0;
    axiomatic rights {
        predicate granted(struct mssl_dev_session *s, integer task) reads s->tasks[0 .. 3];
    } */

/* -- Assumed: engine and port -- */

/*@ requires counters: dir == MSSL_DIR_HOST;
    assigns \result, buf[0 .. n + 7], wp_authentic, wp_opens, wp_open_counter;
    ensures wp_authentic == (\result == 0 ? 1 : 0);
    ensures wp_opens == \old(wp_opens) + 1;
    ensures wp_open_counter == counter; */
uint8_t mssl_dev_ccm_open(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter);

/*@ requires a_record: record_len(n) > 0;
    requires ours: dir == MSSL_DIR_DEVICE;
    assigns buf[0 .. n + 7], wp_seals, wp_seal_counter, wp_seal_n;
    ensures wp_seals == \old(wp_seals) + 1;
    ensures wp_seal_counter == counter && wp_seal_n == n; */
void mssl_dev_ccm_seal(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter);

/*@ requires n <= 127;
    assigns ((uint8_t *)p)[0 .. n - 1]; */
void mssl_dev_wipe(void *p, uint8_t n);

/*@ requires the_applications: task <= 28;
    requires a_record_at_most: *len <= 127;
    requires wp_authentic == 1;
    assigns \result, buf[0 .. 126], *len, wp_ports;
    ensures *len <= 127;
    ensures wp_ports == \old(wp_ports) + 1; */
uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *buf, uint8_t *len);

/*@ assigns \result, out[0 .. 126]; ensures \result <= 127; */
uint8_t mssl_port_task_text(uint8_t task, uint8_t *out);

/* -- Assumed: loops -- */

/*@ assigns \nothing;
    ensures \result != 0 <==> task == 29 || task == 30 || granted(s, task); */
uint8_t mssl_dev_task_granted(const struct mssl_dev_session *s, uint8_t task);

/*@ requires an_admin: granted(s, 31) && buf[1] == 31;
    assigns \result, *s, buf[2 .. 17];
    ensures s->ticks == 0 && s->fill == 0 && s->sent == \old(s->sent) && s->state == \old(s->state)
        && s->received == \old(s->received); */
uint8_t mssl_dev_admin_run(struct mssl_dev_session *s, uint8_t *buf);

/*@ assigns *s;
    ensures s->state == 0 && s->fill == 0 && s->ticks == 0; */
void mssl_dev_end(struct mssl_dev_session *s);

/* EVA proves this one, for each of the 256 bytes: core.c. */
/*@ assigns \nothing; ensures \result == record_len(n); */
uint8_t mssl_dev_record_size(uint8_t n);

/* -- Assumed: too much for Z3 so far, for their loops and calls -- */

/*@ requires apart(s, buf) && len <= 127;
    assigns buf[0 .. 136], s->sent, wp_seals, wp_seal_counter, wp_seal_n;
    ensures fits: len + 1 <= wp_seal_n && (wp_seal_n > 8 ==> wp_seal_n <= 2 * len);
    ensures \result == wp_seal_n + 9 && record_len(wp_seal_n) > 0;
    ensures s->sent == (uint16_t)(\old(s->sent) + 1) && wp_seals == \old(wp_seals) + 1; */
uint8_t mssl_dev_answer_create(struct mssl_dev_session *s, uint8_t *buf, uint8_t status, uint8_t len);

/*@ requires apart(s, buf) && s->fill <= 141 && record_len(n) > 0 && n > 0;
    requires proven: wp_authentic == 1;
    assigns \result, *s, buf[0 .. 136], wp_ports, wp_runs;
    ensures s->fill <= 127 && s->state == \old(s->state);
    ensures s->sent == \old(s->sent) && s->received == \old(s->received);
    ensures has_time: s->ticks == \old(s->ticks) || s->ticks == 0;
    ensures gate: wp_ports != \old(wp_ports) ==>
        \old(buf[1]) <= 28 && \old(granted(s, buf[1])) && wp_ports == \old(wp_ports) + 1;
    ensures unknown: \old(buf[1]) >= 32 ==> \result == MSSL_STATUS_UNKNOWN && s->fill == 0;
    ensures denied: \old(buf[1]) < 32 && \old(buf[1]) != 29 && \old(buf[1]) != 30
        && !\old(granted(s, buf[1])) ==> \result == MSSL_STATUS_DENIED && s->fill == 0; */
uint8_t mssl_dev_task_run(struct mssl_dev_session *s, uint8_t *buf, uint8_t n);

/* The states ask no more of it. */
/*@ requires apart(s, buf) && s->state == 1 && hello_len_of(buf[0]) > 0 && s->ticks == 0;
    assigns \result, *s, buf[0 .. 172], wp_seeds, wp_seals, wp_seal_counter, wp_seal_n, wp_admits;
    ensures \result == 0 ==> s->ticks == 0;
    ensures \result != 0 ==> \result == 21 && s->state == 2 && s->ticks != 0 && wp_admits == \old(wp_admits) + 1; */
uint8_t mssl_dev_hello_consume(struct mssl_dev_session *s, uint8_t *buf);

/* -- Proved: wp.py has the list, and looks that it is this one -- */

/*@ assigns \nothing;
    ensures (len == 44 || len == 76 || len == 108 || len == 140) ==> \result == len + 1;
    ensures !(len == 44 || len == 76 || len == 108 || len == 140) ==> \result == 0; */
uint8_t mssl_dev_hello_size(uint8_t len);

/*@ requires apart: \valid(s) && \valid(buf + (0 .. n + 8)) && \separated(s, buf + (0 .. n + 8))
        && \separated(s, &wp_seals, &wp_seal_counter, &wp_seal_n);
    requires record_len(n) > 0;
    assigns buf[0 .. n + 8], s->sent, wp_seals, wp_seal_counter, wp_seal_n;
    ensures \result == n + 9;
    ensures one_number_a_record: wp_seal_counter == \old(s->sent) && s->sent == (uint16_t)(\old(s->sent) + 1);
    ensures wp_seals == \old(wp_seals) + 1 && wp_seal_n == n; */
uint8_t mssl_dev_record_seal(struct mssl_dev_session *s, uint8_t *buf, uint8_t n);

/*@ requires apart(s, buf) && record_len(buf[0]) > 0 && (s->state == 2 || s->state == 3) && s->ticks == 0;
    requires s->fill <= 141;
    assigns \result, *s, buf[0 .. 136], wp_authentic, wp_opens, wp_open_counter, wp_seals, wp_seal_counter,
        wp_seal_n, wp_ports, wp_runs;
    ensures own_number: wp_opens == \old(wp_opens) + 1 && wp_open_counter == \old(s->received)
        && s->received == (uint16_t)(\old(s->received) + 1);
    ensures forged: wp_authentic == 0 ==> \result == 0 && s->ticks == 0 && wp_ports == \old(wp_ports)
        && wp_seals == \old(wp_seals);
    ensures close: wp_authentic != 0 && (\old(buf[0]) == 0 || \old(last(s))) ==>
        \result == 9 && wp_seal_n == 0 && s->ticks == 0 && wp_ports == \old(wp_ports);
    ensures command: wp_authentic != 0 && \old(buf[0]) != 0 && !\old(last(s)) ==>
        s->state == 3 && wp_seals == \old(wp_seals) + 1 && (\result == 0 || \result == wp_seal_n + 9);
    ensures once: wp_ports == \old(wp_ports) || wp_ports == \old(wp_ports) + 1;
    ensures fits_the_buffer: \result <= 137;
    ensures a_state: s->state == 2 || s->state == 3;
    ensures has_time: s->ticks != 0 ==> s->state == 3;
    ensures proven: \old(s->state) == 2 && s->state == 3 ==> wp_authentic == 1; */
uint8_t mssl_dev_record_consume(struct mssl_dev_session *s, uint8_t *buf);

/*@ requires apart(s, buf) && between(s, buf);
    assigns \result, *s, buf[0 .. 172], wp_authentic, wp_opens, wp_open_counter, wp_seals, wp_seal_counter,
        wp_seal_n, wp_ports, wp_runs, wp_seeds, wp_admits;
    ensures again: between(s, buf);
    ensures fits_the_buffer: \result <= 137;
    ensures once: wp_ports == \old(wp_ports) || wp_ports == \old(wp_ports) + 1;
    ensures closed: \old(s->state) == 0 ==> \result == 0 && *s == \old(*s) && buf[0] == \old(buf[0]);
    ensures more: \old(s->state) != 0 && \old(s->fill) + 1 <
            size_of(\old(s->state), \old(s->fill) == 0 ? byte : \old(buf[0])) ==>
        \result == 0 && s->fill == \old(s->fill) + 1 && buf[\old(s->fill)] == byte && s->state == \old(s->state)
        && s->ticks == \old(s->ticks) && wp_opens == \old(wp_opens) && wp_seals == \old(wp_seals);
    ensures bad_length: \old(s->state) != 0 && \old(s->fill) == 0 && size_of(\old(s->state), byte) == 0 ==>
        \result == 0 && s->state == 0 && wp_opens == \old(wp_opens) && wp_seals == \old(wp_seals);
    ensures hello: \old(s->state) == 1 ==> (s->state == 0 && \result == 0)
        || (s->state == 1 && \result == 0) || (s->state == 2 && \result == 21);
    ensures no_way_back: \old(s->state) >= 2 ==> s->state == 0 || s->state == 3 || s->state == \old(s->state);
    ensures proof_first: \old(s->state) <= 1 ==> wp_ports == \old(wp_ports) && wp_opens == \old(wp_opens);
    ensures proven: \old(s->state) == 2 && s->state == 3 ==> wp_authentic == 1; */
uint8_t mssl_dev_input(struct mssl_dev_session *s, uint8_t *buf, uint8_t byte);

/*@ requires apart(s, buf) && between(s, buf);
    assigns \result, *s, buf[0 .. 8], wp_seals, wp_seal_counter, wp_seal_n;
    ensures again: s->state == 0 ==> s->fill == 0;
    ensures closed: \old(s->state) == 0 ==> \result == 0 && *s == \old(*s);
    ensures time_left: \old(s->state) != 0 && \old(s->ticks) > 1 ==> \result == 0
        && s->ticks == \old(s->ticks) - 1 && s->state == \old(s->state) && s->fill == \old(s->fill);
    ensures over: \old(s->state) != 0 && \old(s->ticks) == 1 ==> s->state == 0;
    ensures silence_before_welcome: \old(s->state) <= 1 ==> \result == 0 && wp_seals == \old(wp_seals);
    ensures a_close: \result != 0 ==> \result == 9 && wp_seal_n == 0; */
uint8_t mssl_dev_tick(struct mssl_dev_session *s, uint8_t *buf);

/*@ requires \valid_read(s);
    assigns \nothing;
    ensures \result != 0 <==> s->state == 3 && s->fill == 0 && !last(s) && task <= 28 && granted(s, task); */
uint8_t mssl_dev_event_ready(const struct mssl_dev_session *s, uint8_t task);

/*@ requires apart(s, buf) && len <= 127;
    assigns \result, buf[0 .. 136], s->sent, wp_seals, wp_seal_counter, wp_seal_n;
    ensures not_ready: !\old(s->state == 3 && s->fill == 0 && !last(s) && task <= 28 && granted(s, task)) ==>
        \result == 0 && wp_seals == \old(wp_seals) && s->sent == \old(s->sent);
    ensures ready: \old(s->state == 3 && s->fill == 0 && !last(s) && task <= 28 && granted(s, task)) ==>
        \result == wp_seal_n + 9 && wp_seals == \old(wp_seals) + 1; */
uint8_t mssl_dev_event(struct mssl_dev_session *s, uint8_t *buf, uint8_t task, uint8_t len);

/* A block of a HELLO: M-6.12 to M-6.15. */
/*@ requires \valid_read(block + (0 .. 31));
    assigns \nothing;
    ensures \result != 0 <==> block[MSSL_G_TYPE] == type && block[MSSL_G_SLOT] < 16
        && (block[MSSL_G_ADDRESS_KIND] == 0 && block[MSSL_G_ADDRESS_LEN] <= 4
            || block[MSSL_G_ADDRESS_KIND] == 4 && block[MSSL_G_ADDRESS_LEN] <= 6); */
static uint8_t block_is_formed(const uint8_t *block, uint8_t type);

#endif
