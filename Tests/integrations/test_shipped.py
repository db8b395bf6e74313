"""Each folder below integrations/ says when to use it and how it was tested, and holds what may go out."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from harness import CASES, INTEGRATIONS, LIMIT, OCTOLOG, ROOT, octolog, program

FOLDERS = sorted(path.name for path in INTEGRATIONS.iterdir() if path.is_dir() and path.name != "__pycache__")
FILES = [
    path for path in sorted(INTEGRATIONS.rglob("*")) if path.is_file() and "__pycache__" not in path.parts
]
OVERVIEW = INTEGRATIONS / "README.md"


def paragraphs(folder: str) -> list[str]:
    text = (INTEGRATIONS / folder / "README.md").read_text().rstrip("\n")
    return [part for part in text.split("\n\n") if not part.startswith("# ")]


def last_line(folder: str) -> str:
    return paragraphs(folder)[-1].splitlines()[-1]


def is_run(folder: str) -> bool:
    return last_line(folder).startswith("Run by ")


def rows() -> dict[str, tuple[str, str]]:
    """The table: what it says of when, and of tests, by the folder."""
    found = re.findall(r"^\| \[([a-z-]+)\]\(([a-z-]+)/\) \| (.+) \| (yes|no) \|$", OVERVIEW.read_text(), re.MULTILINE)
    assert all(name == folder for name, folder, _, _ in found)
    return {folder: (when, run) for _, folder, when, run in found}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("folder", FOLDERS)
def test_readme_begins_with_when_to_use_it(folder: str) -> None:
    assert re.match(r"Use (this|these)( [a-z]+)? (when|where|if|in|on|to|for)\b", paragraphs(folder)[0])


@pytest.mark.parametrize("folder", FOLDERS)
def test_readme_ends_with_how_it_was_tested(folder: str) -> None:
    line = last_line(folder)
    assert line.endswith(".")
    if is_run(folder):
        assert re.fullmatch(r"Run by Tests/.+ with .*[0-9].*\.", line)
    else:
        assert re.match(r"Not run: .+; checked by Tests/", line)
    named = re.findall(r"Tests/[A-Za-z0-9_./-]*[A-Za-z0-9_]", line)
    assert named
    for test in named:
        assert (ROOT / test).is_file(), f"{test} is not there"


@pytest.mark.parametrize("folder", FOLDERS)
def test_overview_has_the_folder(folder: str) -> None:
    assert folder in rows()
    assert rows()[folder][1] == ("yes" if is_run(folder) else "no")
    assert f"[{folder}]({folder}/)" in OVERVIEW.read_text().split("## All of them")[0], "it is missing in the choice"


def test_overview_is_in_order() -> None:
    assert list(rows()) == sorted(rows())


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_nothing_is_left_open_and_nothing_is_of_one_machine(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\b(TODO|FIXME|XXX|TBD|CHANGEME|lorem ipsum)\b", text)
    assert not re.search(r"(?<![A-Za-z0-9_.])/(work|root|home|Users|build)/", text)
    assert str(ROOT) not in text


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_only_options_that_octolog_has(path: Path) -> None:
    """Behind the program's name, up to the end of its command."""
    # Spark's --files names the program as a file.
    pattern = r"(?<!--files /usr/local/bin/)(?<![\w=-])octolog ((?:[a-z]+ )?)(-[^|;&`\n]*)"
    calls = re.findall(pattern, path.read_text())
    for command, arguments in calls:
        for option in re.findall(r"(?:^|\s)(--[a-z][a-z-]+)", arguments):
            assert option in known_options(command.strip() or "analyze"), f"octolog {command}{arguments}"


OPTIONS: dict[str, set[str]] = {}


def known_options(command: str) -> set[str]:
    if command not in OPTIONS:
        OPTIONS[command] = set(re.findall(r"--[a-z][a-z-]+", octolog(command, "--help").stdout))
    return OPTIONS[command]


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".md"], ids=relative)
def test_docker_logs_are_read_with_both_streams(path: Path) -> None:
    for line in path.read_text().splitlines():
        for pipe in re.findall(r"docker logs [^`]*?\|", line):
            assert "2>&1" in pipe, line


def test_what_the_overview_prints_works(tmp_path: Path) -> None:
    (line,) = re.findall(r"```sh\n(docker logs .*)\n```", OVERVIEW.read_text())
    docker = tmp_path / "docker"
    docker.write_text(f"#!/bin/sh\ncat {CASES}/server-2018.3.13-sql-unreachable/input.log\n")
    docker.chmod(0o755)
    (tmp_path / "octolog").symlink_to(OCTOLOG)
    jq = program("jq", "jq")
    environment = {**jq.environment, "PATH": f"{tmp_path}:{jq.path.parent}:{os.environ['PATH']}"}
    result = subprocess.run(
        ["sh", "-c", line], env=environment, capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert result.stdout.startswith("octopus: SQL Server can't be reached. Check Server= "), result.stderr
