# SPDX-License-Identifier: ISC
# Programs, manual pages, licences and the documents that a user of the programs needs.
set(programs mssl mssl-authority)
file(GLOB pages CONFIGURE_DEPENDS ../docs/man/*.[15])
if(MSSL_VIRTUAL_BOARD)
  list(APPEND programs mssl-board)
else()
  list(FILTER pages EXCLUDE REGEX "/mssl-board\\.1$")
endif()
install(TARGETS ${programs} RUNTIME)
foreach(page IN LISTS pages)
  string(REGEX MATCH "[0-9]$" section ${page})
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

set(doc ${CMAKE_INSTALL_DATADIR}/doc/mssl)
install(FILES ../LICENSE ../CHANGELOG.md ../SECURITY.md ../docs/PROTOCOL.md ../docs/FORMATS.md
  DESTINATION ${doc})
if(MSSL_VIRTUAL_BOARD)
  install(FILES ../board/LICENSE DESTINATION ${doc} RENAME LICENSE.mssl-board)
endif()

# mssl tunnel: its units, and the task table that a server's grants are made for.
install(CODE "
  file(READ \"${CMAKE_CURRENT_SOURCE_DIR}/mssl-tunnel.service\" unit)
  string(REPLACE \"=/usr/bin/mssl \" \"=\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/mssl \" unit \"\${unit}\")
  file(WRITE \"${CMAKE_CURRENT_BINARY_DIR}/mssl-tunnel.service\" \"\${unit}\")
  file(INSTALL \"${CMAKE_CURRENT_BINARY_DIR}/mssl-tunnel.service\" \"${CMAKE_CURRENT_SOURCE_DIR}/mssl-tunnel.socket\"
    DESTINATION \"\${CMAKE_INSTALL_PREFIX}/lib/systemd/system\")")
install(FILES ../tunnel/tunnel.tasks DESTINATION ${MSSL_DATA_DIR})
