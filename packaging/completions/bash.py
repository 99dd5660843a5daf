# SPDX-License-Identifier: ISC
"""The file for bash, 4.0 and later; it needs no package bash-completion."""

from shells import HEAD, NAMES_SH, TASKS_SH, cases, flags, function, valued

BODY = """
{f}_offer()
{{
    local kind=$1 cur=$2 device=$3
    case $kind in
        file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        dir) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        host) mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur") ;;
        netif) mapfile -t COMPREPLY < <(compgen -W "$(ls /sys/class/net 2>/dev/null)" -- "$cur") ;;
        device)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -W "$(sh -c "${f}_names")" -- "$cur"; compgen -f -- "$cur") ;;
        task) mapfile -t COMPREPLY < <(compgen -W "$(sh -c "${f}_tasks" sh "$device")" -- "$cur") ;;
        command) mapfile -t COMPREPLY < <(compgen -W "{commands}{names}" -- "$cur") ;;
        text | '') ;;
        *) mapfile -t COMPREPLY < <(compgen -W "${{kind//|/ }}" -- "$cur") ;;
    esac
}}

{f}()
{{
    local cur=${{COMP_WORDS[COMP_CWORD]}} command='' device='' word='' options='' value='' kind i count=0
    local -a kinds=()
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${{COMP_WORDS[i]}}
        case $word in
            {valued}) ((i++)); continue ;;
            -*) continue ;;
        esac
        case $command in
            '') command=$word ;;
            {groups}) command="$command $word" ;;
            *) [[ $count != 0 ]] || device=$word; ((count++)) ;;
        esac
    done
    if ((i > COMP_CWORD)); then
        case $word in
{values}
        esac
        {f}_offer "$value" "$cur"
        return
    fi
    case $command in
{cases}
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
        return
    fi
    # A device that has a name needs no address.
    if [[ ${{kinds[0]}} == device && ${{kinds[1]}} == host && $count -gt 0 && $device != *[./]* ]]; then
        kinds=(device "${{kinds[@]:2}}")
    fi
    kind=${{kinds[count]}}
    [[ -n $kind && $kind != ... ]] || [[ ${{kinds[-1]:-}} != ... ]] || kind=${{kinds[-2]}}
    {f}_offer "$kind" "$cur" "$device"
}} && complete -F {f} {name}
"""


def case(words, options, kinds):
    names = " ".join(name for name, _ in flags(options))
    quoted = " ".join(f"'{kind}'" for kind in kinds)
    return f"        '{words}') options='{names}'; kinds=({quoted}) ;;"


def render(program):
    f = function(program.name)
    lines = [case(*each) for each in cases(program)]
    if program.name == "mssl":
        lines.append("        *) device=$command; ((count++)); kinds=(device task text ...) ;;")
    body = BODY.format(
        f=f, name=program.name, commands=" ".join(program.first_words()),
        names=f' $(sh -c "${f}_names")' if program.name == "mssl" else "",
        valued=" | ".join(name for names, _ in valued(program) for name in names),
        groups=" | ".join(program.groups()) or "'no such'",
        values="\n".join(f"            {' | '.join(names)}) value='{kind}' ;;" for names, kind in valued(program)),
        cases="\n".join(lines))
    return f"# bash completion of {program.name}\n{HEAD}{f}_names='{NAMES_SH}'\n{f}_tasks='{TASKS_SH}'\n{body}"
