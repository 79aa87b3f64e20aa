"""The programs that have rows, and how one process of theirs is run on a row."""

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
RELEASE = BENCHMARKS / ".build/release"
GO_PEER = BENCHMARKS / ".build-go/GoPeer"
ASYNC_PEERS = RELEASE / "AsyncPeers"

# Seconds that one process may take.
PATIENCE = 300

CPUS = sorted(os.sched_getaffinity(0))


class Failure(Exception):
    """A process that gave no figure."""


@dataclass(frozen=True)
class Program:
    name: str  # a parking of ours or a peer
    is_ours: bool
    path: Path
    before: tuple = ()  # arguments before and after row and count
    after: tuple = ()
    threads: str = ""  # the environment variable that says how many threads it has; "" if none does
    environment: tuple = ()

    def run(self, row):
        """The figure of one process."""
        command = [str(self.path), *self.before, row.name, str(row.count), *self.after]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MARTLET_")}
        environment |= dict(self.environment)
        if self.threads:
            environment[self.threads] = str(row.processors)
        # What has no setting is held to as many processors. So is everything that shares one with other work.
        held = row.contended or not self.threads
        hold = (lambda: os.sched_setaffinity(0, CPUS[: row.processors])) if held else None
        try:
            done = subprocess.run(
                command, env=environment, preexec_fn=hold, capture_output=True, text=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure(f"no end in {PATIENCE} s") from None
        except OSError as error:
            raise Failure(str(error)) from None
        if done.returncode != 0:
            raise Failure(f"exit code {done.returncode}: {done.stderr.strip()[-300:]}")
        try:
            figure = float(done.stdout)
        except ValueError:
            raise Failure(f"not a figure: {done.stdout[:100]!r}") from None
        if not 0 < figure < float("inf"):
            raise Failure(f"not a figure: {figure}")
        return figure


def ours(parking, path):
    workers = {"threads": "MARTLET_WORKERS"}
    return Program(parking, True, path, **{
        "direct": {"environment": (("MARTLET_PARKING", "direct"),), **workers},
        "portable": {"environment": (("MARTLET_PARKING", "portable"),), **workers},
        "dispatch": {"environment": (("MARTLET_PARKING", "portable"),), "after": ("dispatch",)},
        "actor": {"after": ("actor",), **workers},
    }[parking])


def peer(name):
    if name == "go":
        return Program(name, False, GO_PEER, threads="GOMAXPROCS")
    return Program(name, False, ASYNC_PEERS, before=(name,))


@contextlib.contextmanager
def other_work(row):
    """Keeps one of the row's processors busy while the row is measured."""
    if not row.contended:
        yield
        return
    if len(CPUS) < row.processors:
        raise Failure(f"{row.processors} processors are needed, there are {len(CPUS)}")
    # It ends by itself when whoever started it is gone.
    spin = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    for _ in range(10**6): pass"
    cpu = CPUS[row.processors - 1]
    spinner = subprocess.Popen([sys.executable, "-c", spin], preexec_fn=lambda: os.sched_setaffinity(0, {cpu}))
    try:
        yield
        if spinner.poll() is not None:
            raise Failure("the process that keeps a processor busy has ended")
    finally:
        spinner.kill()
        spinner.wait()
