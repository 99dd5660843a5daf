# SPDX-License-Identifier: ISC
"""The files of the project, as the tests of the house see them: what git tracks
or would track, or all but the build folders where there is no git."""

import subprocess

LINKED_TO_SIMAVR = ("board/", "tests/chip/", "tests/board/")


def tracked(root):
    """Paths relative to root, sorted."""
    done = subprocess.run(
        ["git", "-c", f"safe.directory={root}", "-C", str(root), "ls-files", "-z",
         "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=False)
    if done.returncode == 0:
        names = [name for name in done.stdout.decode().split("\0") if name]
    else:
        names = [str(path.relative_to(root)) for path in root.rglob("*")
                 if path.is_file() and not path.relative_to(root).parts[0].startswith(("build", ".git"))]
    return sorted(name for name in set(names)
                  if (root / name).is_file() and "__pycache__" not in name)


def read(root, name):
    """The text of a file, or None if it is not text."""
    try:
        return (root / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def report(name, wrong, count, what):
    """Prints what is wrong and one line that sums up; the exit code."""
    for line in wrong:
        print(line)
    print(f"{name}: {count} {what}, {len(wrong)} wrong")
    return 1 if wrong or not count else 0
