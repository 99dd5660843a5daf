# SPDX-License-Identifier: ISC
# The ledger of bytes against bench/budget.json and the README's table.
add_test(NAME house_sizes COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/bench/size.py ${MSSL_FIRMWARE_DIR})
