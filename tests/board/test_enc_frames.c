/* SPDX-License-Identifier: ISC */
/* The ENC28J60 model against the datasheet: receive ring and filters, transmission, strict rules of both. */
#include <string.h>
#include "cmocka_all.h"
#include "enc28j60_regs.h"
#include "enc_bench.h"

#define TX_START 0x1800

static struct enc_bench b;
static uint8_t frame[ENC28J60_FRAME_MAX];

static int started(void **state)
{
    (void)state;
    enc_bench_start(&b);
    return b.broken_count ? -1 : 0;
}

static uint8_t packets(void)
{
    uint8_t n;

    enc_bench_bank(&b, 1);
    n = enc_bench_get(&b, EPKTCNT);
    enc_bench_bank(&b, 0);
    return n;
}

static void hear(uint8_t last, uint16_t len)
{
    enc_bench_hear(&b, frame, enc_bench_frame(frame, last, len));
}

static void filter(uint8_t value)
{
    enc_bench_bank(&b, 1);
    enc_bench_set(&b, ERXFCON, value);
    enc_bench_bank(&b, 0);
}

static void write_frame(uint8_t control, uint16_t len)
{
    enc_bench_frame(frame, 9, len);
    enc_bench_set16(&b, EWRPT, TX_START);
    enc_bench_set16(&b, ETXST, TX_START);
    enc_bench_set16(&b, ETXND, (uint16_t)(TX_START + len));
    enc_bench_write(&b, &control, 1);
    enc_bench_write(&b, frame, len);
}

static void transmit(uint8_t control, uint16_t len)
{
    write_frame(control, len);
    enc_bench_bits_set(&b, ECON1, ECON1_TXRTS);
    enc_bench_wait(&b, 2000);
}

/* -- Reception -- */

static void frame_lies_in_the_ring_behind_pointer_and_status(void **state)
{
    uint8_t head[6], body[61];

    (void)state;
    hear(9, 61);
    assert_int_equal(packets(), 1);
    enc_bench_set16(&b, ERDPT, 0);
    enc_bench_read(&b, head, 6);
    enc_bench_read(&b, body, 61);
    assert_int_equal(head[0] | head[1] << 8, 6 + 65 + 1);   /* padded to even */
    assert_int_equal(head[2] | head[3] << 8, 65);           /* check sequence included */
    assert_int_equal(head[4], 0x80);
    assert_int_equal(head[5], 0);
    assert_memory_equal(body, frame, 61);
}

static void broadcast_is_marked_in_the_status(void **state)
{
    (void)state;
    enc_bench_frame(frame, 9, 60);
    memset(frame, 0xFF, 6);
    enc_bench_hear(&b, frame, 60);
    assert_int_equal(packets(), 1);
    assert_int_equal(b.chip.memory[5], 0x02);
}

static void pktdec_counts_down_and_clears_itself(void **state)
{
    (void)state;
    hear(9, 60);
    hear(9, 60);
    enc_bench_bits_set(&b, ECON2, ECON2_PKTDEC);
    assert_int_equal(packets(), 1);
    assert_int_equal(enc_bench_get(&b, ECON2), ECON2_AUTOINC);
    enc_bench_bits_set(&b, ECON2, ECON2_PKTDEC);
    assert_int_equal(b.broken_count, 0);
    enc_bench_bits_set(&b, ECON2, ECON2_PKTDEC);
    assert_non_null(strstr(b.broken, "PKTDEC"));
}

static void int_pin_follows_the_packet_count(void **state)
{
    (void)state;
    enc_bench_set(&b, EIE, EIE_INTIE | EIR_PKTIF);
    assert_int_equal(b.int_level, 1);
    hear(9, 60);
    assert_int_equal(b.int_level, 0);
    assert_int_equal(enc_bench_get(&b, EIR) & EIR_PKTIF, EIR_PKTIF);
    enc_bench_bits_clear(&b, EIE, EIE_INTIE);
    assert_int_equal(b.int_level, 1);
    enc_bench_bits_set(&b, EIE, EIE_INTIE);
    enc_bench_bits_set(&b, ECON2, ECON2_PKTDEC);
    assert_int_equal(b.int_level, 1);
}

static void frame_for_another_station_is_filtered(void **state)
{
    (void)state;
    hear(8, 60);
    assert_int_equal(packets(), 0);
}

static void every_byte_of_the_address_counts(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        enc_bench_frame(frame, 9, 60);
        frame[i] ^= 0x40;
        enc_bench_hear(&b, frame, 60);
    }
    assert_int_equal(packets(), 0);
}

static void no_filter_takes_everything(void **state)
{
    (void)state;
    filter(0);
    hear(8, 60);
    assert_int_equal(packets(), 1);
}

static void multicast_needs_its_filter(void **state)
{
    (void)state;
    enc_bench_frame(frame, 1, 60);
    memcpy(frame, "\x01\x00\x5e\x00\x00\x01", 6);
    enc_bench_hear(&b, frame, 60);
    assert_int_equal(packets(), 0);
    filter(ERXFCON_UCEN | ERXFCON_CRCEN | ERXFCON_MCEN);
    enc_bench_hear(&b, frame, 60);
    assert_int_equal(packets(), 1);
}

static void and_wants_every_enabled_filter(void **state)
{
    (void)state;
    filter(ERXFCON_ANDOR | ERXFCON_UCEN | ERXFCON_BCEN);
    hear(9, 60);
    assert_int_equal(packets(), 0);
}

static void bad_check_sequence_is_dropped_while_crcen(void **state)
{
    (void)state;
    hear(9, 60);
    frame[62] ^= 1;
    enc28j60_receive(&b.chip, frame, 64);
    assert_int_equal(packets(), 1);
    filter(ERXFCON_UCEN);
    enc28j60_receive(&b.chip, frame, 64);
    assert_int_equal(packets(), 2);
    assert_int_equal(b.chip.memory[70 + 4], 0x10);      /* CRC error, not received OK */
}

static void nothing_is_received_before_rxen_or_without_a_cable(void **state)
{
    (void)state;
    enc28j60_link(&b.chip, 0);
    hear(9, 60);
    enc28j60_link(&b.chip, 1);
    enc_bench_bits_clear(&b, ECON1, ECON1_RXEN);
    hear(9, 60);
    assert_int_equal(packets(), 0);
}

/* The ring holds 0x1800 bytes; one of 1514 takes 6 + 1518. */
static void full_ring_drops_and_says_so(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        hear(9, 1514);
    assert_int_equal(packets(), 4);
    assert_int_equal(enc_bench_get(&b, EIR) & EIR_RXERIF, 0);
    hear(9, 60);
    assert_int_equal(packets(), 4);
    assert_int_equal(enc_bench_get(&b, EIR) & EIR_RXERIF, EIR_RXERIF);
    assert_int_equal(enc_bench_get(&b, ESTAT) & ESTAT_BUFER, ESTAT_BUFER);
}

static void freed_space_is_used_again_across_the_ring_s_end(void **state)
{
    uint8_t head[6];
    uint16_t at = 0;

    (void)state;
    for (int i = 0; i < 20; i++) {
        hear(9, 1514);
        assert_int_equal(packets(), 1);
        enc_bench_set16(&b, ERDPT, at);
        enc_bench_read(&b, head, 6);
        assert_int_equal(head[2] | head[3] << 8, 1518);
        at = (uint16_t)(head[0] | head[1] << 8);
        assert_int_equal(at & 1, 0);
        enc_bench_set16(&b, ERXRDPT, at ? (uint16_t)(at - 1) : 0x17FF);
        enc_bench_bits_set(&b, ECON2, ECON2_PKTDEC);
    }
    assert_int_equal(b.broken_count, 0);
}

static void even_erxrdpt_is_reported(void **state)
{
    (void)state;
    enc_bench_set16(&b, ERXRDPT, 0x0100);
    assert_non_null(strstr(b.broken, "errata 14"));
}

static void erxrdpt_outside_the_ring_is_reported(void **state)
{
    (void)state;
    enc_bench_set16(&b, ERXRDPT, 0x1801);
    assert_non_null(strstr(b.broken, "receive ring"));
}

static void ring_that_does_not_begin_at_0_is_reported(void **state)
{
    (void)state;
    enc_bench_bits_clear(&b, ECON1, ECON1_RXEN);
    enc_bench_set16(&b, ERXST, 0x0100);
    enc_bench_bits_set(&b, ECON1, ECON1_RXEN);
    assert_non_null(strstr(b.broken, "errata 5"));
}

static void moving_the_ring_during_reception_is_reported(void **state)
{
    (void)state;
    enc_bench_set(&b, ERXND, 0xFF);
    assert_non_null(strstr(b.broken, "ERXND"));
}

/* -- Transmission -- */

static void frame_goes_out_padded_with_its_check_sequence(void **state)
{
    uint32_t fcs;

    (void)state;
    transmit(0, 42);
    assert_int_equal(b.sent_count, 1);
    assert_int_equal(b.sent_len, 64);
    assert_memory_equal(b.sent, frame, 42);
    for (int i = 42; i < 60; i++)
        assert_int_equal(b.sent[i], 0);
    fcs = enc28j60_crc32(b.sent, 60);
    assert_int_equal(b.sent[60], fcs & 0xFF);
    assert_int_equal(b.sent[63], fcs >> 24);
    assert_int_equal(b.broken_count, 0);
}

static void txrts_falls_when_the_last_bit_is_out(void **state)
{
    (void)state;
    write_frame(0, 60);
    enc_bench_bits_set(&b, ECON1, ECON1_TXRTS);
    enc_bench_wait(&b, 66);                             /* 84 byte times of 0.8 us */
    assert_int_equal(enc_bench_get(&b, ECON1) & ECON1_TXRTS, ECON1_TXRTS);
    assert_int_equal(b.sent_count, 0);
    enc_bench_wait(&b, 2);
    assert_int_equal(enc_bench_get(&b, ECON1) & ECON1_TXRTS, 0);
    assert_int_equal(enc_bench_get(&b, EIR) & (EIR_TXIF | EIR_TXERIF), EIR_TXIF);
    assert_int_equal(b.sent_count, 1);
}

static void status_vector_follows_the_frame(void **state)
{
    const uint8_t *v = b.chip.memory + TX_START + 60 + 1;

    (void)state;
    transmit(0, 60);
    assert_int_equal(v[0] | v[1] << 8, 64);
    assert_int_equal(v[2], 0x80);
}

static void control_byte_overrides_macon3(void **state)
{
    (void)state;
    transmit(0x01, 42);                                 /* neither padding nor check sequence */
    assert_int_equal(b.sent_len, 42);
    transmit(0x03, 42);
    assert_int_equal(b.sent_len, 46);
    transmit(0x07, 42);
    assert_int_equal(b.sent_len, 64);
}

static void frame_beyond_mamxfl_is_aborted_and_then_wants_txrst(void **state)
{
    (void)state;
    transmit(0, 1515);
    assert_int_equal(b.sent_count, 0);
    assert_int_equal(enc_bench_get(&b, EIR) & EIR_TXERIF, EIR_TXERIF);
    assert_int_equal(enc_bench_get(&b, ESTAT) & ESTAT_TXABRT, ESTAT_TXABRT);
    assert_int_equal(b.broken_count, 0);
    transmit(0, 60);
    assert_non_null(strstr(b.broken, "errata 12"));
}

static void txrst_after_an_abort_makes_transmission_good_again(void **state)
{
    (void)state;
    transmit(0, 1515);
    enc_bench_bits_set(&b, ECON1, ECON1_TXRST);
    enc_bench_bits_clear(&b, ECON1, ECON1_TXRST);
    transmit(0, 60);
    assert_int_equal(b.sent_count, 1);
    assert_int_equal(b.broken_count, 0);
}

static void transmit_area_in_the_ring_is_reported(void **state)
{
    (void)state;
    enc_bench_set16(&b, ETXST, 0x1700);
    enc_bench_set16(&b, ETXND, 0x1740);
    enc_bench_bits_set(&b, ECON1, ECON1_TXRTS);
    assert_non_null(strstr(b.broken, "overlap"));
}

static void status_vector_behind_the_memory_is_reported(void **state)
{
    (void)state;
    enc_bench_set16(&b, ETXST, 0x1F00);
    enc_bench_set16(&b, ETXND, 0x1FFC);
    enc_bench_bits_set(&b, ECON1, ECON1_TXRTS);
    assert_non_null(strstr(b.broken, "behind the memory"));
}

static void duplex_of_mac_and_phy_must_agree(void **state)
{
    (void)state;
    enc_bench_phy_write(&b, PHCON1, 0);
    enc_bench_bank(&b, 0);
    transmit(0, 60);
    assert_non_null(strstr(b.broken, "FULDPX"));
}

static void half_duplex_hears_itself_unless_hdldis(void **state)
{
    (void)state;
    enc_bench_phy_write(&b, PHCON1, 0);
    enc_bench_set(&b, MACON3, 0x32);
    enc_bench_bank(&b, 0);
    transmit(0, 60);
    assert_int_equal(packets(), 1);
    enc_bench_phy_write(&b, PHCON2, PHCON2_HDLDIS);
    enc_bench_bank(&b, 0);
    transmit(0, 60);
    assert_int_equal(packets(), 1);
    assert_int_equal(b.broken_count, 0);
}

/* IEEE 802.3's CRC of "123456789". */
static void crc_has_its_known_answer(void **state)
{
    (void)state;
    assert_int_equal(enc28j60_crc32((const uint8_t *)"123456789", 9), 0xCBF43926);
}

#define T(f) cmocka_unit_test_setup(f, started)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(frame_lies_in_the_ring_behind_pointer_and_status), T(broadcast_is_marked_in_the_status),
        T(pktdec_counts_down_and_clears_itself), T(int_pin_follows_the_packet_count),
        T(frame_for_another_station_is_filtered), T(every_byte_of_the_address_counts),
        T(no_filter_takes_everything), T(multicast_needs_its_filter), T(and_wants_every_enabled_filter),
        T(bad_check_sequence_is_dropped_while_crcen), T(nothing_is_received_before_rxen_or_without_a_cable),
        T(full_ring_drops_and_says_so), T(freed_space_is_used_again_across_the_ring_s_end),
        T(even_erxrdpt_is_reported), T(erxrdpt_outside_the_ring_is_reported),
        T(ring_that_does_not_begin_at_0_is_reported), T(moving_the_ring_during_reception_is_reported),
        T(frame_goes_out_padded_with_its_check_sequence), T(txrts_falls_when_the_last_bit_is_out),
        T(status_vector_follows_the_frame), T(control_byte_overrides_macon3),
        T(frame_beyond_mamxfl_is_aborted_and_then_wants_txrst),
        T(txrst_after_an_abort_makes_transmission_good_again), T(transmit_area_in_the_ring_is_reported),
        T(status_vector_behind_the_memory_is_reported), T(duplex_of_mac_and_phy_must_agree),
        T(half_duplex_hears_itself_unless_hdldis), T(crc_has_its_known_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
