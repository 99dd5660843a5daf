#!/bin/sh
# SPDX-License-Identifier: ISC
# deps.sh [--check] [LIST...]: installs the Debian packages of debian-packages.txt
# that are missing, and of debian-packages-LIST.txt, or names them where it
# can't. With --check it only names them.
set -eu

here=$(dirname "$0")
check=no
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi
wanted=$(sed -e 's/#.*//' "$here/debian-packages.txt")
for list; do
    wanted="$wanted $(sed -e 's/#.*//' "$here/debian-packages-$list.txt")"
done

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

if [ $check = yes ]; then
    echo "deps: missing:$missing: as root: apt-get install$missing" >&2
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
