"""Writes the logs of a fleet of Tentacle containers, with duplicates of each class planted; equal for equal seeds.

The shapes are those of Fixtures/cases/tentacle-*: the Windows image as PowerShell's transcript (T1), and the Linux
image as `docker logs -t` has it (L2).
"""

from __future__ import annotations

import gzip
import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

SERVER = "https://octopus.corp.example"
OTHER_SERVER = "https://octopus-dr.corp.example"
SERVER_THUMBPRINT = "03DE61D56CB966FBE60366A5FDC6C2AD40575E9F"
# No value of its own in the logs of this fleet may come out of the Spark jobs.
API_KEY = "API-FAKEFAKEFAKEFAKEFAKEFAKE16"


@dataclass(frozen=True)
class Tentacle:
    """One registration of a container."""

    time: datetime
    thumbprint: str
    host: str
    subscription: str
    name: str | None = None
    server: str = SERVER
    space: str | None = None
    polls: bool = False
    is_worker: bool = False
    role: str = "web-server"
    keeps_certificate: bool = False
    """Whether an earlier boot of the container has made the certificate."""
    ends: bool = False
    """Whether the log shows the container's end."""


def windows_log(tentacle: Tentacle) -> list[str]:
    """T1 and T2: times in the lines, the command line of the registration, no space."""
    clock = tentacle.time
    lines: list[str] = []

    def at(seconds: int, *messages: str) -> None:
        nonlocal clock
        clock += timedelta(seconds=seconds)
        lines.extend(f"VERBOSE: [{clock:%Y-%m-%dT%H:%M:%S}] {message}" for message in messages)

    def command(verb: str, *output: str) -> None:
        program = r"C:\Program Files\Octopus Deploy\Tentacle\Tentacle.exe"
        at(0, f"Executing command '{program} {verb.replace(' ', ' --console --instance Tentacle ', 1)}'")
        lines.extend(["VERBOSE: ", *(f"VERBOSE: \t| {line}" for line in output), "VERBOSE: "])
        at(4, "done.")

    rule = "=" * 47
    restart = "These changes require a restart of the Tentacle."
    groups = " - worker pool 'Docker Workers'" if tentacle.is_worker else " - environment 'Production'"
    banner = [rule, "Configuring Octopus Deploy Tentacle", f" - server endpoint '{tentacle.server}'"]
    banner += [" - api key '##########'", *communication(tentacle), groups]
    banner += [] if tentacle.is_worker else [f" - role '{tentacle.role}'"]
    banner += [" - host 'ComputerName'", *([f" - name '{tentacle.name}'"] if tentacle.name else []), rule]
    at(0, *banner, "Configure Octopus Deploy Tentacle", "Setting directory paths ...")
    command(
        r"configure --home C:\TentacleHome --app C:\Applications", r"Home directory set to: C:\TentacleHome", restart
    )
    at(0, "Configuring communication type ...")
    if tentacle.polls:
        command('configure --noListen "True"', "Tentacle will not listen on a port", restart)
    else:
        command('configure --port 10933 --noListen "False"', "Services listen port: 10933", restart)
    at(0, "Updating trust ...")
    command("configure --reset-trust", "Removing all trusted Octopus Servers...", restart)
    at(0, "Creating certificate ...")
    command("new-certificate --if-blank", *certificate(tentacle))
    at(0, "Registering with server ...")
    lines.append("VERBOSE: Registering Tentacle with api key")
    verb = "register-worker" if tentacle.is_worker else "register-with"
    style = (
        "TentacleActive --server-comms-port 10943"
        if tentacle.polls
        else (f"TentaclePassive --publicHostName {tentacle.host} --tentacle-comms-port 10933")
    )
    name = f" --name {tentacle.name}" if tentacle.name else ""
    place = "--workerpool Docker Workers" if tentacle.is_worker else f"--environment Production --role {tentacle.role}"
    command(
        f"{verb} --server {tentacle.server} --force --comms-style {style} --apiKey {API_KEY}{name} {place}",
        f"Registering the tentacle with the server at {tentacle.server}/",
        "Machine registered successfully",
        restart,
    )
    at(0, "", "Configuration successful.")
    at(2, rule, "Running Octopus Deploy Tentacle", rule)
    lines += agent(tentacle)
    if tentacle.ends:
        at(60, "Run successful.")
    return lines


def linux_log(tentacle: Tentacle) -> list[str]:
    """L2: no times but those of `docker logs -t`, a space, and the + lines of the shell's trace."""
    rule = "=" * 47
    restart = "These changes require a restart of the Tentacle."
    groups = (
        [" - worker pool 'Docker Workers'"]
        if tentacle.is_worker
        else [" - environment 'Production'", f" - role '{tentacle.role}'"]
    )
    messages = [
        rule,
        "Configuring Octopus Deploy Tentacle",
        f" - server endpoint '{tentacle.server}'",
        " - api key '##########'",
        *communication(tentacle),
        *groups,
        " - host 'ComputerName'",
        *([f" - name '{tentacle.name}'"] if tentacle.name else []),
        *([f" - space '{tentacle.space}'"] if tentacle.space else []),
        rule,
        "Creating empty configuration file: /etc/octopus/Tentacle/tentacle-Tentacle.config",
        "Saving instance: Tentacle",
        "Setting home directory to: /etc/octopus",
        "Setting directory paths ...",
        "Application directory set to: /home/Octopus/Applications",
        restart,
        "Configuring communication type ...",
        "Tentacle will not listen on a port" if tentacle.polls else "Tentacle will listen on a TCP port",
        restart,
        "Updating trust ...",
        "Removing all trusted Octopus Servers...",
        restart,
        "Creating certificate ...",
        *certificate(tentacle),
        "Registering with server ...",
        "Registering Tentacle with API key",
        f"Registering the tentacle with the server at {tentacle.server}/",
        "Machine registered successfully",
        restart,
        "Configuration successful.",
        "",
        "+ [[ Y == \\Y ]]",
        "+ echo Docker-in-Docker is disabled.",
        "Docker-in-Docker is disabled.",
        "+ echo 'Starting Tentacle'",
        "Starting Tentacle",
        "+ exec tentacle agent --instance Tentacle --noninteractive",
        *agent(tentacle),
    ]
    return [
        f"{tentacle.time + timedelta(milliseconds=250 * number):%Y-%m-%dT%H:%M:%S.%f}000Z {message}"
        for number, message in enumerate(messages)
    ]


def communication(tentacle: Tentacle) -> list[str]:
    if tentacle.polls:
        return [" - communication mode 'Polling' (Active)", " - server port 10943"]
    return [" - communication mode 'Listening' (Passive)", " - registered port 10933"]


def certificate(tentacle: Tentacle) -> list[str]:
    if tentacle.keeps_certificate:
        return ["A certificate already exists, no changes will be applied."]
    return ["A new certificate has been generated and installed. Thumbprint:", tentacle.thumbprint]


def agent(tentacle: Tentacle) -> list[str]:
    lines = [f"Agent will trust Octopus Servers with the thumbprint: {SERVER_THUMBPRINT}"]
    if tentacle.polls:
        server = f"{tentacle.server}:10943/"
        lines.append(
            f"Agent will poll Octopus Server at {server} for subscription poll://{tentacle.subscription}/ "
            f"expecting thumbprint {SERVER_THUMBPRINT}"
        )
        return [*lines, "Agent will not use a proxy server", "Agent will not listen on any TCP ports"]
    return [
        *lines,
        "Agent will not use a proxy server",
        "listen://[::]:10933/              4  Listener started",
        "Agent listening on: [::]:10933",
    ]


class Fleet:
    """The logs of a fleet below a folder, and the duplicates among them."""

    def __init__(self, folder: Path, seed: int, fillers: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.logs = 0
        # By class: the members of each group, a container's name and its startup.
        self.planted: dict[str, set[frozenset[tuple[str, int]]]] = defaultdict(set)
        for plant in (
            self.same_name,
            self.same_thumbprint,
            self.same_subscription,
            self.same_endpoint,
            self.registered_again,
            self.ghost_of_a_service,
            self.ghost_of_a_profile,
            self.no_duplicates,
        ):
            for number in range(4):
                plant(number)
        for number in range(fillers):
            self.write(self.tentacle(f"single-{number}"))

    def tentacle(self, name: str | None, **changes: object) -> Tentacle:
        """One that shares nothing with the others."""
        minutes = self.random.randrange(60 * 24 * 28)
        tentacle = Tentacle(
            time=datetime(2018, 8, 1, 6, 0, 5) + timedelta(minutes=minutes),
            name=name,
            thumbprint=f"{self.random.getrandbits(160):040X}",
            host=f"{self.random.getrandbits(48):012X}",
            subscription="".join(self.random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=20)),
            polls=self.random.random() < 0.5,
        )
        return replace(tentacle, **changes)

    def write(self, *boots: Tentacle, linux: bool | None = None, service: str | None = None) -> list[tuple[str, int]]:
        """Writes the log of a container that has started so many times; its registrations as members of a group."""
        if linux is None:
            # Only the Windows image's log says what a listening Tentacle's host is.
            linux = all(boot.polls and boot.name for boot in boots) and self.random.random() < 0.5
        lines: list[str] = []
        for boot in boots:
            lines += linux_log(boot) if linux else windows_log(boot)
            if service and boot.ends:
                lines.append(f"{service} exited with code 143")
        if service:
            lines = [line if " exited with code " in line else f"{service}  | {line}" for line in lines]
        oldest = self.write_files(lines, rotated=self.logs % 5 == 4)
        return [(service or oldest, startup) for startup in range(1, len(boots) + 1)]

    def write_files(self, lines: list[str], rotated: bool) -> str:
        """The log as one file, or as three; the oldest gives an unnamed container its name."""
        name = f"host-{self.logs % 12:02}/{self.random.getrandbits(48):012x}.log"
        self.logs += 1
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not rotated:
            path.write_text("\n".join(lines) + "\n")
            return name
        first, second = sorted(self.random.sample(range(1, len(lines)), 2))
        oldest = path.with_name(f"{path.name}.2.gz")
        oldest.write_bytes(gzip.compress(("\n".join(lines[:first]) + "\n").encode(), mtime=0))
        path.with_name(f"{path.name}.1").write_text("\n".join(lines[first:second]) + "\n")
        path.write_text("\n".join(lines[second:]) + "\n")
        return f"{name}.2.gz"

    def plant(self, kind: str, *members: list[tuple[str, int]]) -> None:
        self.planted[kind].add(frozenset(member for log in members for member in log))

    def same_name(self, number: int) -> None:
        # Names are compared without regard to case. One has a line end of Unicode's, which is none in JSON.
        name = f"shop{chr(0x2028) if number == 2 else '-'}web-{number}"
        names = [name, name.capitalize(), name][: 3 if number == 3 else 2]
        self.plant("same-name", *(self.write(self.tentacle(name)) for name in names))

    def same_thumbprint(self, number: int) -> None:
        thumbprint = f"{self.random.getrandbits(160):040X}"
        names = (f"orders-{number}-a", f"orders-{number}-b")
        self.plant("same-thumbprint", *(self.write(self.tentacle(name, thumbprint=thumbprint)) for name in names))

    def same_subscription(self, number: int) -> None:
        shared = {"subscription": f"subscriptionnumber{number:02}", "polls": True}
        names = (f"poller-{number}-a", f"poller-{number}-b")
        self.plant("same-subscription", *(self.write(self.tentacle(name, **shared)) for name in names))

    def same_endpoint(self, number: int) -> None:
        shared = {"host": f"web{number}.corp.example", "polls": False}
        names = (f"edge-{number}-a", f"edge-{number}-b")
        self.plant("same-endpoint", *(self.write(self.tentacle(name, **shared)) for name in names))

    def registered_again(self, number: int) -> None:
        first = self.tentacle(f"again-{number}")
        second = replace(first, time=first.time + timedelta(minutes=50), keeps_certificate=True)
        self.plant("registered-again", self.write(first, second))

    def ghost_of_a_service(self, number: int) -> None:
        """Compose makes the service's container anew; each has its own id for a name."""
        service = f"stack{number}-tentacle-1"
        first = self.tentacle(None, polls=False, role=f"service-{number}", ends=True)
        second = self.tentacle(None, polls=False, role=first.role, time=first.time + timedelta(hours=3))
        self.plant("ghost", self.write(first, second, service=service))

    def ghost_of_a_profile(self, number: int) -> None:
        """A container ends, and another one with the same roles comes."""
        first = self.tentacle(None, polls=False, role=f"profile-{number}", ends=True)
        second = self.tentacle(None, polls=False, role=first.role, time=first.time + timedelta(hours=5))
        self.plant("ghost", self.write(first), self.write(second))

    def no_duplicates(self, number: int) -> None:
        """One name with two servers, in two spaces, and of a target and a worker."""
        name = f"node-{number}"
        self.write(self.tentacle(name, space="Default", polls=True), linux=True)
        self.write(self.tentacle(name, space="Payments", polls=True), linux=True)
        self.write(self.tentacle(name, server=OTHER_SERVER))
        self.write(self.tentacle(name, is_worker=True))
