# SPDX-License-Identifier: ISC
"""The file for fish, 3.0 and later."""

from shells import HEAD, NAMES_SH, TASKS_SH, cases, flags, function, valued

BODY = """
function _{f}_offer --argument-names kind device
    switch "$kind"
        case dir
            __fish_complete_directories (commandline -ct) ''
        case file device
            if test $kind = device
                sh -c $_{f}_names
            end
            __fish_complete_path (commandline -ct)
        case host
            __fish_print_hostnames
        case netif
            command ls /sys/class/net 2>/dev/null
        case task
            sh -c $_{f}_tasks sh $device
        case command
{commands}
{names}
        case text ''
        case '*'
            string split '|' -- $kind
    end
end

function _{f}
    set -l words (commandline -opc)
    set -l cur (commandline -ct)
    set -l command ''
    set -l device ''
    set -l kinds
    set -l options
    set -l value ''
    set -l count 0
    for word in $words[2..-1]
        if test -n "$value"
            set value ''
            continue
        end
        switch $word
{values}
            case '-*'
            case '*'
                if test -z "$command"
                    set command $word
                else if contains -- $command {groups}
                    set command "$command $word"
                else
                    test $count != 0; or set device $word
                    set count (math $count + 1)
                end
        end
    end
    if test -n "$value"
        _{f}_offer $value
        return
    end
    switch "$command"
{cases}
    end
    if string match -q -- '-*' $cur
        printf '%s\\n' $options
        return
    end
    # A device that has a name needs no address.
    if test "$kinds[1]" = device -a "$kinds[2]" = host -a $count -gt 0
        if not string match -qr '[./]' -- $device
            set -e kinds[2]
        end
    end
    set -l kind $kinds[(math $count + 1)]
    if test -z "$kind" -o "$kind" = ...
        if test "$kinds[-1]" = ...
            set kind $kinds[-2]
        end
    end
    _{f}_offer "$kind" $device
end

complete -c {name} -f -a '(_{f})'
"""


def quote(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def described(name, text):
    return quote(f"{name}\t{text}")


def case(words, options, kinds):
    return (f"        case {quote(words)}\n            set kinds {' '.join(quote(kind) for kind in kinds)}\n"
            f"            set options {' '.join(described(*pair) for pair in flags(options))}")


def render(program):
    f = function(program.name)
    texts = {command.words[0]: command.text for command in reversed(program.commands)}
    lines = [case(*each) for each in cases(program)]
    if program.name == "mssl":
        lines.append("        case '*'\n            set device $command\n            set count (math $count + 1)\n"
                     "            set kinds device task text ...")
    body = BODY.format(
        f=f, name=program.name,
        commands="\n".join(f"            echo {described(word, texts[word])}" for word in program.first_words()),
        names=f"            sh -c $_{f}_names" if program.name == "mssl" else "",
        groups=" ".join(program.groups()) or "''",
        values="\n".join(f"            case {' '.join(names)}\n                set value {quote(kind)}"
                         for names, kind in valued(program)),
        cases="\n".join(lines))
    return (f"# fish completion of {program.name}\n{HEAD}set -g _{f}_names {quote(NAMES_SH)}\n"
            f"set -g _{f}_tasks {quote(TASKS_SH)}\n{body}")
