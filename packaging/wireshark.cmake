# SPDX-License-Identifier: ISC
# The dissector. Wireshark runs each Lua file of its plugins folder, so there lies only
# one that names the dissector, whose parts are elsewhere.
set(parts ${CMAKE_INSTALL_DATADIR}/mssl/wireshark)
set(plugins ${CMAKE_INSTALL_LIBDIR}/wireshark/plugins)
install(DIRECTORY ../wireshark/ DESTINATION ${parts} FILES_MATCHING PATTERN "*.lua" PATTERN samples EXCLUDE)
install(CODE "
  file(WRITE \"${CMAKE_CURRENT_BINARY_DIR}/mssl.lua\"
    \"-- SPDX-License-Identifier: ISC\\ndofile(\\\"\${CMAKE_INSTALL_PREFIX}/${parts}/mssl.lua\\\")\\n\")
  file(INSTALL \"${CMAKE_CURRENT_BINARY_DIR}/mssl.lua\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${plugins}\")")
