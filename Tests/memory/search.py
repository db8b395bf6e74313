#!/usr/bin/env python3
"""Searches the memory of a process for a secret.

search.py SECRET exit COMMAND...       at its end: when it calls exit_group(2)
search.py SECRET start COMMAND...      at its beginning: when it has done execve(2)
search.py SECRET live FILE COMMAND...  while it waits for more on stdin, after it was given FILE

COMMAND is found on the PATH, or by its path; of its input `-` is this program's stdin. Prints a line for each find,
and `searched N bytes`. Exits with 77 where the system does not allow to look.
"""
import ctypes
import os
import subprocess
import sys
import threading
import time

TRACEME, CONT, SETOPTIONS, DETACH, SEIZE, INTERRUPT = 0, 7, 0x4200, 17, 0x4206, 0x4207
TRACEEXIT, EXITKILL, EVENT_EXIT = 0x40, 0x100000, 6

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def ptrace(request, pid, data=0):
    if libc.ptrace(request, pid, None, data) < 0:
        error = ctypes.get_errno()
        print(f"ptrace: {os.strerror(error)}", file=sys.stderr)
        sys.exit(77)


def forms(secret):
    """The secret, its halves, and both as UTF-16: what is left of it may be a part."""
    half = len(secret) // 2
    for name, text in (("whole", secret), ("first half", secret[:half]), ("second half", secret[half:])):
        yield name, text.encode()
        yield name + ", UTF-16", text.encode("utf-16-le")


def search(pid, secret):
    count = 0
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            fields = line.split()
            name = fields[5] if len(fields) > 5 else ""
            if "r" not in fields[1] or name in ("[vvar]", "[vsyscall]", "[vvar_vclock]"):
                continue
            start, end = (int(part, 16) for part in fields[0].split("-"))
            try:
                memory.seek(start)
                content = memory.read(end - start)
            except (OSError, ValueError):
                continue
            count += len(content)
            for form, text in forms(secret):
                position = content.find(text)
                while position >= 0:
                    around = content[max(0, position - 24):position + len(text) + 24]
                    print(f"{form} at {start + position:#x} in {name or 'memory'} ({fields[1]}, {end - start} bytes): {around!r}")
                    position = content.find(text, position + 1)
    print(f"searched {count} bytes", flush=True)


def begin(command):
    """Starts a command that stops at execve(2)."""
    pid = os.fork()
    if pid == 0:
        os.dup2(2, 1)
        if libc.ptrace(TRACEME, 0, None, None) < 0:
            os._exit(77)
        os.execvp(command[0], command)
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status):
        sys.exit(os.WEXITSTATUS(status))
    ptrace(SETOPTIONS, pid, TRACEEXIT | EXITKILL)
    return pid


def at_exit(secret, command):
    pid = begin(command)
    signal = 0
    while True:
        ptrace(CONT, pid, signal)
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            sys.exit("it ended before it could be looked at")
        if status >> 16 == EVENT_EXIT:
            search(pid, secret)
            ptrace(CONT, pid)
            os.waitpid(pid, 0)
            return
        signal = os.WSTOPSIG(status)


def at_start(secret, command):
    pid = begin(command)
    search(pid, secret)
    os.kill(pid, 9)


def cpu(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0:13]


def live(secret, path, command):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    with open(path, "rb") as file:
        for line in file:
            process.stdin.write(line)
    process.stdin.flush()
    # All is read when the pipe is empty and the process sleeps.
    deadline = time.monotonic() + 60
    before = None
    while time.monotonic() < deadline:
        time.sleep(0.1)
        now = cpu(process.pid)
        if now == before and now[0] == "S":
            break
        before = now
    ptrace(SEIZE, process.pid)
    ptrace(INTERRUPT, process.pid)
    os.waitpid(process.pid, 0)
    search(process.pid, secret)
    ptrace(DETACH, process.pid)
    process.stdin.close()
    process.wait()


def main():
    secret, when, *rest = sys.argv[1:]
    if when == "exit":
        at_exit(secret, rest)
    elif when == "start":
        at_start(secret, rest)
    else:
        live(secret, rest[0], rest[1:])


main()
