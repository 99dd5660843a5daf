# SPDX-License-Identifier: ISC
# The firmware of a chip, for mssl-board and for a programmer: its build's own install.
include(GNUInstallDirs)
set(to ${CMAKE_INSTALL_DATADIR}/mssl/firmware)
foreach(name mssl-firmware mssl-firmware-signature)
  install(FILES ${CMAKE_BINARY_DIR}/firmware/${name}.elf ${CMAKE_BINARY_DIR}/firmware/${name}.hex
    DESTINATION ${to}/${MSSL_CHIP})
endforeach()
install(FILES ${CMAKE_SOURCE_DIR}/firmware/tasks.table DESTINATION ${to})
