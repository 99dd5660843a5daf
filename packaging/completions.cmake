# SPDX-License-Identifier: ISC
# Completions of bash, zsh and fish, made of one table.
set(here ${CMAKE_CURRENT_SOURCE_DIR}/completions)
set(made ${CMAKE_CURRENT_BINARY_DIR}/completions)
file(GLOB makers CONFIGURE_DEPENDS ${here}/*.py ${here}/programs.table)
add_custom_command(OUTPUT ${made}/made
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${made}
  COMMAND /usr/bin/python3 -B ${here}/mk_completions.py ${made}
  COMMAND ${CMAKE_COMMAND} -E touch ${made}/made
  DEPENDS ${makers} VERBATIM)
add_custom_target(completions ALL DEPENDS ${made}/made)

# Where shells look depends on the system; these are the places that most read.
set(MSSL_BASH_DIR ${CMAKE_INSTALL_DATADIR}/bash-completion/completions CACHE STRING "For bash")
set(MSSL_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING "For zsh")
set(MSSL_FISH_DIR ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d CACHE STRING "For fish")
foreach(program IN LISTS programs)
  install(FILES ${made}/bash/${program} DESTINATION ${MSSL_BASH_DIR})
  install(FILES ${made}/zsh/_${program} DESTINATION ${MSSL_ZSH_DIR})
  install(FILES ${made}/fish/${program}.fish DESTINATION ${MSSL_FISH_DIR})
endforeach()
