# SPDX-License-Identifier: ISC
# The independent tests of the core: written from docs/PROTOCOL.md, with a model
# host on OpenSSL, so that they share no code with core or libmssl.
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
set(support ${CMAKE_SOURCE_DIR}/tests/support)

mssl_device_library(mssl_device_plain)
mssl_device_library(mssl_device_many SESSIONS 3 RESTRICTIONS 1 EVENTS)
mssl_device_library(mssl_device_unit RESTRICTIONS 3 EVENTS ONE_UNIT)

# bench_test(NAME SOURCE CORE): a test of the core library CORE on the bench.
# The bench is compiled with it, since a session's struct depends on the core's options.
function(bench_test name source core)
  mssl_test(device_${name} ${source} ${support}/bench.c ${support}/model.c
    ${support}/ram_port.c ${support}/vectors.c LIBS ${core} OpenSSL::Crypto)
  target_include_directories(device_${name} PRIVATE ${support})
  target_compile_definitions(device_${name} PRIVATE
    MSSL_VECTORS="${CMAKE_SOURCE_DIR}/wire/vectors")
  target_link_options(device_${name} PRIVATE LINKER:--wrap=mssl_dev_aes)
  # __wrap_ and __real_ are the linker's names, and cmocka's fail_msg returns for the compiler.
  target_compile_options(device_${name} PRIVATE -Wno-missing-prototypes)
endfunction()

foreach(name vectors_core refusal_vectors refusal_hello refusal_address refusal_record
    session_close session_timers session_tasks session_counter session_wipe
    session_restrictions session_events admin_revoke admin_epoch nonce_cut nonce_store)
  if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/${name}.c)
    bench_test(${name} ${CMAKE_CURRENT_LIST_DIR}/${name}.c mssl_device)
    bench_test(${name}_unit ${CMAKE_CURRENT_LIST_DIR}/${name}.c mssl_device_unit)
  endif()
endforeach()
foreach(pair refusal_plain=mssl_device_plain session_many=mssl_device_many)
  string(REPLACE "=" ";" pair ${pair})
  list(GET pair 0 name)
  list(GET pair 1 core)
  if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/${name}.c)
    bench_test(${name} ${CMAKE_CURRENT_LIST_DIR}/${name}.c ${core})
  endif()
endforeach()
