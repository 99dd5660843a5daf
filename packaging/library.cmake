# SPDX-License-Identifier: ISC
# libmssl, shared and static, of the very objects that the programs and tests link.
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(Threads REQUIRED)
set_target_properties(mssl_host PROPERTIES POSITION_INDEPENDENT_CODE ON)

# Only what libmssl.map lists can be called from outside.
add_library(mssl_shared SHARED $<TARGET_OBJECTS:mssl_host>)
set(map ${CMAKE_CURRENT_SOURCE_DIR}/libmssl.map)
set_target_properties(mssl_shared PROPERTIES OUTPUT_NAME mssl EXPORT_NAME mssl LINKER_LANGUAGE C
  VERSION ${PROJECT_VERSION} SOVERSION 0 LINK_DEPENDS ${map})
target_link_libraries(mssl_shared PRIVATE OpenSSL::Crypto Threads::Threads)
target_link_options(mssl_shared PRIVATE -Wl,--version-script=${map} -Wl,-Bsymbolic-functions
  -Wl,-z,nodelete)     # threads call its destructors when they end, dlclose or not
# Sanitizers resolve their own functions in the program.
if(NOT MSSL_SANITIZE)
  target_link_options(mssl_shared PRIVATE -Wl,--no-undefined)
endif()

add_library(mssl_static STATIC $<TARGET_OBJECTS:mssl_host>)
set_target_properties(mssl_static PROPERTIES OUTPUT_NAME mssl LINKER_LANGUAGE C)
target_link_libraries(mssl_static PRIVATE OpenSSL::Crypto Threads::Threads)

set(MSSL_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/mssl)
foreach(library mssl_shared mssl_static)
  target_include_directories(${library} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
install(TARGETS mssl_shared mssl_static EXPORT mssl-targets)
install(FILES ../host/mssl.h ../wire/mssl_wire.h TYPE INCLUDE)
install(EXPORT mssl-targets NAMESPACE mssl:: DESTINATION ${MSSL_CMAKE_DIR})
configure_package_config_file(cmake/mssl-config.cmake.in mssl-config.cmake
  INSTALL_DESTINATION ${MSSL_CMAKE_DIR} NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(mssl-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/mssl-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/mssl-config-version.cmake DESTINATION ${MSSL_CMAKE_DIR})

# mssl_install_pc(NAME FOLDER): the prefix is that of `cmake --install`, which may be
# another than configure's.
function(mssl_install_pc name folder)
  install(CODE "
    set(PROJECT_VERSION ${PROJECT_VERSION})
    set(LIBDIR \"${CMAKE_INSTALL_LIBDIR}\")
    set(INCLUDEDIR \"${CMAKE_INSTALL_INCLUDEDIR}\")
    set(MSSL_DATA_DIR \"${MSSL_DATA_DIR}\")
    configure_file(\"${CMAKE_CURRENT_SOURCE_DIR}/pkgconfig/${name}.in\" \"${CMAKE_CURRENT_BINARY_DIR}/${name}\" @ONLY)
    file(INSTALL \"${CMAKE_CURRENT_BINARY_DIR}/${name}\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${folder}\")")
endfunction()
mssl_install_pc(libmssl.pc ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
