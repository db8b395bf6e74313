"""The READMEs of integrations/, run as printed."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from harness import LIMIT, OCTOLOG, Program, lines_of


@dataclass(frozen=True)
class Example:
    """A command of a console block, and what the README says that it prints."""

    command: str
    output: str


def blocks(readme: Path, language: str) -> list[str]:
    """The code blocks of that language, without the indentation of a list."""
    found: list[str] = []
    open_block: tuple[str, str] | None = None
    for line in lines_of(readme.read_text()):
        fence = re.fullmatch(r"( *)```(\w*)", line)
        if fence and open_block is None:
            open_block = (fence[1], fence[2])
            found += [""] if fence[2] == language else []
        elif fence:
            open_block = None
        elif open_block and open_block[1] == language:
            found[-1] += line.removeprefix(open_block[0]) + "\n"
    return found


def examples(readme: Path) -> list[Example]:
    """A line that begins with `$ ` is typed, `> ` goes on typing, the lines after it are printed."""
    found: list[Example] = []
    for block in blocks(readme, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            typed, printed = re.match(r"([^\n]*\n(?:> [^\n]*\n)*)(.*)", part, re.DOTALL).groups()
            found.append(Example(re.sub(r"^> ", "", typed, flags=re.MULTILINE).removesuffix("\n"), printed))
    return found


def shell(command: str, folder: Path, *programs: Program) -> str:
    """What a command prints, both streams; octolog and the programs are in its PATH."""
    environment: dict[str, str] = {}
    with TemporaryDirectory() as tools:
        for tool in (Program(OCTOLOG, Path("/")), *programs):
            environment = {**environment, **tool.environment}
            (Path(tools) / tool.path.name).symlink_to(tool.path)
        environment["PATH"] = f"{tools}:{environment['PATH']}"
        result = subprocess.run(
            ["/bin/sh", "-c", command], cwd=folder, env=environment, text=True, timeout=LIMIT, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    return result.stdout
