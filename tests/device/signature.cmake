# SPDX-License-Identifier: ISC
# The signature option: SHA-256 and the RSA check against outsiders' vectors.
add_executable(device_check subject_native.c ${support}/device_modulus.c ${check_sources}
  ${CMAKE_SOURCE_DIR}/device/mssl_dev_sha256.c ${CMAKE_SOURCE_DIR}/device/mssl_dev_rsa.c)
add_dependencies(device_check check_vectors)
target_include_directories(device_check PRIVATE ${support} ${CMAKE_SOURCE_DIR}/device)
target_compile_definitions(device_check PRIVATE MSSL_CHECK_VECTORS="${check_vectors}")
target_link_libraries(device_check PRIVATE mssl_wire OpenSSL::Crypto PkgConfig::CMOCKA)
add_test(NAME device_check COMMAND device_check)
set_tests_properties(device_check PROPERTIES TIMEOUT 600)
