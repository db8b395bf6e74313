"""octolog on a terminal: tmux is one, and says what its screen shows."""

from __future__ import annotations

import os
import re
import shlex
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import CASES, OCTOLOG, ROOT, program, wait_for

FAILED = "server-2018.4.0-wrong-key"
GOOD = "server-2018.3.13-first-start"


class Terminal:
    """A shell in a tmux of its own, with octolog on the PATH."""

    def __init__(self, folder: Path, columns: int, rows: int, environment: dict[str, str]) -> None:
        self.tmux = program("tmux", "tmux")
        self.socket = folder / "tmux"
        settings = {"LC_ALL": "C.UTF-8", "PATH": f"{folder}:{os.environ['PATH']}", "PS1": "READY> ", **environment}
        variables = [f"{name}={value}" for name, value in settings.items()]
        shell = ["env", "-u", "NO_COLOR", *variables, "bash", "--norc", "--noprofile"]
        self.call("-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", rows, "-c", ROOT, shlex.join(shell))
        wait_for(lambda: "READY>" in self.screen(), "the shell")

    def call(self, *arguments: object) -> str:
        result = self.tmux.run("-S", self.socket, *arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def type(self, text: str) -> None:
        self.call("send-keys", "-l", text)
        self.call("send-keys", "Enter")

    def key(self, name: str) -> None:
        self.call("send-keys", name)

    def screen(self, *options: str) -> str:
        return self.call("capture-pane", "-p", *options)

    def run(self, command: str) -> str:
        """What the screen shows when the command has ended; its exit code in `code`."""
        self.type(f"clear; {command}; echo ended:$?")
        wait_for(lambda: re.search(r"^ended:\d+$", self.screen(), re.M), command)
        return self.screen()

    @property
    def code(self) -> int:
        return int(re.findall(r"^ended:(\d+)$", self.screen(), re.M)[-1])


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[object]:
    made: list[Terminal] = []

    def terminal(columns: int = 120, rows: int = 100, **environment: str) -> Terminal:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        (folder / "octolog").symlink_to(OCTOLOG)
        made.append(Terminal(folder, columns, rows, environment))
        return made[-1]

    yield terminal
    for terminal in made:
        terminal.call("kill-server")


def case(name: str) -> str:
    return str((CASES / name / "input.log").relative_to(ROOT))


@pytest.mark.parametrize("columns", [60, 120])
def test_one_line_a_phase_and_the_cause_in_a_box(terminals, columns: int) -> None:
    terminal = terminals(columns)
    screen = terminal.run(f"octolog {case(FAILED)}")
    lines = screen.split("\n")
    for phase, seconds in [("database", 11), ("configure", 5), ("admin", 7), ("license", 4)]:
        assert len([line for line in lines if re.fullmatch(rf"  \d\d:\d\d:\d\d  ✓ {phase} +{seconds} s", line)]) == 1
    assert [line for line in lines if re.fullmatch(r"  13:37:53  ✗ start +14 s  FAILED", line)]
    framed = [line for line in lines if line.startswith(("  ╭", "  │", "  ╰"))]
    assert framed[0].startswith("  ╭─ ✗ startup 1 FAILED in start, exit code 100 ─") and framed[0].endswith("╮")
    assert framed[-1].endswith("╯") and all(line.endswith("│") for line in framed[1:-1])
    # A wider terminal has no wider prose.
    assert {len(line) for line in framed} == {min(columns, 100)}
    told = " ".join(line.strip(" │") for line in framed)
    assert "The master key is not the one that the database was encrypted with" in told
    assert "input.log:49: Padding is invalid and cannot be removed." in told
    assert "What to do: Start the container with the masterKey of the first container" in told
    assert "octolog explain master-key-wrong" in told
    # The last lines before the exit code are what it all amounts to.
    ending = lines[lines.index("1 startup failed, 3 secrets in clear") : lines.index("ended:0")]
    assert " ".join(" ".join(ending[1:]).split()) == f"{case(FAILED)}: failed, master-key-wrong"


def test_colours_and_none(terminals) -> None:
    coloured = terminals(100)
    coloured.run(f"octolog {case(FAILED)}")
    assert "\x1b[31m" in coloured.screen("-e") and "\x1b[1m" in coloured.screen("-e")
    for environment in [{"NO_COLOR": "1"}, {"TERM": "dumb"}]:
        plain = terminals(100, **environment)
        plain.run(f"octolog {case(FAILED)}")
        assert "\x1b[" not in plain.screen("-e").replace("\x1b[39m", "").replace("\x1b[0m", "")
    forced = terminals(100)
    forced.run(f"octolog --format text --color always {case(FAILED)} | cat -v")
    assert "^[[1;31m" in forced.screen()


def test_a_locale_without_utf_8_has_ascii(terminals) -> None:
    screen = terminals(80, LC_ALL="C").run(f"octolog {case(FAILED)}")
    assert "+- x startup 1 FAILED in start, exit code 100 -" in screen and "+ database " in screen
    assert not re.search(r"[╭│✓✗▶]", screen)


def test_a_pipe_is_no_terminal(terminals) -> None:
    terminal = terminals(120)
    assert '{"specversion":"1.0"' in terminal.run(f"octolog {case(GOOD)} | head -c 30; echo")
    text = terminal.run(f"octolog --format text {case(FAILED)} | cat")
    assert "x startup 1 FAILED" in text and "╭" not in text


def test_follows_line_by_line_and_ctrl_c_tells_the_rest(terminals, tmp_path: Path) -> None:
    log = tmp_path / "live.log"
    lines = (ROOT / case(GOOD)).read_bytes().split(b"\n")
    configured = next(number for number, line in enumerate(lines) if b"Configuring Paths" in line)
    log.write_bytes(b"")
    terminal = terminals(100)
    # Without the trap the shell would end with its jobs.
    terminal.type(f"clear; trap : INT; tail -n +1 -f {log} | octolog; echo ended:${{PIPESTATUS[1]}}")

    def shows(pattern: str) -> None:
        wait_for(lambda: re.search(pattern, terminal.screen(), re.M), f"{pattern} in\n{terminal.screen()}")

    with log.open("ab", buffering=0) as file:
        file.write(b"\n".join(lines[:7]) + b"\n")
        shows(r"▶ startup 1 began \(first\)")
        # What goes on has a line at the bottom, and it is gone when the next text comes.
        shows(r"^  … stdin: banner since 2018-07-02T09:15:01Z$")
        file.write(b"\n".join(lines[7:configured]) + b"\n")
        shows(r"✓ banner +0 s$")
        shows(r"✓ database +31 s$")
        assert "… stdin: banner" not in terminal.screen()
        shows(r"^  … stdin: configure since")
    terminal.key("C-c")
    shows(r"^ended:130$")
    screen = terminal.screen()
    assert "! startup unfinished in configure" in screen and "1 startup unfinished" in screen
    assert "… stdin" not in screen


def test_ctrl_c_flushes_events_too(terminals, tmp_path: Path) -> None:
    log, events = tmp_path / "live.log", tmp_path / "events.ndjson"
    log.write_bytes((ROOT / case(GOOD)).read_bytes())
    terminal = terminals(100)
    terminal.type(f"clear; trap : INT; tail -n +1 -f {log} | octolog > {events}; echo ended:${{PIPESTATUS[1]}}")
    wait_for(lambda: events.exists() and b"octolog.startup.succeeded.v1" in events.read_bytes(), "the events")
    terminal.key("C-c")
    wait_for(lambda: "ended:130" in terminal.screen(), terminal.screen())
    assert b'"type":"octolog.run.finished.v1"' in events.read_bytes().split(b"\n")[-2]


def test_head_ends_it_quietly(terminals) -> None:
    screen = terminals(120).run(f"octolog --format text {case(GOOD)} {case(FAILED)} | head -1; echo ${{PIPESTATUS[0]}}")
    lines = [line for line in screen.split("\n") if line and not line.startswith("READY>")]
    assert lines == [case(GOOD), "0", "ended:0"], screen


def slow_log(folder: Path) -> Path:
    """A log that takes seconds to read and tells nothing: each line may hold a secret, and holds none."""
    path = folder / "large.log"
    # A debug build is many times slower.
    parts = 20 if "debug" in str(OCTOLOG) else 150
    with path.open("wb") as file:
        for _ in range(parts):
            file.write(b"2024-01-01 10:00:00.000 INFO the token of nothing of interest, again and again\n" * 10_000)
    return path


def test_progress_of_files_and_none_where_it_is_not_wanted(terminals, tmp_path: Path) -> None:
    large = slow_log(tmp_path)
    terminal = terminals(100)
    terminal.type(f"clear; octolog {large} {case(GOOD)}; echo ended:$?")
    wait_for(lambda: re.search(r"^octolog: \d+ % of \d+ MB, [\d.]+ [MG]B/s, \d+ s left$", terminal.screen(), re.M), "")
    wait_for(lambda: "ended:0" in terminal.screen(), terminal.screen())
    screen = terminal.screen()
    assert " % of " not in screen and "✓ startup 1 succeeded" in screen
    quiet = terminals(100)
    quiet.type(f"clear; octolog --progress never {large}; echo ended:$?")
    wait_for(lambda: "ended:" in quiet.screen() or " % of " in quiet.screen(), "")
    assert " % of " not in quiet.screen()


@pytest.mark.parametrize("columns", [60, 120])
def test_a_report_fits(terminals, columns: int) -> None:
    terminal = terminals(columns, 400)
    screen = terminal.run(f"octolog report {case(FAILED)} {case('story-a-weak-sa-password')}")
    assert terminal.code == 0 and "VERDICT" in screen and "octolog explain sa-password-weak" in screen
    # With -J tmux joins the lines that it had to wrap.
    joined = [line.rstrip() for line in terminal.screen("-J").split("\n")]
    assert joined == [line.rstrip() for line in screen.split("\n")]


def test_progress_leaves_no_trace_and_quiet_has_none(terminals, tmp_path: Path) -> None:
    large = slow_log(tmp_path)
    for command in ["octolog --format events {} > {}", "octolog report {} > {}"]:
        terminal = terminals(100)
        terminal.type(f"clear; {command.format(large, tmp_path / 'out')}; echo ended:$?")
        wait_for(lambda shown=terminal: " % of " in shown.screen(), "the progress")
        wait_for(lambda shown=terminal: "ended:" in shown.screen(), "the end")
        assert " % of " not in terminal.screen()
    quiet = terminals(100)
    quiet.type(f"clear; octolog -q --format events {large} > {tmp_path / 'out'}; echo ended:$?")
    wait_for(lambda: "ended:" in quiet.screen() or " % of " in quiet.screen(), "the end")
    assert " % of " not in quiet.screen()


def test_a_second_ctrl_c_leaves_no_trace_of_what_went_on(terminals, tmp_path: Path) -> None:
    half = tmp_path / "half.log"
    half.write_bytes(b"\n".join((ROOT / case(GOOD)).read_bytes().split(b"\n")[:12]) + b"\n")
    stubborn = tmp_path / "stubborn"
    stubborn.write_text(f"trap '' INT\ncat {half}\nsleep 20\n")
    terminal = terminals(100)
    terminal.type(f"clear; trap : INT; octolog capture -- bash {stubborn}; echo ended:$?")
    wait_for(lambda: "… bash: database" in terminal.screen(), terminal.screen())
    terminal.key("C-c")
    time.sleep(0.5)
    terminal.key("C-c")
    wait_for(lambda: "ended:130" in terminal.screen(), terminal.screen())
    assert "… bash: database" not in terminal.screen()


def test_an_empty_terminal_is_told_what_to_type(terminals) -> None:
    terminal = terminals(120)
    for command in ["octolog", "octolog key", "octolog report"]:
        screen = terminal.run(command)
        assert "There is nothing to read. Name a log, or pipe one in: docker logs NAME 2>&1 | octolog" in screen
        assert terminal.code == 64


def test_log_text_cannot_steer_it(terminals, tmp_path: Path) -> None:
    log = tmp_path / "evil.log"
    evil = "x\x1b]0;stolen\x07\x1b[2J\x1b[31m\u202e\u2028y"
    text = (ROOT / case("server-2018.3.13-sql-login-failed")).read_text()
    log.write_text(re.sub(r"user '[^']*'", f"user '{evil}'", text))
    terminal = terminals(100)
    screen = terminal.run(f"octolog {log}")
    assert "FAILED in database" in screen and "\\u{202e}\\u{2028}y" in screen
    assert terminal.call("display-message", "-p", "#{pane_title}").strip() != "stolen"
