# SPDX-License-Identifier: ISC
option(MSSL_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
if(MSSL_SANITIZE)
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_compile_options(${sanitizers})
  add_link_options(${sanitizers})
endif()

# Branch counts of what is built, for tests/coverage: without optimisation, which
# makes branches of its own.
option(MSSL_COVERAGE "Build with gcov's counters" OFF)
if(MSSL_COVERAGE)
  add_compile_options(--coverage -O0 -fno-stack-protector)
  add_link_options(--coverage)
endif()
