# SPDX-License-Identifier: ISC
add_compile_options(-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
  -Wconversion -Wno-sign-conversion -Wvla -Werror)
add_compile_options(-fstack-protector-strong)
