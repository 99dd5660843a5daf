# SPDX-License-Identifier: ISC
# The device core as sources: who builds for a chip has a compiler and options of his own.
set(MSSL_DEVICE_DIR ${MSSL_DATA_DIR}/device)
set(MSSL_DEVICE_CMAKE_DIR ${CMAKE_INSTALL_DATADIR}/cmake/mssl-device)

install(DIRECTORY ../device/ DESTINATION ${MSSL_DEVICE_DIR}
  FILES_MATCHING PATTERN "*.[chS]" PATTERN "*.inc" PATTERN "mssl_device_library.cmake")
install(FILES ../wire/mssl_wire.h ../wire/mssl_wire_check.c DESTINATION ${MSSL_DEVICE_DIR}/wire)
install(FILES ../cmake/avr.cmake ../cmake/atmega88.cmake ../cmake/atmega168.cmake
  ../cmake/atmega328p.cmake DESTINATION ${MSSL_DEVICE_DIR}/cmake)

configure_package_config_file(cmake/mssl-device-config.cmake.in mssl-device-config.cmake
  INSTALL_DESTINATION ${MSSL_DEVICE_CMAKE_DIR} PATH_VARS MSSL_DEVICE_DIR)
write_basic_package_version_file(mssl-device-config-version.cmake
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/mssl-device-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/mssl-device-config-version.cmake DESTINATION ${MSSL_DEVICE_CMAKE_DIR})
mssl_install_pc(mssl-device.pc ${CMAKE_INSTALL_DATADIR}/pkgconfig)
