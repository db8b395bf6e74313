"""What is installed, packaged and put into an image, by the Makefile and the programs of packaging/."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from docker import engine
from harness import CASES, ROOT, lines_of, missing, octolog, program

LOG = CASES / "server-2018.3.13-docs-excerpt" / "input.log"
KEY = "5qJcW9E6B99teMmrOzaYNA=="
INSTALLED = {
    "bin/octolog",
    "share/man/man1/octolog.1",
    "share/bash-completion/completions/octolog",
    "share/zsh/site-functions/_octolog",
    "share/fish/vendor_completions.d/octolog.fish",
}
NOBODY = 65534
# xz takes longer than all the rest.
UNCOMPRESSED = {**os.environ, "COMPRESSION": "none"}


def run(*command: object, **options: object) -> subprocess.CompletedProcess[str]:
    settings = {"cwd": ROOT, "capture_output": True, "text": True, "timeout": 300, **options}
    result = subprocess.run(list(map(str, command)), check=False, **settings)
    assert result.returncode == 0, (command, result.stdout[-2000:], result.stderr[-2000:])
    return result


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


@pytest.fixture(scope="module", autouse=True)
def package() -> Path:
    """What `make package` makes of the release that was built; nothing is compiled here."""
    newest = subprocess.run(["make", "-q", ".build/release/octolog"], cwd=ROOT, capture_output=True, check=False)
    if newest.returncode != 0:
        missing("the release is older than its sources: make build")
    run("make", "package")
    return ROOT / ".build" / "package"


# ---------------------------------------------------------------- make install


def test_install_puts_each_file_at_its_place(tmp_path: Path) -> None:
    made = run("make", "install", f"DESTDIR={tmp_path}", "PREFIX=/opt/octolog")
    assert "swift" not in made.stdout
    root = tmp_path / "opt" / "octolog"
    assert files(tmp_path) == {f"opt/octolog/{file}" for file in INSTALLED}
    for file in INSTALLED:
        assert stat.S_IMODE((root / file).stat().st_mode) == (0o755 if file.startswith("bin/") else 0o644)
    assert run(root / "bin/octolog", "key", "-q", LOG).stdout == KEY + "\n"


def test_uninstall_leaves_no_file(tmp_path: Path) -> None:
    run("make", "install", f"DESTDIR={tmp_path}")
    run("make", "uninstall", f"DESTDIR={tmp_path}")
    assert files(tmp_path) == set()


@pytest.fixture
def open_copy(package: Path) -> Iterator[Path]:
    """The project as somebody else may read it, but not write, wherever it lies."""
    folder = Path(tempfile.mkdtemp(prefix="octolog-"))
    try:
        shutil.copytree(ROOT / "Sources", folder / "Sources")
        for name in ("Makefile", "Package.swift", "README.md"):
            shutil.copy2(ROOT / name, folder / name)
        shutil.copytree(ROOT / "packaging", folder / "packaging")
        (folder / ".build" / "release").mkdir(parents=True)
        shutil.copy2(ROOT / ".build" / "release" / "octolog", folder / ".build" / "release" / "octolog")
        shutil.copytree(package, folder / ".build" / "package")
        (folder / "home").mkdir()
        folder.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(folder / "home", NOBODY, NOBODY)
        yield folder
    finally:
        shutil.rmtree(folder)


def test_a_user_installs_at_home(open_copy: Path) -> None:
    prefix = open_copy / "home" / ".local"
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    run("make", "install", f"PREFIX={prefix}", cwd=open_copy, **user)
    assert files(prefix) == INSTALLED
    assert run(prefix / "bin/octolog", "key", "-q", "-", cwd="/", input=LOG.read_text(), **user).stdout == KEY + "\n"
    run("make", "uninstall", f"PREFIX={prefix}", cwd=open_copy, **user)
    assert files(prefix) == set()


def test_the_installed_completions_are_those_that_octolog_prints(tmp_path: Path) -> None:
    run("make", "install", f"DESTDIR={tmp_path}", "PREFIX=")
    for shell, file in {
        "bash": "share/bash-completion/completions/octolog",
        "zsh": "share/zsh/site-functions/_octolog",
        "fish": "share/fish/vendor_completions.d/octolog.fish",
    }.items():
        assert (tmp_path / file).read_text() == run(tmp_path / "bin/octolog", "completions", shell).stdout


# ---------------------------------------------------------------- the manual page


@pytest.fixture(scope="module")
def page(package: Path) -> str:
    """As a terminal of 100 columns shows it, without bold and underlined letters."""
    shown = program("mandoc", "mandoc").run("-T", "utf8", "-O", "width=100", package / "octolog.1")
    assert shown.returncode == 0, shown.stderr
    return re.sub(".\b", "", shown.stdout)


def test_mandoc_finds_no_fault_with_the_manual(package: Path) -> None:
    judged = program("mandoc", "mandoc").run("-T", "lint", "-W", "all", package / "octolog.1")
    assert (judged.returncode, judged.stdout) == (0, "")


def test_the_manual_has_its_sections(page: str) -> None:
    headings = [line for line in page.split("\n") if re.fullmatch(r"[A-Z][A-Z ]+", line)]
    expected = ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "EXAMPLES", "CODES"]
    assert [heading for heading in headings if heading in {*expected, "SEE ALSO"}] == [*expected, "SEE ALSO"]


def commands(command: dict, above: str = "") -> Iterator[tuple[str, dict]]:
    for inner in command.get("subcommands", []):
        if inner["commandName"] != "help":
            name = f"{above} {inner['commandName']}"
            yield from commands(inner, name) if inner.get("subcommands") else [(name, inner)]


def test_the_manual_has_every_command_with_its_options(page: str) -> None:
    told = page.split("\nCOMMANDS\n")[1].split("\nEXIT STATUS\n")[0]
    root = json.loads(octolog("--experimental-dump-help").stdout)["command"]
    for name, command in commands(root):
        parts = re.split(rf"\n +octolog{name}\n", told)
        assert len(parts) == 2, name
        own = re.split(r"\n {1,5}octolog .*\n", parts[1])[0]
        for argument in command["arguments"]:
            for option in argument.get("names", []):
                if option["name"] not in {"version", "help", "h"} and argument["shouldDisplay"]:
                    dashes = "--" if option["kind"] == "long" else "-"
                    assert re.search(rf"[ ,]{dashes}{re.escape(option['name'])}\b", own), (name, option)


def test_the_manual_lists_every_code(page: str) -> None:
    told = page.split("\nCODES\n")[1]
    codes = [one["code"] for one in json.loads(octolog("explain", "--json").stdout)]
    assert len(codes) > 50
    for code in codes:
        assert re.search(rf"^ +{re.escape(code)}( |$)", told, re.MULTILINE), code


def test_the_manual_has_every_exit_code_of_the_readme(page: str) -> None:
    told = page.split("\nEXIT STATUS\n")[1].split("\nENVIRONMENT\n")[0]
    found = {int(code) for row in re.findall(r"^ {5,7}(\d[\d, ]*)", told, re.MULTILINE) for code in re.findall(r"\d+", row)}
    assert found == {0, 1, 2, 3, 4, 64, 66, 74, 78, 130, 143}


# ---------------------------------------------------------------- make deb


@pytest.fixture(scope="module")
def deb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for tool in ("dpkg-deb", "dpkg-shlibdeps"):
        if shutil.which(tool) is None:
            missing(f"there is no {tool}: a package is made with Debian's dpkg-dev")
    folder = tmp_path_factory.mktemp("deb")
    run("packaging/deb", folder, env=UNCOMPRESSED)
    (file,) = folder.glob("*.deb")
    return file


def field(deb: Path, name: str) -> str:
    return run("dpkg-deb", "--field", deb, name).stdout.strip()


def test_the_package_says_what_it_needs(deb: Path) -> None:
    assert field(deb, "Package") == "octolog"
    assert f"octolog {field(deb, 'Version')}," in octolog("--version").stdout
    assert field(deb, "Architecture") == run("dpkg", "--print-architecture").stdout.strip()
    assert re.search(r"\blibc6 \(>= 2\.\d+\)", field(deb, "Depends"))
    assert int(field(deb, "Installed-Size")) > 1000


def test_the_package_holds_what_install_puts_there_and_root_owns_it(deb: Path) -> None:
    listed = [line.split() for line in lines_of(run("dpkg-deb", "--contents", deb).stdout)]
    assert {owner for _, owner, *_ in listed} == {"root/root"}
    found = {entry[5].removeprefix("./") for entry in listed if not entry[0].startswith("d")}
    moved = {
        "share/man/man1/octolog.1": "share/man/man1/octolog.1.gz",
        "share/zsh/site-functions/_octolog": "share/zsh/vendor-completions/_octolog",
    }
    assert found == {f"usr/{moved.get(file, file)}" for file in INSTALLED}


def test_the_package_is_the_same_each_time(deb: Path, tmp_path: Path) -> None:
    run("packaging/deb", tmp_path, env=UNCOMPRESSED)
    assert (tmp_path / deb.name).read_bytes() == deb.read_bytes()


def test_the_package_can_be_installed_and_removed(deb: Path, tmp_path: Path) -> None:
    for folder in ("info", "updates"):
        (tmp_path / "var/lib/dpkg" / folder).mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").touch()
    dpkg = ["dpkg", f"--root={tmp_path}", "--force-not-root", "--force-depends", "--force-bad-path"]
    run(*dpkg, "--install", deb)
    assert run(tmp_path / "usr/bin/octolog", "key", "-q", LOG).stdout == KEY + "\n"
    run(*dpkg, "--purge", "octolog")
    assert not (tmp_path / "usr/bin/octolog").exists()


# ---------------------------------------------------------------- the image


def settings_of_image() -> dict[str, str]:
    """USER, WORKDIR and ENTRYPOINT of the Dockerfile's last stage."""
    stage = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]
    return dict(re.findall(r"^(USER|WORKDIR|ENTRYPOINT) (.*)$", stage, re.MULTILINE))


@pytest.fixture(scope="module")
def rootfs(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Dockerfile's last stage copies, made by the same program."""
    folder = tmp_path_factory.mktemp("rootfs")
    assert "packaging/rootfs .build/release/octolog /rootfs" in (ROOT / "Dockerfile").read_text()
    run("packaging/rootfs", ".build/release/octolog", folder)
    folder.chmod(0o755)
    return folder


def test_the_image_has_octolog_and_libraries_and_nothing_else(rootfs: Path) -> None:
    others = {file for file in files(rootfs) if not re.search(r"(^|/)(lib[^/]*|ld-linux[^/]*)\.so(\.\d+)?$", file)}
    assert others == {"usr/bin/octolog"}


def test_the_image_runs_without_root_and_rights(rootfs: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = settings_of_image()
    assert settings["USER"].split(":")[0] not in {"", "0", "root"}
    # Sockets' paths may not be long.
    with engine(tmp_path_factory.mktemp("image") / "engine") as running:
        archive = subprocess.run(["tar", "-C", rootfs, "-c", "."], capture_output=True, check=True).stdout
        changes = [f"--change={name} {value}" for name, value in settings.items()]
        running.docker("import", *changes, "-", "octolog", input=archive)
        limits = ["--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
        docker = ["run", "-i", "--rm", *limits]
        assert running.docker(*docker, "octolog", "key", input=LOG.read_bytes()) == KEY
        assert running.docker(*docker, "octolog", "--version") == octolog("--version").stdout.strip()
        mounted = ["--volume", f"{LOG.parent}:{settings['WORKDIR']}:ro"]
        assert running.docker(*docker, *mounted, "octolog", "key", "-q", "input.log") == KEY


def test_the_readme_tells_how_to_install() -> None:
    text = (ROOT / "README.md").read_text()
    told = text.split("\n## Installing\n")[1].split("\n## ")[0]
    for command in ("make install", "make deb", "docker build", "docker run -i --rm octolog key", "octolog completions"):
        assert command in told, command
    assert shlex.split(settings_of_image()["ENTRYPOINT"].strip("[]")) == ["/usr/bin/octolog"]
