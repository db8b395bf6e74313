"""The rows of the table that compare speeds, in the order of what octolog promises."""

import json
import subprocess

from contest import OWN_PATIENCE, Entrant, hold
from machine import PATTERNS, corpus, need
import tools


class Works:
    """What all rows are made from."""

    def __init__(self, octolog, generator, lineloop, mib, rounds, has_jobs):
        self.octolog, self.generator, self.lineloop = octolog, generator, lineloop
        self.mib, self.rounds, self.has_jobs = mib, rounds, has_jobs

    def _files(self, kind, frame=None, seeds=(1,)):
        return lambda mib: [corpus(self.generator, kind, mib, frame, seed) for seed in seeds]

    def _own(self, name, files, *options, goal=None, jobs=1):
        """octolog itself, with as many threads as are told where it can have more than one."""
        threads = ["--jobs", str(jobs)] if self.has_jobs and not (options and options[0] == "redact") else []
        return Entrant(
            f"octolog{name}", files, lambda paths: [[self.octolog, *options, *threads, *paths]], goal=goal,
            patience=OWN_PATIENCE,
        )

    def _tool(self, name, command, files, goal=None):
        return Entrant(name, files, lambda paths: [command(paths[0])], goal=goal)

    def check(self):
        """Fails unless octolog reads as many lines as there are: to be fast by reading less is no feat."""
        for kind, frame in ("steady", None), ("steady", "json-file"), ("steady", "cri"), ("startup", None):
            path = corpus(self.generator, kind, min(8, self.mib), frame)
            counted = int(subprocess.run([self.lineloop, path], stdout=subprocess.PIPE, check=True).stdout)
            events = subprocess.run([self.octolog, path], stdout=subprocess.PIPE, check=True).stdout
            read = json.loads(events.splitlines()[-1])["data"]["lines"]
            if read != counted:
                raise SystemExit(f"bench: octolog read {read} lines of {path.name}, which has {counted}")

    def steady(self):
        files = self._files("steady")
        goals = {"rg": 6, "grep": 8}
        entrants = [self._own("", files)]
        entrants += [self._tool(n, c, files, goals.get(n)) for n, c in tools.searchers().items()]
        entrants.append(self._tool("lineloop", lambda path: [self.lineloop, path], files, 0.6))
        entrants += [self._tool(n, c, files) for n, c in tools.watchers().items()]
        return hold("steady", entrants, self.mib, self.rounds)

    def json_file(self):
        files = self._files("steady", "json-file")
        entrants = [self._own("", files), self._own(", plain log", self._files("steady"), goal=0.4)]
        if need("jq"):
            entrants.append(self._tool("jq -r .log", lambda path: ["jq", "-r", ".log", path], files, 15))
        return hold("steady, json-file", entrants, self.mib, self.rounds)

    def cri(self):
        files = self._files("steady", "cri")
        entrants = [self._own("", files), self._own(", plain log", self._files("steady"), goal=0.4)]
        entrants.append(self._tool("cut -d' ' -f4-", lambda path: ["cut", "-d", " ", "-f", "4-", path], files))
        return hold("steady, CRI", entrants, self.mib, self.rounds)

    def startup(self):
        files = self._files("startup")
        entrants = [self._own("", files)]
        entrants += [self._tool(n, c, files, {"rg": 2}.get(n)) for n, c in tools.searchers().items()]
        entrants.append(self._tool("lineloop", lambda path: [self.lineloop, path], files))
        return hold("startup", entrants, self.mib, self.rounds)

    def hostile(self):
        files = self._files("hostile")
        entrants = [self._own("", files), self._own(", steady log", self._files("steady"))]
        if need("rg", "ripgrep"):
            command = lambda path: ["rg", "--no-config", "-j1", "-a", "-c", "-f", PATTERNS, path]
            entrants.append(self._tool("rg -a", command, files))
        entrants.append(self._tool("lineloop", lambda path: [self.lineloop, path], files))
        return hold("hostile", entrants, self.mib, self.rounds)

    def redact(self):
        files = self._files("steady")
        entrants = [self._own(" redact", files, "redact"), self._own(" analyze", files, goal=0.5)]
        return hold("redact, steady", entrants, self.mib, self.rounds)

    def jobs(self):
        """Two files by two threads against one, and one large file; beside them, two processes at once."""
        rows = []
        for kind in ("steady", "startup"):
            pair = self._files(kind, seeds=(1, 2))
            apart = Entrant(
                "octolog, two processes", pair, lambda paths: [[self.octolog, path] for path in paths],
                patience=OWN_PATIENCE,
            )
            one = self._own(" --jobs 1", pair, goal=1.8)
            if not self.has_jobs:
                one.name, one.goal = "octolog, one thread", None
                rows.append(f"| 2 files, {kind} | octolog --jobs 2 | | not built | | | | | 1.8 | |")
                rows += hold(f"2 files, {kind}", [apart, one], self.mib, self.rounds)
                continue
            rows += hold(
                f"2 files, {kind}", [self._own(" --jobs 2", pair, jobs=2), one, apart], self.mib, self.rounds
            )
            single = self._files(kind)
            rows += hold(
                f"1 file, {kind}", [self._own(" --jobs 2", single, jobs=2), self._own(" --jobs 1", single)],
                self.mib, self.rounds,
            )
        return rows
