# SPDX-License-Identifier: ISC
add_compile_options(-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
  -Wconversion -Wno-sign-conversion -Wvla)
# Another compiler's new warnings must not keep a packager from building.
option(MSSL_WERROR "A warning is an error" ON)
if(MSSL_WERROR)
  add_compile_options(-Werror)
endif()
add_compile_options(-fstack-protector-strong)
