# SPDX-License-Identifier: ISC
# mssl against bad files, bad networks, and the device core behind a port.
mssl_device_library(native_device_core SESSIONS 4 RESTRICTIONS 3 EVENTS)
mssl_device_library(signing_device_core SESSIONS 4 RESTRICTIONS 3 EVENTS SIGNATURE)
set(support ${CMAKE_SOURCE_DIR}/tests/support)
add_executable(native_device ${support}/native_device.c ${support}/native_no_modulus.c)
add_executable(signing_device
  ${support}/native_device.c ${support}/native_modulus.c ${support}/device_modulus.c)
foreach(device native signing)
  target_link_libraries(${device}_device PRIVATE ${device}_device_core)
  target_compile_definitions(${device}_device PRIVATE _POSIX_C_SOURCE=200809L)
endforeach()

foreach(what files names batch json keylog verbose ping watch examples network device enrol signing person signal)
  add_test(NAME cli_mssl_${what}
    COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/mssl_${what}_test.py)
  set_tests_properties(cli_mssl_${what} PROPERTIES TIMEOUT 240 ENVIRONMENT
    "MSSL_PROGRAM=$<TARGET_FILE:mssl>;MSSL_NATIVE_DEVICE=$<TARGET_FILE:native_device>;MSSL_SIGNING_DEVICE=$<TARGET_FILE:signing_device>;MSSL_AUTHORITY_PROGRAM=$<TARGET_FILE:mssl-authority>")
  if(MSSL_SANITIZE)
    set_property(TEST cli_mssl_${what} APPEND PROPERTY ENVIRONMENT MSSL_SANITIZED=1)
  endif()
endforeach()
