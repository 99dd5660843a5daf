#!/bin/sh
# SPDX-License-Identifier: ISC
# Writes the micro server's firmware to a real chip with avrdude: --help.
set -eu

usage()
{
    cat <<'END'
usage: firmware/flash.sh [OPTIONS]        or: make flash FLASH_ARGS="OPTIONS"

Writes build/CHIP/firmware/mssl-firmware.hex to the chip. The EEPROM, which
holds the device's secrets and what was revoked, stays as it is, as long as the
EESAVE fuse is programmed: give --fuses the first time.

  --chip CHIP        what is printed on it: atmega168 (default), atmega168p,
                     atmega88, atmega88p, atmega328 or atmega328p; a PA is a P,
                     an A has none
  --programmer NAME  avrdude's name of it (default usbasp)
  --port PORT        where it is (default: avrdude's)
  --firmware HEX     another file
  --modulus HEX      for firmware that checks signatures itself: the authority's
                     modulus (`mssl-authority device image --modulus`), needed at
                     every update unless it was built into the firmware
  --provision IMAGE  first provisioning: writes this EEPROM image too, made by
                     `mssl-authority device image`. The file is deleted before
                     the first attempt to write it, because no image may ever be
                     written twice; if the attempt fails, make a new one
  --fuses            writes the fuses: crystal, EESAVE, brownout at 4.3 V
  --lock             locks the chip at the end: nobody reads it out any more, and
                     a new firmware needs a chip erase, which EESAVE survives
  --yes              does not ask before --fuses, --lock and --provision
  --dry-run          only shows the avrdude lines

A first time:  firmware/flash.sh --fuses --provision porch.hex --lock
An update:     firmware/flash.sh --lock
Exit codes: 0 done, 1 usage or a file, 2 avrdude failed, 3 not confirmed.
END
}

die() { echo "flash: $1" >&2; exit "${2:-1}"; }

chip=atmega168 programmer=usbasp port= firmware= modulus= image= fuses= lock= yes= dry=
here=$(cd "$(dirname "$0")" && pwd)
while [ $# -gt 0 ]; do
    case $1 in
    --chip|--programmer|--port|--firmware|--modulus|--provision)
        [ $# -gt 1 ] || die "$1 needs a value: see --help"
        case $1 in
        --chip) chip=$2 ;;
        --programmer) programmer=$2 ;;
        --port) port=$2 ;;
        --firmware) firmware=$2 ;;
        --modulus) modulus=$2 ;;
        --provision) image=$2 ;;
        esac
        shift 2 ;;
    --fuses) fuses=1; shift ;;
    --lock) lock=1; shift ;;
    --yes) yes=1; shift ;;
    --dry-run) dry=1; shift ;;
    --help) usage; exit 0 ;;
    *) die "unknown option $1: see --help" ;;
    esac
done

# Fuses: crystal of 8 to 16 MHz and slow start; SPI programming, EESAVE and no
# boot loader; brownout at 4.3 V, so that the chip never runs, nor writes its
# EEPROM, below the voltage that 16 MHz need. M-11.5
# A chip with a P answers avrdude with another signature than the one without, and
# runs the same firmware. end: how addresses in the last 4 KB of the flash begin.
built=$chip low=0xff
case $chip in
atmega88)   part=m88   high=0xd4 extended=0xf9 end=1 ;;
atmega88p)  part=m88p  high=0xd4 extended=0xf9 end=1 built=atmega88 ;;
atmega168)  part=m168  high=0xd4 extended=0xf9 end=3 ;;
atmega168p) part=m168p high=0xd4 extended=0xf9 end=3 built=atmega168 ;;
atmega328)  part=m328  high=0xd1 extended=0xfc end=7 built=atmega328p ;;
atmega328p) part=m328p high=0xd1 extended=0xfc end=7 ;;
*) die "unknown chip $chip: see --help" ;;
esac
[ -n "$firmware" ] || firmware=$here/../build/$built/firmware/mssl-firmware.hex
[ -r "$firmware" ] || die "$firmware: not there or not readable: run make firmware"
[ -n "$dry" ] || command -v avrdude >/dev/null || die "avrdude is missing: apt-get install avrdude"
whole()
{
    grep -q '^:00000001FF' "$1" || die "$1: not a whole Intel HEX file: make a new one"
}

if [ -n "$modulus" ]; then
    [ -r "$modulus" ] || die "$modulus: not there or not readable: make one with mssl-authority device image --modulus"
    whole "$modulus"
    # Anywhere else the chip would not find it, and refuse every enrolment.
    grep -q "^:..$end" "$modulus" ||
        die "$modulus: not for an $built: make one with mssl-authority device image --modulus FILE --chip $built"
fi
if [ -n "$image" ]; then
    [ -f "$image" ] && [ -r "$image" ] || die "$image: not there or not readable: make one with mssl-authority device image"
    case $(stat -c %a "$image") in
    *00) ;;
    *) die "$image: others may read it: it is no secret any more, make a new one" ;;
    esac
    whole "$image"
fi

confirm()
{
    [ -z "$yes" ] && [ -z "$dry" ] || return 0
    printf '%s Type yes: ' "$1" >&2
    read -r answer || answer=
    [ "$answer" = yes ] || die "not confirmed: nothing more was done" 3
}

program()
{
    set -- avrdude -c "$programmer" -p "$part" ${port:+-P "$port"} "$@"
    echo "$*"
    [ -n "$dry" ] || "$@" || die "avrdude failed: look at the cable, the port and --programmer" 2
}

[ -z "$fuses" ] || confirm "Fuses for a 16 MHz crystal and 5 V: without that crystal the chip no longer answers."
[ -z "$image" ] || confirm "The EEPROM gets a new identity; $image is deleted."
[ -z "$lock" ] || confirm "The chip is locked afterwards."

[ -z "$fuses" ] || program -U lfuse:w:$low:m -U hfuse:w:$high:m -U efuse:w:$extended:m
program -U flash:w:"$firmware":i
[ -z "$modulus" ] || program -D -U flash:w:"$modulus":i
if [ -n "$image" ]; then
    if [ -n "$dry" ]; then
        program -D -U eeprom:w:-:i
    else        # M-11.4
        bytes=$(cat "$image")
        rm -- "$image" || die "$image: cannot be deleted, so it was not written"
        printf '%s\n' "$bytes" | program -D -U eeprom:w:-:i
    fi
fi
if [ -n "$lock" ]; then
    program -U lock:w:0xfc:m
else
    echo "flash: not locked: a programmer reads the keys of this chip; --lock, when it holds any" >&2
fi
