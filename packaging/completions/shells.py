# SPDX-License-Identifier: ISC
"""What the files of all shells share. Each has one function that walks over the words
before the cursor as the program would, to find the command, how many words are behind
it and the option whose value is wanted; then it offers what that place takes."""

# What comes from the config and from grant files is written by others, and shells
# expand the words they offer: so nothing but plain names passes.
NAMES_SH = r"""config=${XDG_CONFIG_HOME:-$HOME/.config}/mssl/config
sed -n "s/^[[:space:]]*\[\([a-z0-9._-]\{1,\}\)\][[:space:]]*$/\1/p" "$config" 2>/dev/null"""

TASKS_SH = r"""config=${XDG_CONFIG_HOME:-$HOME/.config}/mssl/config
case $1 in
*[./]*) grant=$1 ;;
*)  grant=$(awk -v name="$1" "
        /^[ \t]*\[/ { gsub(/[][ \t\r]/, \"\"); here = (\$0 == name); next }
        here && /^[ \t]*grant[ \t]*=/ { sub(/^[^=]*=[ \t]*/, \"\"); sub(/[ \t\r]*$/, \"\"); print; exit }
        " "$config" 2>/dev/null)
    case $grant in /*) ;; *) grant=${config%/*}/$grant ;; esac ;;
esac
sed -n "s/^task: [0-9]\{1,2\} \([A-Za-z0-9._-]\{1,16\}\)\( .*\)\{0,1\}$/\1/p" "$grant" 2>/dev/null"""

HEAD = "# SPDX-License-Identifier: ISC\n# Made of packaging/completions/programs.table.\n"


def function(name):
    return "_" + name.replace("-", "_")


def valued(program):
    """[(names, kind)] of the options that have a value."""
    return [(option.names, option.kind) for option in program.options.values() if option.kind]


def cases(program):
    """[(command's words as one, options, kinds)]; the empty one is before the command."""
    first = ["command"] if program.commands else []
    found = [("", program.options_of(None), first)]
    for group, seconds in program.groups().items():
        found.append((group, program.options_of(None), ["|".join(seconds)]))
    found += [(" ".join(c.words), program.options_of(c), c.positions) for c in program.commands]
    return found


def flags(options):
    return [(name, option.text) for option in options for name in option.names]
