# SPDX-License-Identifier: ISC
"""Asks bash, zsh and fish what they offer for a command line, with the completions of
a folder as `make` made them."""

import os
import pty
import select
import subprocess
import time

END = "-- end of line --"

BASH = r"""
for file in "$1"/bash/*; do source "$file" || exit 1; done
while IFS= read -r line; do
    read -ra COMP_WORDS <<<"$line"
    [[ $line != *' ' ]] || COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    spec=$(complete -p "${COMP_WORDS[0]}") && name=${spec##*-F } && ${name%% *}
    printf '%s\n' "${COMPREPLY[@]}" "$END"
done
"""

# What the completion system adds is printed instead; the file's own code is the real one.
ZSH = r"""
compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -rl -- "$@" }
_describe() { local -a all; all=(${(P)2}); (($#all)) && print -rl -- ${all%%:*} }
_files() { [[ $1 == -/ ]] && print -rl -- *(/N) || print -rl -- *(N) }
_hosts() { print -r -- localhost }
_net_interfaces() { print -r -- lo }
_message() { : }
fpath=($1/zsh $fpath)
autoload -Uz $1/zsh/*(:t)
while IFS= read -r line; do
    words=(${(z)line})
    [[ $line != *' ' ]] || words+=('')
    CURRENT=$#words
    _${words[1]}
    print -r -- $END
done
"""

FISH = r"""
for file in $argv[1]/fish/*.fish; source $file; end
while read -l line
    complete -C $line | string replace -r '\t.*' ''
    echo $END
end
"""

SHELLS = {"bash": (["bash", "--norc", "--noprofile", "-c", BASH, "bash"]), "zsh": ["zsh", "-f", "-c", ZSH, "zsh"],
          "fish": ["fish", "--no-config", "-c", FISH]}


def offers(shell, completions, lines, cwd, env):
    """What the shell offers for each of the command lines, which end at the cursor."""
    done = subprocess.run([*SHELLS[shell], str(completions)], input="".join(f"{line}\n" for line in lines), cwd=cwd,
                          env={**env, "END": END}, capture_output=True, text=True, check=False, timeout=120)
    parts = done.stdout.split(f"{END}\n")
    if done.returncode or len(parts) != len(lines) + 1 or done.stderr:
        raise AssertionError(f"{shell}: {done.returncode}, {len(parts) - 1} of {len(lines)} lines: {done.stderr}")
    return [{word.rstrip(" /") for word in part.splitlines() if word} for part in parts[:-1]]


def zsh_types(completions, line, wanted, cwd, env):
    """Types line and a tab into an interactive zsh; does it become what is wanted?"""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.execvpe("zsh", ["zsh", "-f", "-i"], {**env, "PS1": "> "})
    start = f"fpath=({completions}/zsh $fpath); autoload -Uz compinit; compinit -u -D; print rea\\dy\n"
    shown, sent, until = "", False, time.monotonic() + 30
    os.write(terminal, start.encode())
    while wanted not in shown and time.monotonic() < until:
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 4096).decode(errors="replace").replace("\a", "")
        if not sent and "\nready" in shown:
            sent, shown = True, ""
            os.write(terminal, f"{line}\t".encode())
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    os.close(terminal)
    return sent and wanted in shown
