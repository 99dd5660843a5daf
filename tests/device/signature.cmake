# SPDX-License-Identifier: ISC
# The signature option: SHA-256 and the RSA check against outsiders' vectors.
foreach(bits 2048 3072 4096)
  foreach(extent check check_short)
    set(name device_${extent}_${bits})
    add_executable(${name} ${extent}.c subject_native.c ${support}/device_modulus.c ${check_sources}
      ${CMAKE_SOURCE_DIR}/device/mssl_dev_sha256.c ${CMAKE_SOURCE_DIR}/device/mssl_dev_rsa.c)
    add_dependencies(${name} check_vectors)
    target_include_directories(${name} PRIVATE ${support} ${CMAKE_SOURCE_DIR}/device)
    target_compile_definitions(${name} PRIVATE MSSL_CHECK_VECTORS="${check_vectors}"
      MSSL_DEV_RSA_BITS=${bits})
    target_link_libraries(${name} PRIVATE mssl_wire OpenSSL::Crypto PkgConfig::CMOCKA)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 600)
  endforeach()
endforeach()

mssl_device_library(mssl_device_signature RESTRICTIONS 3 EVENTS SIGNATURE)
mssl_device_library(mssl_device_signature_many SESSIONS 3 RESTRICTIONS 1 SIGNATURE)
mssl_device_library(mssl_device_signature_two SESSIONS 2 RESTRICTIONS 1 SIGNATURE)
mssl_device_library(mssl_device_signature_3072 SIGNATURE)
target_compile_definitions(mssl_device_signature_3072 PUBLIC MSSL_DEV_RSA_BITS=3072)
mssl_device_library(mssl_device_signature_unit RESTRICTIONS 3 EVENTS SIGNATURE ONE_UNIT)

function(enrol_test name source core)
  bench_test(${name} ${source} ${core})
  target_sources(device_${name} PRIVATE ${support}/enrol.c ${support}/device_modulus.c
    ${support}/rsa_key.c)
  target_link_options(device_${name} PRIVATE LINKER:--wrap=mssl_dev_sha256_replace)
endfunction()

foreach(name signature_enrol signature_refusal)
  enrol_test(${name} ${CMAKE_CURRENT_LIST_DIR}/${name}.c mssl_device_signature)
  enrol_test(${name}_unit ${CMAKE_CURRENT_LIST_DIR}/${name}.c mssl_device_signature_unit)
endforeach()
enrol_test(signature_many ${CMAKE_CURRENT_LIST_DIR}/signature_many.c mssl_device_signature_many)
enrol_test(signature_two ${CMAKE_CURRENT_LIST_DIR}/signature_many.c mssl_device_signature_two)
enrol_test(signature_long ${CMAKE_CURRENT_LIST_DIR}/signature_long.c mssl_device_signature_3072)
