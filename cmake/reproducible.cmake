# SPDX-License-Identifier: ISC
# The same sources give the same bytes in any folder: debug information names files
# from the root of the tree. avr-gcc 5 knows only the older option.
if(CMAKE_C_COMPILER_VERSION VERSION_LESS 8)
  set(map -fdebug-prefix-map=)
else()
  set(map -ffile-prefix-map=)
endif()
if(NOT MSSL_FUZZ)
  # The last one that fits counts, so the build's own folder comes second.
  add_compile_options(${map}${CMAKE_SOURCE_DIR}=. ${map}${CMAKE_BINARY_DIR}=build)
endif()
# Assembly: stabs, the default, name the compiler's temporary file and know no map.
add_compile_options($<$<COMPILE_LANGUAGE:ASM>:-gdwarf-2> $<$<COMPILE_LANGUAGE:ASM>:-pipe>)
