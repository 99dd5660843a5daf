#!/bin/sh
# SPDX-License-Identifier: ISC
# usage: packaging/deb.sh FOLDER [build]
# Builds the Debian packages in a copy of the tree, FOLDER/mssl; they end in FOLDER.
# build: compiles only, as the packages' programs and firmware are compiled.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
to=${1:?usage: packaging/deb.sh FOLDER [build]}

rm -rf "$to"
mkdir -p "$to/mssl"
cd "$source"
if git -c safe.directory="$source" rev-parse --git-dir >/dev/null 2>&1; then
    git -c safe.directory="$source" ls-files -z --cached --others --exclude-standard |
        xargs -0 sh -c 'for name; do test ! -e "$name" || printf "%s\0" "$name"; done' sh |
        tar --null -cf - -T -
else
    tar -cf - --exclude=./build .
fi | tar -xf - -C "$to/mssl"
cd "$to/mssl"
cp -R packaging/debian debian
# Nothing of the caller's environment but its tools belongs into a package.
unset CFLAGS CPPFLAGS LDFLAGS CMAKE_C_COMPILER_LAUNCHER
if [ "${2:-}" = build ]; then
    SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -STimestamp) debian/rules build
else
    dpkg-buildpackage -us -uc -b -d
fi
