# SPDX-License-Identifier: ISC
# How the fuzz targets are compiled. libFuzzer's own set of instrumentation also
# traces every comparison, those of the sanitizers' checks among them, which took
# two thirds of the time (measured); edges alone guide as far, three to five times
# as fast, since the targets seal and sum themselves what a guess could not.
option(MSSL_FUZZ_SANITIZE "Fuzz under ASan and UBSan" ON)
add_compile_options(-g -fno-omit-frame-pointer -fsanitize-coverage=inline-8bit-counters,pc-table)
if(MSSL_FUZZ_SANITIZE)
  add_compile_options(-O2 -fsanitize=address,undefined -fno-sanitize-recover=all)
  set(MSSL_FUZZ_LINK -fsanitize=fuzzer,address,undefined)
else()
  # Only to count the edges of the code under test: no failing branch of a
  # sanitizer among them, nor the targets' own (tests/fuzz).
  add_compile_options(-O1)
  set(MSSL_FUZZ_LINK -fsanitize=fuzzer)
endif()
