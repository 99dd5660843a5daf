#!/bin/sh
# SPDX-License-Identifier: ISC
# soak.sh PROGRAMS FIRMWARES SESSIONS SEED: a soak run. Seven tenths of the sessions
# go to a native device with four sessions, the rest to one with one; and a two
# thousandth of them, 100 at the least, to each chip's firmware on the virtual board.
set -u
programs=$1 firmwares=$2 sessions=$3 seed=$4
board=$((sessions / 2000))
[ "$board" -ge 100 ] || board=100
failed=0

run() {
    echo "soak: $*"
    "$programs/$@" || failed=$((failed + 1))
}

run soak_native_4 $((sessions * 7 / 10)) "$seed"
run soak_native_1 $((sessions * 3 / 10)) $((seed + 1))
run soak_board "$board" "$seed" "$firmwares/atmega168/firmware/mssl-firmware.elf"
run soak_board "$board" "$seed" "$firmwares/atmega328p/firmware/mssl-firmware.elf"
if [ "$failed" -ne 0 ]; then
    echo "soak: FAILED: $failed of 4 runs"
    exit 1
fi
echo "soak: all ok: $sessions sessions natively, $board on each chip's firmware, seed $seed"
