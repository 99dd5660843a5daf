# SPDX-License-Identifier: ISC
# What all AVR chips share; a chip's file sets MSSL_CHIP and includes this.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR avr)
set(CMAKE_C_COMPILER avr-gcc)
set(CMAKE_ASM_COMPILER avr-gcc)
# What assembly includes counts as its source too.
set(CMAKE_ASM_DEPFILE_FORMAT gcc)
set(CMAKE_DEPFILE_FLAGS_ASM "-MD -MT <DEP_TARGET> -MF <DEP_FILE>")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(MSSL_F_CPU 16000000 CACHE STRING "Clock of the chip in Hz")
# Measured one by one on this code: see docs/DESIGN.md.
set(CMAKE_C_FLAGS_INIT "-mmcu=${MSSL_CHIP} -DF_CPU=${MSSL_F_CPU}UL -Os -g -mrelax \
-ffunction-sections -fdata-sections -fno-optimize-sibling-calls -fno-shrink-wrap \
-fno-tree-dominator-opts -fno-tree-vrp -fshort-enums -Wall -Wextra -Werror")
set(CMAKE_ASM_FLAGS_INIT "-mmcu=${MSSL_CHIP} -DF_CPU=${MSSL_F_CPU}UL -g -mrelax")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-mmcu=${MSSL_CHIP} -Wl,--gc-sections -mrelax")
