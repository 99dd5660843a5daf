# SPDX-License-Identifier: ISC
# ATmega328P: 32 KB of flash, 2 KB of RAM, 1 KB of EEPROM: several sessions.
set(MSSL_CHIP atmega328p)
set(MSSL_CHIP_SESSIONS 4)
set(MSSL_CHIP_FLASH 32768)
include(${CMAKE_CURRENT_LIST_DIR}/avr.cmake)
