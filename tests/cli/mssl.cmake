# SPDX-License-Identifier: ISC
# mssl against bad files, bad networks, and the device core behind a port.
mssl_device_library(native_device_core SESSIONS 4 RESTRICTIONS 3 EVENTS)
add_executable(native_device ${CMAKE_SOURCE_DIR}/tests/support/native_device.c)
target_link_libraries(native_device PRIVATE native_device_core)
target_compile_definitions(native_device PRIVATE _POSIX_C_SOURCE=200809L)

foreach(what files network device enrol person signal)
  add_test(NAME cli_mssl_${what}
    COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/mssl_${what}_test.py)
  set_tests_properties(cli_mssl_${what} PROPERTIES TIMEOUT 240 ENVIRONMENT
    "MSSL_PROGRAM=$<TARGET_FILE:mssl>;MSSL_NATIVE_DEVICE=$<TARGET_FILE:native_device>")
endforeach()
