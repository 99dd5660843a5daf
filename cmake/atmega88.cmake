# SPDX-License-Identifier: ISC
# ATmega88: 8 KB of flash, 1 KB of RAM, 512 bytes of EEPROM: the firmware with
# the signature option just fits, and nothing but the firmware is built for it.
set(MSSL_CHIP atmega88)
set(MSSL_CHIP_SESSIONS 1)
set(MSSL_CHIP_FLASH 8192)
set(MSSL_CHIP_FIRMWARE_ONLY ON)
include(${CMAKE_CURRENT_LIST_DIR}/avr.cmake)
# It has no call and jmp, as rcall and rjmp reach all of its flash.
string(APPEND CMAKE_ASM_FLAGS_INIT " -Dcall=rcall -Djmp=rjmp")
