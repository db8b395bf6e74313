"""Programs that do a task in turns, so that what else the machine does concerns all of them alike."""

import dataclasses
import os
import tempfile
from typing import Callable

import process
from machine import say

# A run that would take longer than this, in seconds, is given a smaller slice of the corpus.
PATIENCE = 4
# octolog is measured on the whole corpus, if that can be waited for.
OWN_PATIENCE = 15


@dataclasses.dataclass
class Entrant:
    """One that takes part."""

    name: str
    # From a size in MiB to the files that are read, which are prefixes of the whole.
    files: Callable
    # From the files to the command, or to several that run at once.
    commands: Callable
    # How many times as fast octolog (the first entrant) is to be; None where nothing is promised.
    goal: float = None
    # What the row says of it besides.
    note: str = ""
    patience: float = PATIENCE
    mib: int = 0
    runs: list = dataclasses.field(default_factory=list)
    fault: str = None

    def size(self):
        return sum(os.path.getsize(path) for path in self.files(self.mib))

    def once(self, patience=None):
        # grep stops at the first match if its output is /dev/null, so that counts go to a file.
        is_own = "octolog" in self.name
        with tempfile.NamedTemporaryFile() as counts:
            output = os.devnull if is_own else counts.name
            return process.run(self.commands(self.files(self.mib)), output, patience)

    def speed(self):
        """A million bytes a second."""
        return self.size() / process.median([taken.wall for taken in self.runs]) / 1e6


def _choose_slice(entrant, mib):
    """The largest slice that takes no longer than there is patience, judged by runs on ever larger ones."""
    sizes = [mib]
    while sizes[0] > 1:
        sizes.insert(0, max(1, sizes[0] // 4))
    last = None
    for place, size in enumerate(sizes):
        entrant.mib = size
        taken = entrant.once(4 * entrant.patience)
        if taken.is_cut or taken.wall > entrant.patience:
            if last is None and taken.is_cut:
                entrant.fault = f"more than {4 * entrant.patience:.0f} s"
            elif last is None:
                # The smallest is too much already: this run is all.
                entrant.runs.append(taken)
            else:
                entrant.mib = sizes[place - 1]
            return
        if place + 1 < len(sizes):
            slope = (taken.wall - last) / (size - sizes[place - 1]) if last else 0
            if taken.wall + slope * (sizes[place + 1] - size) > entrant.patience:
                return
        last = taken.wall


def _try(entrant, task):
    """One that fails stays in the table, with what went wrong."""
    try:
        task()
    except process.Failed as failure:
        entrant.fault = str(failure)
        say(entrant.fault)


def hold(name, entrants, mib, rounds):
    """Times all entrants, in turns."""
    for entrant in entrants:
        say(f"{name}: {entrant.name} warms up")
        _try(entrant, lambda: _choose_slice(entrant, mib))
    again = [entrant for entrant in entrants if entrant.fault is None and not entrant.runs]
    for number in range(rounds):
        say(f"{name}: round {number + 1} of {rounds}")
        for entrant in again:
            if entrant.fault is None:
                _try(entrant, lambda: entrant.runs.append(entrant.once()))
    return [_row(name, entrant, entrants[0], mib) for entrant in entrants]


HEADER = """\
| work | tool | MiB | median s | spread | CPU s | MB/s | octolog / tool | goal | met |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"""


def _row(name, entrant, ours, mib):
    if entrant.fault or ours.fault:
        return f"| {name} | {entrant.name} | {entrant.mib} | {entrant.fault or ''} | | | | | {entrant.goal or ''} | |"
    walls = [taken.wall for taken in entrant.runs]
    ratio = ours.speed() / entrant.speed()
    goal, met = "", ""
    if entrant.goal is not None:
        goal, met = f"{entrant.goal:g}", "yes" if ratio >= entrant.goal else "no"
    shown = "" if entrant is ours else f"{ratio:.3g}"
    size = f"{entrant.mib}" if entrant.mib == mib else f"{entrant.mib} of {mib}"
    spread = f"{process.spread(walls):.0f} %" if len(walls) > 1 else "one run"
    cpu = process.median([taken.cpu for taken in entrant.runs])
    return (
        f"| {name} | {entrant.name} | {size} | {process.median(walls):.3f} | {spread} | {cpu:.3f} "
        f"| {entrant.speed():.1f} | {shown} | {goal} | {met} |"
    )
