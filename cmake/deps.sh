#!/bin/sh
# SPDX-License-Identifier: ISC
# Installs the Debian packages of debian-packages.txt that are missing, or names
# them where it can't. With --check it only names them.
set -eu

here=$(dirname "$0")
wanted=$(sed -e 's/#.*//' "$here/debian-packages.txt")

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "deps: this is not Debian. Install what these Debian packages hold, then run the command again with DEPS=skip:" >&2
    echo $wanted >&2
    exit 1
fi

missing=
for package in $wanted; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "${1:-}" = --check ]; then
    echo "deps: missing:$missing" >&2
    exit 1
fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "deps: not root and no sudo. As root: apt-get install$missing" >&2
        exit 1
    fi
    as_root=sudo
fi

echo "deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # a list of packages is meant
if ! { $as_root apt-get update -q && \
       $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    echo "deps: apt-get failed (its last lines are above). Missing:$missing" >&2
    exit 1
fi
