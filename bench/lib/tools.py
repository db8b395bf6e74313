"""Others' programs, and how each is told to look for what octolog's rules look for."""

from machine import CORPORA, PATTERNS, first_line, need


def _mtail_program():
    """A counter, and a pattern of each rule that adds to it: so mtail's programs are written."""
    folder = CORPORA / "mtail"
    folder.mkdir(exist_ok=True)
    text = "counter hits\n"
    for pattern in PATTERNS.read_text().splitlines():
        text += "/%s/ {\n  hits++\n}\n" % pattern.replace("/", "\\/")
    (folder / "rules.mtail").write_text(text)
    return folder


def _sec_rules():
    """A rule of each pattern that does nothing: SEC stops at the first that matches."""
    rules = "\n".join(
        f"type=Single\nptype=RegExp\npattern={pattern}\ndesc=hit\naction=none\n"
        for pattern in PATTERNS.read_text().splitlines()
    )
    path = CORPORA / "rules.sec"
    path.write_text(rules)
    return path


def searchers():
    """Name and command of each program that is there and counts the lines that match."""
    found = {}
    if need("rg", "ripgrep"):
        found["rg"] = lambda path: ["rg", "--no-config", "-j1", "-c", "-f", PATTERNS, path]
    if need("grep"):
        found["grep"] = lambda path: ["grep", "-E", "-c", "-f", PATTERNS, path]
    if need("pcre2grep", "pcre2-utils"):
        found["pcre2grep"] = lambda path: ["pcre2grep", "-c", "-f", PATTERNS, path]
    if need("ugrep"):
        found["ugrep"] = lambda path: ["ugrep", "-J1", "-E", "-c", "-f", PATTERNS, path]
    return found


def watchers():
    """The same of programs that watch logs."""
    found = {}
    if need("mtail"):
        folder = _mtail_program()
        found["mtail"] = lambda path: ["mtail", "--one_shot", "--progs", folder, "--logs", path]
    if need("sec"):
        rules = _sec_rules()
        found["sec"] = lambda path: ["sec", f"--conf={rules}", f"--input={path}", "--notail"]
    return found


VERSIONS = {
    "rg": ["rg", "--version"],
    "grep": ["grep", "--version"],
    "pcre2grep": ["pcre2grep", "--version"],
    "ugrep": ["ugrep", "--version"],
    "mtail": ["mtail", "--version"],
    "sec": ["sec", "--version"],
    "jq": ["jq", "--version"],
}


def versions():
    return [f"- {name}: {line}" for name, command in VERSIONS.items() if (line := first_line(command))]
