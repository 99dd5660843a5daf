# SPDX-License-Identifier: ISC
# How a core is put together: for this tree, and installed for the trees of others.
set(mssl_device_avr ${CMAKE_CURRENT_LIST_DIR}/avr/mssl_avr_core.S
  ${CMAKE_CURRENT_LIST_DIR}/avr/mssl_avr_layout.c CACHE INTERNAL "The core in assembly")

# mssl_device_library(NAME [SESSIONS n] [RESTRICTIONS r] [EVENTS] [SIGNATURE] [ONE_UNIT] [ENGINE c|avr|own] [SBOX s]
#   [SHA256 s]):
# a static library of the core with the options of mssl_dev.h, which whoever
# links it sees too. Default: 1 session, no restrictions, no events, engine c.
# ENGINE own: who links brings mssl_dev_engine.h's functions. ENGINE avr: the whole core in
# assembly, SBOX and SHA256 table|computed. ONE_UNIT: C as chips compile it, 3 to 4 % smaller.
# SIGNATURE: on a chip who links brings the RSA check, since the board decides where
# operands lie.
function(mssl_device_library name)
  set(mssl_device_dir ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  set(mssl_device_policy store nonce hello record task admin session)
  set(mssl_device_engine_c engine_aes engine_f engine_ccm engine_wipe)
  cmake_parse_arguments(arg "EVENTS;SIGNATURE;ONE_UNIT" "SESSIONS;RESTRICTIONS;ENGINE;SBOX;SHA256" "" ${ARGN})
  foreach(option SESSIONS=1 RESTRICTIONS=0 ENGINE=c SBOX=table SHA256=table)
    string(REPLACE "=" ";" option ${option})
    list(GET option 0 key)
    if(NOT DEFINED arg_${key})
      list(GET option 1 arg_${key})
    endif()
  endforeach()

  set(files)
  if(arg_EVENTS AND NOT (arg_ONE_UNIT AND arg_ENGINE STREQUAL c))
    list(APPEND files event)
  endif()
  if(arg_ENGINE STREQUAL c)
    list(APPEND files ${mssl_device_engine_c})
  endif()
  if(NOT arg_ENGINE STREQUAL avr)
    if(arg_ONE_UNIT)
      list(APPEND files one)
    else()
      list(APPEND files ${mssl_device_policy})
    endif()
  endif()
  if(arg_SIGNATURE)
    if(NOT MSSL_CHIP)
      list(APPEND files signature sha256 rsa)
    elseif(NOT arg_ENGINE STREQUAL avr OR NOT arg_SESSIONS EQUAL 1 OR NOT MSSL_RSA_BITS EQUAL 2048)
      list(APPEND files signature)      # else in assembly: mssl_avr_options.h
    endif()
  endif()
  list(TRANSFORM files REPLACE "(.+)" "${mssl_device_dir}/mssl_dev_\\1.c")
  if(arg_ENGINE STREQUAL avr)
    list(APPEND files ${mssl_device_avr})
    if(arg_SBOX STREQUAL computed)
      list(APPEND files ${mssl_device_dir}/avr/mssl_avr_sbox_computed.S)
    else()
      list(APPEND files ${mssl_device_dir}/avr/mssl_avr_sbox.S)
    endif()
  elseif(MSSL_CHIP)
    list(APPEND files ${mssl_device_dir}/avr/mssl_avr_eeprom.S)
  endif()
  if(arg_SIGNATURE AND MSSL_CHIP)
    if(arg_SHA256 STREQUAL computed)
      list(APPEND files ${mssl_device_dir}/avr/mssl_avr_sha256_computed.S)
    else()
      list(APPEND files ${mssl_device_dir}/avr/mssl_avr_sha256.S)
    endif()
  endif()

  add_library(${name} STATIC ${files})
  target_include_directories(${name} PUBLIC ${mssl_device_dir})
  target_link_libraries(${name} PUBLIC mssl_wire)
  target_compile_definitions(${name} PUBLIC
    MSSL_DEV_SESSIONS=${arg_SESSIONS} MSSL_DEV_RESTRICTIONS=${arg_RESTRICTIONS})
  if(arg_SIGNATURE)
    target_compile_definitions(${name} PUBLIC MSSL_DEV_SIGNATURE=1)
    if(MSSL_RSA_BITS)
      target_compile_definitions(${name} PUBLIC MSSL_DEV_RSA_BITS=${MSSL_RSA_BITS})
    endif()
  endif()
  if(arg_SBOX STREQUAL computed)
    target_compile_definitions(${name} PRIVATE MSSL_SBOX_COMPUTED)
  endif()
  if(arg_ONE_UNIT AND arg_EVENTS)
    target_compile_definitions(${name} PRIVATE MSSL_DEV_EVENTS=1)
  endif()
endfunction()
