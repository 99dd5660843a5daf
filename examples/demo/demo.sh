#!/bin/sh
# SPDX-License-Identifier: ISC
# From nothing to a switched LED on the virtual board: `make demo`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec /usr/bin/python3 "$here/demo.py" --build "$here/../../build" "$@"
