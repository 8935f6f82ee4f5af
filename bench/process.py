"""Running one process and measuring it."""

import os
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Run:
    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: int  # bytes of memory (VmHWM, read every 10 ms)
    output: str
    anonymous: int = 0  # most bytes that no file is behind (RssAnon, read every 10 ms)
    mapped: int = 0  # most bytes of mapped files (RssFile)


def run(*command: str, stdin=None) -> Run:
    """Runs a command that must succeed."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, text=True)
    peaks = {"VmHWM": 0, "RssAnon": 0, "RssFile": 0}
    threading.Thread(target=watch, args=(child.pid, peaks)).start()
    try:
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
    except BaseException:
        end(child)
        raise
    wall = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"bench: exit code {child.returncode} of {' '.join(command)}")
    return Run(wall, usage.ru_utime + usage.ru_stime, peaks["VmHWM"], output, peaks["RssAnon"],
               peaks["RssFile"])


def watch(pid: int, peaks: dict) -> None:
    """Reads the peak memory of a process until it ends. (What wait4 says
    begins at the peak of the Python that started it.)"""
    try:
        while True:
            with open(f"/proc/{pid}/status") as file:
                fields = dict(line.split(":", 1) for line in file)
            for name, most in peaks.items():
                peaks[name] = max(most, int(fields[name].split()[0]) * 1024)
            time.sleep(0.01)
    except (OSError, KeyError):
        pass


def wall(*command: str) -> float:
    """Seconds from the start of a process to its end, with as little of
    Python between as there can be."""
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    begun = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=silent)
    _, status = os.waitpid(pid, 0)
    took = time.perf_counter() - begun
    if status != 0:
        raise SystemExit(f"bench: exit code {os.waitstatus_to_exitcode(status)} of {' '.join(command)}")
    return took


@contextmanager
def on_cores(cores):
    """Processes started in the block run on these cores only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_of(pid: int) -> float:
    """CPU seconds a running process has used so far."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def end(child: subprocess.Popen) -> None:
    """Ends a process of ours, by its own id, if it has not ended."""
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
