# SPDX-License-Identifier: ISC
# The ledger of bytes against bench/budget.json and the README's table.
add_test(NAME house_sizes COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/bench/size.py ${MSSL_FIRMWARE_DIR})

# It must find what is hidden from it.
add_test(NAME house_sizes_control
  COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/size_control.py ${MSSL_FIRMWARE_DIR})
