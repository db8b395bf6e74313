"""The shells themselves are asked what they complete."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness import LIMIT, OCTOLOG, Program, lines_of, missing, octolog, program, wait_for

FORMATS = {"events", "text", "otlp", "ecs", "clef", "sarif"}
LEVELS = {"startup", "info", "low", "medium", "high", "critical"}
MATERIALS = {"raw", "env", "docker-run", "compose-env", "kubernetes-secret"}
COMMANDS = {"analyze", "key", "redact", "report", "compare", "verify", "explain", "rules", "schema", "completions"}


@dataclass(frozen=True)
class Shell:
    """What a shell offers for a line that ends at the cursor, in a folder with some files."""

    offers: Callable[[str], set[str]]


def bash(folder: Path) -> Shell:
    path = shutil.which("bash")
    if path is None:
        missing("there is no bash")
    ask = """
        source "$1"; shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
        "$(complete -p octolog | sed 's/.*-F \\([^ ]*\\) .*/\\1/')" octolog "${@: -1}" "${@: -2:1}"
        printf '%s\\n' "${COMPREPLY[@]}"
    """

    def offers(line: str) -> set[str]:
        command = [path, "--norc", "--noprofile", "-c", ask, "bash", folder / "octolog.bash", *line.split(" ")]
        return answers(command, folder, dict(os.environ))

    return Shell(offers)


def fish(folder: Path) -> Shell:
    shell = program("fish", "fish")

    def offers(line: str) -> set[str]:
        # An unpacked fish does not find its own functions.
        own = f"set -p fish_function_path {shell.root}/usr/share/fish/functions"
        ask = f"{own}; source {folder}/octolog.fish; complete -C '{line}'"
        command = [shell.path, "--no-config", "--private", "-c", ask]
        return {offer.split("\t")[0] for offer in answers(command, folder, shell.environment)}

    return Shell(offers)


def answers(command: list[object], folder: Path, environment: dict[str, str]) -> set[str]:
    home = {"PATH": f"{OCTOLOG.parent}:{os.environ['PATH']}", "HOME": str(folder / "home")}
    result = subprocess.run(
        list(map(str, command)),
        cwd=folder / "files",
        env={**environment, **home},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert result.stderr == ""
    return set(lines_of(result.stdout)) - {""}


# zsh completes only where somebody types. compadd is what all matches go through.
ZSHENV = """
[[ {root} = / ]] || module_path=({root}/usr/lib/*/zsh/*(/)) fpath=({root}/usr/share/zsh/functions/{{*,*/*}}(/N))
"""
ZSHRC = """
PS1='' PATH={path} fpath=({folder} $fpath)
autoload -Uz compinit
compinit -u -d {folder}/dump
compadd() {{
    local -a hits
    if (( ! ${{argv[(I)-[AOD]*]}} )); then
        builtin compadd -O hits "$@"
        print -rl -- $hits >> {folder}/offers
    fi
    builtin compadd "$@"
}}
tell() {{ zle list-choices; print -r -- > {folder}/told }}
zle -N tell
bindkey '^I' tell
cd {folder}/files
print > {folder}/ready
"""


def zsh(folder: Path) -> Shell:
    shell = program("zsh", "zsh")
    path = f"{OCTOLOG.parent}:{os.environ['PATH']}"
    (folder / ".zshenv").write_text(ZSHENV.format(root=shell.root))
    (folder / ".zshrc").write_text(ZSHRC.format(folder=folder, path=path))
    return Shell(lambda line: typed(shell, folder, line))


def typed(shell: Program, folder: Path, line: str) -> set[str]:
    """What compadd is given when somebody types a line and a tab."""
    for name in ("ready", "told", "offers"):
        (folder / name).unlink(missing_ok=True)
    master, terminal = pty.openpty()
    settings = {"ZDOTDIR": str(folder), "HOME": str(folder / "home"), "TERM": "vt100"}
    process = subprocess.Popen(
        [str(shell.path), "-d", "-i"],
        env={**shell.environment, **settings},
        stdin=terminal,
        stdout=(folder / "screen").open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        wait_for((folder / "ready").exists, "zsh is ready")
        os.write(master, line.encode() + b"\t")
        wait_for((folder / "told").exists, "zsh has listed its choices")
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(terminal)
    offers = folder / "offers"
    return set(offers.read_text().split("\n")) - {""} if offers.exists() else set()


@pytest.fixture(params=[bash, zsh, fish], ids=lambda shell: shell.__name__)
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    name = request.param.__name__
    made = octolog("completions", name)
    assert made.returncode == 0, made.stderr
    (tmp_path / ("_octolog" if name == "zsh" else f"octolog.{name}")).write_text(made.stdout)
    (tmp_path / "home").mkdir()
    (tmp_path / "files" / "folder").mkdir(parents=True)
    for file in ("server.log", "own.yaml"):
        (tmp_path / "files" / file).touch()
    return request.param(tmp_path)


def names(offers: set[str]) -> set[str]:
    """Folders with and without their slash are the same."""
    return {offer.rstrip("/") for offer in offers}


def test_the_first_word_is_a_command_or_a_log(shell: Shell) -> None:
    offers = names(shell.offers("octolog "))
    assert COMMANDS <= offers
    assert {"server.log", "folder"} <= offers


def test_a_command_is_completed_from_its_beginning(shell: Shell) -> None:
    assert names(shell.offers("octolog expl")) == {"explain"}


def test_options_of_analyze_need_no_command(shell: Shell) -> None:
    assert {"--format", "--fail-on"} <= shell.offers("octolog --f")
    assert {"--format", "--fail-on"} <= shell.offers("octolog server.log --f")


def test_options_are_those_of_the_command(shell: Shell) -> None:
    offers = shell.offers("octolog report --")
    assert {"--html", "--markdown"} <= offers
    assert "--metrics-file" not in offers


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("octolog --format ", FORMATS),
        ("octolog analyze --format ", FORMATS),
        ("octolog server.log --format ", FORMATS),
        ("octolog --fail-on ", LEVELS),
        ("octolog --color ", {"auto", "always", "never"}),
        ("octolog key --as ", MATERIALS),
        ("octolog completions ", {"bash", "zsh", "fish"}),
    ],
)
def test_values_are_offered(shell: Shell, line: str, values: set[str]) -> None:
    assert shell.offers(line) == values


def test_framings_are_offered(shell: Shell) -> None:
    assert {"auto", "plain", "json-file", "stern"} <= shell.offers("octolog --framing ")


def test_a_value_is_completed_from_its_beginning(shell: Shell) -> None:
    assert shell.offers("octolog --format o") == {"otlp"}


@pytest.mark.parametrize(
    "line",
    [
        "octolog server.log s",
        "octolog key s",
        "octolog --output s",
        "octolog --chain s",
        "octolog report --html s",
        "octolog verify own.yaml --log s",
        "octolog verify own.yaml --chain s",
    ],
)
def test_files_are_offered(shell: Shell, line: str) -> None:
    assert shell.offers(line) == {"server.log"}


def test_rules_are_files_of_yaml(shell: Shell) -> None:
    assert names(shell.offers("octolog --rules ")) == {"own.yaml", "folder"}


def test_codes_are_those_that_explain_lists(shell: Shell) -> None:
    offers = shell.offers("octolog explain ")
    assert {"sql-login-failed", "same-name"} <= offers
    listed = octolog("explain").stdout
    assert all(code in listed for code in offers)
    assert shell.offers("octolog explain sql-login-f") == {"sql-login-failed"}


def test_rules_are_those_that_rules_list_lists(shell: Shell) -> None:
    offers = shell.offers("octolog rules show ")
    assert "server.phase.master-key" in offers
    assert {line.split()[0] for line in lines_of(octolog("rules", "list").stdout)} >= offers


def test_types_of_events_are_offered(shell: Shell) -> None:
    assert {"startup.failed", "secret.exposed"} <= shell.offers("octolog schema ")
