# SPDX-License-Identifier: ISC
"""The file for zsh."""

from shells import HEAD, NAMES_SH, TASKS_SH, cases, flags, function, valued

BODY = """
{f}_offer()
{{
    local kind=$1 device=$2
    local -a found
    case $kind in
        file) _files ;;
        dir) _files -/ ;;
        host) _hosts ;;
        netif) _net_interfaces ;;
        device)
            found=(${{(f)"$(sh -c ${f}_names)"}})
            (($#found)) && compadd -X device -- $found
            _files ;;
        task)
            found=(${{(f)"$(sh -c ${f}_tasks sh $device)"}})
            (($#found)) && compadd -X task -- $found ;;
        command)
            found=(
{commands}
            )
            _describe command found
            found=({names})
            (($#found)) && compadd -X device -- $found ;;
        text | '') _message value ;;
        *) found=(${{(s:|:)kind}}); compadd -- $found ;;
    esac
}}

{f}()
{{
    local cur=${{words[CURRENT]}} command='' device='' word='' kind i
    local -i count=0
    local -a kinds options
    for ((i = 2; i < CURRENT; i++)); do
        word=${{words[i]}}
        case $word in
            ({valued}) ((i++)); continue ;;
            (-*) continue ;;
        esac
        case $command in
            ('') command=$word ;;
            ({groups}) command="$command $word" ;;
            (*) [[ $count != 0 ]] || device=$word; ((count++)) ;;
        esac
    done
    if ((i > CURRENT)); then
        case $word in
{values}
        esac
        return
    fi
    case $command in
{cases}
    esac
    if [[ $cur == -* ]]; then
        _describe option options
        return
    fi
    # A device that has a name needs no address.
    if [[ $kinds[1] == device && $kinds[2] == host && $count -gt 0 && $device != *[./]* ]]; then
        kinds=(device $kinds[3,-1])
    fi
    kind=${{kinds[count+1]}}
    [[ -n $kind && $kind != ... ]] || [[ $kinds[-1] != ... ]] || kind=$kinds[-2]
    {f}_offer "$kind" "$device"
}}

{f} "$@"
"""


def described(pairs, indent):
    quoted = (f"{name}:{text}".replace("'", "'\\''") for name, text in pairs)
    return "\n".join(f"{indent}'{word}'" for word in quoted)


def case(words, options, kinds):
    quoted = " ".join(f"'{kind}'" for kind in kinds)
    return (f"        ('{words}')\n            kinds=({quoted})\n            options=(\n"
            f"{described(flags(options), ' ' * 16)}\n            ) ;;")


def render(program):
    f = function(program.name)
    texts = {command.words[0]: command.text for command in reversed(program.commands)}
    lines = [case(*each) for each in cases(program)]
    if program.name == "mssl":
        lines.append("        (*) device=$command; ((count++)); kinds=(device task text ...) ;;")
    body = BODY.format(
        f=f, commands=described([(word, texts[word]) for word in program.first_words()], " " * 16),
        names='${(f)"$(sh -c $_mssl_names)"}' if program.name == "mssl" else "",
        valued="|".join(name for names, _ in valued(program) for name in names),
        groups="|".join(program.groups()) or "'no such'",
        values="\n".join(f"            ({'|'.join(names)}) {f}_offer '{kind}' ;;" for names, kind in valued(program)),
        cases="\n".join(lines))
    return f"#compdef {program.name}\n{HEAD}typeset -g {f}_names='{NAMES_SH}'\ntypeset -g {f}_tasks='{TASKS_SH}'\n{body}"
