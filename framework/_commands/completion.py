"""Scripts that let shells complete what ``bolide`` takes, made of the table of commands."""

from __future__ import annotations

from collections.abc import Iterator

from bolide._commands.options import Option
from bolide._commands.table import COMMANDS, SHELLS, options_of

__all__ = ["completion_script"]


def completion_script(shell: str) -> str:
    """Return the script for *shell*, one of :data:`~bolide._commands.table.SHELLS`."""
    lines = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]()
    return "\n".join(lines) + "\n"


def _bash() -> Iterator[str]:
    yield "# For ~/.bashrc: source <(bolide completion bash)"
    yield "_bolide() {"
    yield "    local words"
    yield "    case $COMP_CWORD,${COMP_WORDS[1]} in"
    yield f"        1,*) words='{' '.join((*COMMANDS, '--help', '--version'))}' ;;"
    yield f"        2,completion) words='{' '.join(SHELLS)}' ;;"
    for name in COMMANDS:
        yield f"        *,{name}) words='{' '.join(_flags_of(name))}' ;;"
    yield "    esac"
    # What is no option is a file: without an answer bash offers those.
    yield "    if [[ $COMP_CWORD == 1 || ${COMP_WORDS[COMP_CWORD]} == -* || $words == bash* ]]; then"
    yield '        mapfile -t COMPREPLY < <(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}")'
    yield "    fi"
    yield "}"
    yield "complete -o default -F _bolide bolide"


def _zsh() -> Iterator[str]:
    yield "#compdef bolide"
    yield "# For ~/.zshrc, behind compinit: source <(bolide completion zsh)"
    yield "_bolide() {"
    yield "    local -a commands"
    yield "    commands=("
    for name, command in COMMANDS.items():
        yield f"        {_quoted(f'{name}:{command.summary}')}"
    yield "    )"
    yield "    if (( CURRENT == 2 )); then"
    yield "        _describe command commands"
    yield "        return"
    yield "    fi"
    yield "    case $words[2] in"
    yield f"        completion) compadd {' '.join(SHELLS)} ;;"
    for name in COMMANDS:
        specs = [_zsh_spec(option, flag) for option in options_of(name) for flag in _flags(option)]
        if specs:
            yield f"        {name}) _arguments '*:file:_files' {' '.join(specs)} ;;"
    yield "    esac"
    yield "}"
    yield "compdef _bolide bolide"


def _zsh_spec(option: Option, flag: str) -> str:
    text = option.text
    for special in "\\[]:":
        text = text.replace(special, f"\\{special}")
    value = "" if option.is_switch else f":{option.metavar.lower()}:_files"
    return _quoted(f"{flag}[{text}]{value.replace(':cert', '')}")


def _fish() -> Iterator[str]:
    yield "# For ~/.config/fish/completions/bolide.fish: bolide completion fish"
    for name, command in COMMANDS.items():
        text = _quoted(command.summary)
        yield f"complete -c bolide -n __fish_use_subcommand -f -a {name} -d {text}"
    yield f"complete -c bolide -n '__fish_seen_subcommand_from completion' -f -a '{' '.join(SHELLS)}'"
    for name in COMMANDS:
        for option in options_of(name):
            here = f"complete -c bolide -n '__fish_seen_subcommand_from {name}'"
            takes = "" if option.is_switch else " -r"
            for flag in _flags(option):
                dashes = "-l" if flag.startswith("--") else "-s"
                yield f"{here} {dashes} {flag.lstrip('-')}{takes} -d {_quoted(option.text)}"


def _flags_of(name: str) -> list[str]:
    return [*(flag for option in options_of(name) for flag in _flags(option)), "--help"]


def _flags(option: Option) -> list[str]:
    """Return all spellings of *option*."""
    spellings = [each for each in (option.short, option.flag) if each]
    return [*spellings, f"--no-{option.flag[2:]}"] if option.negatable else spellings


def _quoted(text: str) -> str:
    """Return *text* in quotes, as all three shells read it."""
    escaped = text.replace("'", "'\\''")
    return f"'{escaped}'"
