"""What a run executes and calls, as valgrind's callgrind counts it: the same on any machine, whatever else it does."""

import os
import re
import subprocess
import tempfile

# What takes memory from the C library or the system; Swift's own functions, such as swift_allocObject, end in these.
ALLOCATIONS = re.compile(r"^(malloc|calloc|realloc|posix_memalign|aligned_alloc|memalign|mmap|mremap)$")
# What takes a reference to an object.
RETAINS = re.compile(r"^swift_(retain|bridgeObjectRetain|unknownObjectRetain|unownedRetainStrong|errorRetain)(_n)?$")

_NAME = re.compile(r"^(c?fn)=\((\d+)\)(?: (.*))?$")


class Counts:
    """Counts of a run: instructions, allocations and retains."""

    def __init__(self, text):
        self.instructions, self.allocations, self.retains = 0, 0, 0
        names = {}
        caller = called = ""
        for line in text:
            if line.startswith("calls="):
                self._note(caller, called, int(line[6:].split()[0]))
            elif line.startswith(("totals:", "summary:")):
                self.instructions = int(line.split()[1])
            elif match := _NAME.match(line):
                kind, number, name = match.groups()
                if name is not None:
                    # A function that calls itself has a number behind its name.
                    names[number] = name.split("'")[0]
                if kind == "cfn":
                    called = names[number]
                else:
                    caller = names[number]

    def _note(self, caller, called, count):
        # One that ends in another of its kind counts once.
        if ALLOCATIONS.match(called) and not ALLOCATIONS.match(caller):
            self.allocations += count
        if RETAINS.match(called) and not RETAINS.match(caller):
            self.retains += count


def count(command):
    """Counts a run of a program that has its symbols; the output of the program is dropped."""
    with tempfile.NamedTemporaryFile("r", suffix=".callgrind") as out:
        words = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", *map(str, command)]
        # Else tables are filled in another order each time, and counts differ by a few.
        environment = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}
        status = subprocess.run(
            words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            check=False,
        ).returncode
        if status not in (0, 1, 2, 3, 4):
            raise SystemExit(f"counts: {' '.join(map(str, command))} ended with {status} under valgrind")
        with open(out.name) as text:
            return Counts(text)
