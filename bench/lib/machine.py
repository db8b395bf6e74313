"""What a benchmark needs from the machine: programs, builds, corpora, and a place for its results."""

import datetime
import os
import pathlib
import shutil
import subprocess
import sys

BENCH = pathlib.Path(__file__).resolve().parent.parent
CORPORA = BENCH / "corpora"
PATTERNS = CORPORA / "patterns.txt"
# Automata that look at bytes, not at characters of the user's language.
ENVIRONMENT = {**os.environ, "LC_ALL": "C"}


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def numbers(arguments, defaults, usage):
    """The first arguments as whole numbers over 0, the missing ones by default."""
    given = arguments[: len(defaults)]
    if len(arguments) > len(defaults) or any(not text.isdigit() or int(text) == 0 for text in given):
        print(f"usage: {usage}", file=sys.stderr)
        sys.exit(64)
    return [int(text) for text in given] + defaults[len(given) :]


def need(command, package=None):
    """Whether there is such a program, after an attempt to install it from Debian."""
    if shutil.which(command) is None:
        say(f"installing {package or command}")
        install = ["apt-get", "install", "-y", "--no-install-recommends", package or command]
        try:
            subprocess.run(install, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        except FileNotFoundError:
            pass
    if shutil.which(command) is None:
        say(f"there is no {command}: left out")
        return False
    return True


def _swift_build(package, product):
    options = ["-c", "release", "--static-swift-stdlib", "--package-path", str(package)]
    subprocess.run(["swift", "build", *options, "--product", product], stdout=sys.stderr, check=True)
    folder = subprocess.run(
        ["swift", "build", *options, "--show-bin-path"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    return os.path.join(folder, product)


def build(product):
    """The path of `generate` or `lineloop`, built anew where its source is newer."""
    return _swift_build(BENCH, product)


def octolog():
    """The binary that OCTOLOG names, or the one that is built."""
    named = os.environ.get("OCTOLOG")
    return os.path.abspath(named) if named else _swift_build(BENCH.parent, "octolog")


def has_option(binary, option):
    """Whether `octolog analyze` knows an option: some are younger than this."""
    text = subprocess.run([binary, "analyze", "--help"], capture_output=True, text=True, check=False).stdout
    return option in text


def write_patterns(binary):
    """The rules as patterns that ripgrep and grep read; returns how many there are."""
    CORPORA.mkdir(exist_ok=True)
    rules = subprocess.run([binary, "rules", "list", "--json"], stdout=subprocess.PIPE, check=True).stdout
    made = subprocess.run([sys.executable, BENCH / "patterns.py"], input=rules, stdout=subprocess.PIPE, check=True)
    PATTERNS.write_bytes(made.stdout)
    return len(made.stdout.splitlines())


def generate(generator, arguments, name):
    """A file of corpora/ with what `generate` writes; kept, as long as the generator is not newer."""
    CORPORA.mkdir(exist_ok=True)
    path = CORPORA / name
    newest = max(source.stat().st_mtime for source in (BENCH / "Sources/generate").iterdir())
    if path.exists() and path.stat().st_mtime > newest:
        return path
    say(f"generating {name}")
    part = path.with_suffix(".part")
    with open(part, "wb") as output:
        subprocess.run([generator, *map(str, arguments)], stdout=output, check=True)
    part.rename(path)
    return path


def corpus(generator, kind, mib, frame=None, seed=1):
    """A corpus of so many MiB: steady, startup or hostile, in a frame or without."""
    arguments = [kind, mib << 20, "--seed", seed] + (["--as", frame] if frame else [])
    return generate(generator, arguments, f"{kind}-{frame or 'plain'}-{seed}-{mib}.log")


def runs_folder():
    folder = BENCH / "runs" / f"{datetime.date.today()}-{os.cpu_count()}core"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def first_line(command):
    """What a program says of its version."""
    try:
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    except FileNotFoundError:
        return None
    return result.stdout.strip().split("\n")[0]


def description(binary):
    """The lines that say what was measured, and on what."""
    processor = ""
    for text in open("/proc/cpuinfo"):
        if text.startswith("model name"):
            processor = text.split(":", 1)[1].strip()
            break
    system = os.uname()
    return [
        f"- processor: {processor}, {os.cpu_count()} cores, {system.sysname} {system.machine}",
        f"- {first_line([binary, '--version'])}",
        f"- {first_line(['swift', '--version'])}",
    ]
