# SPDX-License-Identifier: ISC
# ATmega168: 16 KB of flash, 1 KB of RAM, 512 bytes of EEPROM: one session.
set(MSSL_CHIP atmega168)
set(MSSL_CHIP_SESSIONS 1)
set(MSSL_CHIP_FLASH 16384)
include(${CMAKE_CURRENT_LIST_DIR}/avr.cmake)
