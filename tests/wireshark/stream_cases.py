# SPDX-License-Identifier: ISC
"""Connections by hand, for streams_test.py: what a network may do to segments, what a
peer may do to the protocol, and each way a connection may end. CASES holds for each its
name, what must be found, options of its Connection and the function that fills it."""

import mssl_model as model
from capture import RST, SYN

LED, ADMIN, DESCRIBE, ENROL = b"\x01", b"\x1f", b"\x1d", b"\x1e"
OK, DENIED, FAILED = b"\0", b"\2", b"\6"
MESSAGES = ["HELLO", "WELCOME", "command led", "close", "answer led", "close", "end closed"]
CASES = []


def case(wanted, **options):
    """A function that fills a connection, and what must be found in it."""
    def keep(fill):
        CASES.append((fill.__name__, wanted, options, fill))
        return fill
    return keep


def streams(c):
    """The bytes of a whole session: the host's, the device's."""
    return (c.hello() + c.command(LED, b"on") + c.command(), c.welcome() + c.answer(OK, b"on") + c.answer())


@case(MESSAGES)
def one_byte_in_each_segment(c):
    host, device = streams(c)
    for i in range(45):
        c.host(host[i:i + 1])
    for i in range(21):
        c.device(device[i:i + 1])
    for i in range(45, len(host)):
        c.host(host[i:i + 1])
    for i in range(21, len(device)):
        c.device(device[i:i + 1])
    c.end(1)


@case(["HELLO", "WELCOME", "command led", "command adc", "close", "answer led", "answer adc", "close", "end closed"])
def all_of_a_direction_in_one_segment(c):
    c.greet()
    c.host(c.command(LED, b"on"), c.command(b"\2"), c.command())
    c.device(c.answer(OK, b"on"), c.answer(OK), c.answer())
    c.end(1)


@case(["HELLO", "WELCOME", "command led", "command led", "answer led", "answer led", "close", "close", "end closed"])
def segments_cut_across_records(c):
    host, device = c.command(LED, b"on") + c.command(LED, b"off") + c.command(), None
    c.greet()
    c.host(host[:5])
    c.host(host[5:20])
    c.host(host[20:34])
    device = c.answer(OK, b"on") + c.answer(OK, b"off") + c.answer()
    c.device(device[:20])
    c.device(device[20:34])
    c.host(host[34:])
    c.device(device[34:])
    c.end(1)


@case(MESSAGES[:3] + ["answer led", "close", "close", "end closed"])
def every_segment_comes_twice(c):
    host, device = streams(c)
    for side, data in ((0, host[:45]), (1, device[:21]), (0, host[45:62]), (1, device[21:38]), (0, host[62:]), (1, device[38:])):
        piece = c.cut(side, data)
        c.send(piece)
        c.send(piece)
    c.end(1)


@case(MESSAGES)
def segments_come_in_the_wrong_order(c):
    host, device = streams(c)
    c.host(host[:45])
    c.device(device[:21])
    first, second, third = c.cut(0, host[45:52]), c.cut(0, host[52:60]), c.cut(0, host[60:])
    for piece in (first, third, second):
        c.send(piece)
    c.device(device[21:])
    c.end(1)


@case(MESSAGES, isn=(2 ** 32 - 30, 2 ** 32 - 10))
def sequence_numbers_wrap(c):
    host, device = streams(c)
    for side, data in ((0, host[:45]), (1, device[:21]), (0, host[45:]), (1, device[21:])):
        c.send(c.cut(side, data))
    c.end(1)


@case(["HELLO", "WELCOME", "command led", "answer led", "record! bad_tag", "end record_tag"])
def a_record_is_replayed_in_its_connection(c):
    c.greet()
    record = c.command(LED, b"on")
    c.host(record)
    c.device(c.answer(OK))
    c.host(record)
    c.end(1)


@case(["HELLO", "WELCOME", "command led", "answer led", "end cut"])
def the_device_vanishes_after_its_answer(c):
    c.greet()
    c.host(c.command(LED))
    c.device(c.answer(OK))
    c.end(1)


@case(["HELLO", "WELCOME", "command led", "end not_answered"])
def the_device_vanishes_before_its_answer(c):
    c.greet()
    c.host(c.command(LED))
    c.end(1, RST)


@case(["HELLO", "WELCOME", "close", "end device_closed"])
def the_device_closes_an_idle_session(c):
    c.greet()
    c.device(c.answer())
    c.end(1)


@case(["HELLO", "WELCOME", "command enrol", "answer enrol", "close", "end enrol"])
def a_bad_signature_ends_the_session(c):
    c.greet()
    c.host(c.command(ENROL, b"\0\0\1x"))
    c.device(c.answer(FAILED), c.answer())
    c.end(1)


@case(["HELLO", "WELCOME", "command admin", "answer admin", "end admin"])
def an_admin_command_ends_the_session(c):
    c.greet()
    c.host(c.command(ADMIN, b"\x80"))
    c.device(c.answer(OK))
    c.end(1)


@case(["HELLO", "WELCOME", "command admin", "answer admin", "end cut"])
def a_refused_admin_command_does_not(c):
    c.greet()
    c.host(c.command(ADMIN, b"\0\1"))
    c.device(c.answer(DENIED))
    c.end(1)


@case(["HELLO", "WELCOME", "command led", "answer led", "end host_left"])
def the_host_leaves_without_a_close(c):
    c.greet()
    c.host(c.command(LED))
    c.device(c.answer(OK))
    c.end(0)


@case(["HELLO", "WELCOME", "close", "end host_closed"])
def the_host_does_not_wait_for_the_close(c):
    c.greet()
    c.host(c.command())
    c.end(0)


@case(["HELLO", "end host_left_early"])
def the_host_does_not_wait_for_welcome(c):
    c.host(c.hello())
    c.end(0)


@case(["HELLO", "WELCOME! bad_tag", "end device_tag"])
def the_host_meets_an_impostor(c):
    c.host(c.hello())
    welcome = c.welcome()
    c.device(welcome[:-1] + bytes([welcome[-1] ^ 1]))
    c.end(0)


@case(["end connection_refused"])
def no_session_is_free(c):
    c.end(1, RST)


@case(["end no_hello"])
def no_hello_comes_in_time(c):
    c.end(1)


@case(["end cut_hello"])
def half_a_hello_comes_in_time(c):
    c.host(c.hello()[:20])
    c.end(1)


@case(["HELLO", "end hello_refused"])
def a_hello_is_refused(c):
    c.host(c.hello())
    c.end(1)


@case(["malformed! hello_length", "end hello_length"])
def a_hello_has_a_length_that_none_has(c):
    c.host(bytes([45]) + bytes(45))
    c.host(bytes(100))
    c.end(1)


@case(["HELLO", "WELCOME", "malformed! record_length", "end record_length"])
def a_record_has_a_length_that_none_has(c):
    c.greet()
    c.host(bytes([24]) + bytes(32))
    c.end(1)


@case(["malformed! device_early", "end no_hello"])
def the_device_speaks_first(c):
    c.device(b"220 hello\r\n")
    c.end(1)


@case(["HELLO", "record! before_welcome", "WELCOME", "end not_answered"])
def the_host_speaks_before_welcome(c):
    c.host(c.hello(), c.command(LED))
    c.device(c.welcome())
    c.end(1)


@case(["HELLO", "WELCOME! welcome_record", "end cut"])
def the_record_in_welcome_is_not_empty(c):
    c.host(c.hello())
    welcome = c.welcome()
    c.device(welcome[:12] + b"\x08" + welcome[13:] + bytes(8))
    c.end(1)


@case(["HELLO", "WELCOME", "close", "close! after_close", "answer! not_asked", "event describe! task_range",
       "command 40! after_close task_range", "end not_answered"])
def records_that_no_peer_sends(c):
    c.greet()
    c.host(c.command(), c.command())
    c.device(c.answer(OK))
    c.device(c.answer(bytes([0x80 + 29]), b"x"))
    c.host(c.command(bytes([40])))
    c.end(1)


@case(["record! missing", "record! missing", "close", "end unknown"], syn=False)
def the_capture_begins_inside_a_session(c):
    c.host(c.command(LED, b"on"))
    c.device(c.answer(OK))
    c.host(c.command())
    c.end(1)


@case(["malformed! hello_length", "malformed! device_early"], syn=False)
def something_else_runs_on_the_port(c):
    c.host(b"GET / HTTP/1.1\r\n\r\n")
    c.device(b"HTTP/1.1 404\r\n\r\n")


@case(["HELLO", "WELCOME", "command led", "answer led", "end cut"], syn=False)
def the_syn_alone_is_missing(c):
    c.greet()
    c.host(c.command(LED))
    c.device(c.answer(OK))
    c.end(1)


@case(["HELLO", "WELCOME", "event led", "command led", "answer led", "event led"])
def events_come_between(c):
    c.greet()
    c.device(c.answer(b"\x81", b'quote " back \\ bell \x07'))
    c.host(c.command(LED, b"a\nb\xff"))
    c.device(c.answer(OK, b"\\x41"), c.answer(b"\x81"))


@case(["HELLO", "WELCOME", "command describe", "command describe", "answer describe", "answer describe",
       "command admin", "answer admin"])
def answers_are_of_their_commands(c):
    c.greet()
    c.host(c.command(DESCRIBE, b"\0"), c.command(DESCRIBE, b"\1\1"))
    c.device(c.answer(OK, b"\1\xff\0\0\x80\3"), c.answer(OK, b"led on|off"))
    c.host(c.command(ADMIN, b"\3\7"))
    c.device(c.answer(b"\3"))


@case(["HELLO", "HELLO", "WELCOME", "close", "end device_closed"])
def a_port_is_used_again(c):
    c.host(c.hello())
    c.next = [70000, 90000]
    for side in (0, 1):
        c.send((side, c.next[side], b""), SYN)
        c.next[side] += 1
    c.greet()
    c.device(c.answer())
    c.end(1)


FIELDS = {
    "slot": lambda b: b[:6] + b"\x10" + b[7:],
    "generation": lambda b: b[:7] + b"\xff" + b[8:],
    "address_kind": lambda b: b[:9] + b"\x01" + b[10:],
    "address_length": lambda b: b[:8] + b"\x05" + b[9:],
    "block_type": lambda b: b"\x21" + b[1:],
    "host_id": lambda b: b[:25] + b"Al\0ce\xff\0",
}
RESTRICTION = model.restriction(0, 0, tasks=[1], host="bob")


def refuse(name, blocks):
    @case([f"HELLO! {name}", "end hello_refused"], blocks=blocks)
    def fill(c):
        c.host(c.hello())
        c.end(1)
    CASES[-1] = (f"field_{name}_{len(blocks)}", *CASES[-1][1:3], fill)


GRANT = model.grant(9, 0xFFFFFFFF, 15, 254, tasks=range(32), mac=b"\2\0\0\0\0\7", prefix=3, host="a-_.z09", epoch=65535,
                    param=b"\1\2\3")
for key, spoil in FIELDS.items():
    if key != "address_length":
        refuse(key, [spoil(GRANT)])
    refuse(key, [GRANT, RESTRICTION, spoil(RESTRICTION), RESTRICTION])
refuse("reserved", [GRANT, RESTRICTION[:24] + b"\1" + RESTRICTION[25:]])
