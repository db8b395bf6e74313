"""Peak memory, of each corpus and of lines that never end."""

import subprocess

import process
from machine import corpus, generate, say

HEADER = """\
| peak memory | MiB | goal | met |
| --- | ---: | ---: | --- |"""


def _row(name, command, goal, stdin=subprocess.DEVNULL):
    say(f"memory: {name}")
    try:
        peak = process.peak(command, stdin)
    except process.Failed as failure:
        return f"| {name} | {failure} | {goal} | no |"
    if peak is None:
        return f"| {name} | not measured: no GNU time | {goal} | |"
    return f"| {name} | {peak:.1f} | {goal} | {'yes' if peak <= goal else 'no'} |"


def _line(text):
    """A pipe that brings a line of 1 GiB, or one in parts of 16 KiB as Docker stores it."""
    program = (
        "import sys\n"
        f"block = {text!r} * 64\n"
        "for _ in range(1 << 10): sys.stdout.write(block)\n"
    )
    return subprocess.Popen(["python3", "-c", program], stdout=subprocess.PIPE)


def rows(octolog, generator, mib, jobs):
    """All rows; the options tell octolog how many threads it has."""
    files = {
        "steady": corpus(generator, "steady", mib),
        "steady, json-file": corpus(generator, "steady", mib, "json-file"),
        "steady, CRI": corpus(generator, "steady", mib, "cri"),
        "startup": corpus(generator, "startup", mib // 4 or 1),
        "hostile": corpus(generator, "hostile", mib // 4 or 1),
        "hostile, json-file": corpus(generator, "hostile", mib // 4 or 1, "json-file"),
        "1,000 containers interleaved": generate(
            generator, ["interleaved", mib << 18, "--containers", 1000], f"interleaved-1000-{mib // 4}.log"
        ),
    }
    result = [
        _row(f"{name}, {path.stat().st_size >> 20} MiB", [octolog, *jobs, path], 32) for name, path in files.items()
    ]
    steady = files["steady"]
    result.append(_row("redact, steady", [octolog, "redact", steady], 32))
    lines = {
        "a line of 1 GiB": "x" * 16384,
        "a line of 1 GiB in parts": '{"log":"%s","stream":"stdout","time":"2018-07-02T09:15:01.5Z"}\n' % ("x" * 16384),
    }
    for name, text in lines.items():
        for command in ([octolog, *jobs, "-"], [octolog, "redact", "-"]):
            source = _line(text)
            result.append(_row(name + (", redact" if "redact" in command else ""), command, 64, source.stdout))
            source.stdout.close()
            source.wait()
    return result
