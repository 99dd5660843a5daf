# SPDX-License-Identifier: ISC
# The independent tests of the core: written from docs/PROTOCOL.md, with a model
# host on OpenSSL, so that they share no code with core or libmssl.
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
set(support ${CMAKE_SOURCE_DIR}/tests/support)

mssl_device_library(mssl_device_plain)
mssl_device_library(mssl_device_many SESSIONS 3 RESTRICTIONS 1 EVENTS)
mssl_device_library(mssl_device_two SESSIONS 2 RESTRICTIONS 1 EVENTS)
mssl_device_library(mssl_device_unit RESTRICTIONS 3 EVENTS ONE_UNIT)
mssl_device_library(mssl_device_line)
target_compile_definitions(mssl_device_line PUBLIC MSSL_DEV_IPV4_MAX=0 MSSL_DEV_MAC_MAX=0)

# bench_test(NAME SOURCE CORE): a test of the core library CORE on the bench.
# The bench is compiled with it, since a session's struct depends on the core's options.
function(bench_test name source core)
  cmake_parse_arguments(arg "" "VECTORS" "" ${ARGN})
  if(NOT arg_VECTORS)
    set(arg_VECTORS ${CMAKE_SOURCE_DIR}/wire/vectors)
  endif()
  mssl_test(device_${name} ${source} ${support}/bench.c ${support}/model.c
    ${support}/ram_port.c ${support}/vectors.c LIBS ${core} OpenSSL::Crypto)
  target_include_directories(device_${name} PRIVATE ${support})
  target_compile_definitions(device_${name} PRIVATE MSSL_VECTORS="${arg_VECTORS}")
  target_link_options(device_${name} PRIVATE LINKER:--wrap=mssl_dev_aes)
endfunction()

# Each of these also with the core as chips compile it, as one unit.
foreach(name vectors_core refusal_vectors refusal_hello refusal_address refusal_record
    session_close session_timers session_tasks session_counter session_wipe
    session_restrictions session_events admin_revoke admin_epoch nonce_cut nonce_store)
  bench_test(${name} ${CMAKE_CURRENT_LIST_DIR}/${name}.c mssl_device)
  bench_test(${name}_unit ${CMAKE_CURRENT_LIST_DIR}/${name}.c mssl_device_unit)
endforeach()
bench_test(refusal_plain ${CMAKE_CURRENT_LIST_DIR}/refusal_plain.c mssl_device_plain)
bench_test(refusal_transport ${CMAKE_CURRENT_LIST_DIR}/refusal_transport.c mssl_device_line)
bench_test(session_many ${CMAKE_CURRENT_LIST_DIR}/session_many.c mssl_device_many)
bench_test(session_two ${CMAKE_CURRENT_LIST_DIR}/session_many.c mssl_device_two)
bench_test(vectors_random ${CMAKE_CURRENT_LIST_DIR}/vectors_random.c mssl_device)

# NIST's vectors, from Debian's package, in our format.
foreach(kind aes ccm)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/cavp_${kind}.txt)
  add_custom_command(OUTPUT ${made}
    COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_LIST_DIR}/cavp_make.py ${kind} ${made}
    DEPENDS ${CMAKE_CURRENT_LIST_DIR}/cavp_make.py VERBATIM)
  bench_test(cavp_${kind} ${CMAKE_CURRENT_LIST_DIR}/cavp_${kind}.c mssl_device
    VECTORS ${CMAKE_CURRENT_BINARY_DIR})
  target_sources(device_cavp_${kind} PRIVATE ${made})
endforeach()
