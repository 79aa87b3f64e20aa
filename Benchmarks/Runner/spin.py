"""The checker beside Spin: the same models at the same granularity, explored in turns in one run.

Spin explores in its default exact mode, depth first and breadth first, without partial-order reduction; ours with one
worker. Both have one thread: seconds are processor time of the whole process, which a busy machine disturbs least. The
counts must agree: states exactly, transitions but for one, since Spin counts its initial state among them.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from parsing import names, positive
from programs import BENCHMARKS, RELEASE, Failure

# What is generated and compiled; ignored by git.
FOLDER = BENCHMARKS / ".build-spin"
# How many times as many states a second as Spin, at least.
BAR = 10
# Seconds that one process may take.
PATIENCE = 1800


@dataclass(frozen=True)
class Model:
    name: str  # what CheckerBenchmark calls it, without its size
    promela: str
    size: int
    depth: int  # of Spin's stack, in steps: no path is longer
    slots: int  # of Spin's hash table, as a power of two: more than states

    @property
    def label(self):
        return f"{self.name}-{self.size}"


MODELS = [
    Model("hasty-philosophers", "philosophers", 14, depth=5_000_000, slots=24),
    Model("milner", "milner", 18, depth=7_100_000, slots=24),
    Model("bully", "bully", 7, depth=1_100_000, slots=21),
]
SEARCHES = {"dfs": [], "bfs": ["-DBFS"]}


@dataclass(frozen=True)
class Run:
    """What one process says it found, its processor time, and the memory that it took at most."""

    states: int
    transitions: int
    seconds: float
    bytes: int


def compiled(model, search):
    """Spin's verifier for the model."""
    folder = FOLDER / f"{model.label}-{search}"
    folder.mkdir(parents=True, exist_ok=True)
    source = BENCHMARKS / "Spin" / f"{model.promela}.pml"
    for command in (
        ["spin", f"-DN={model.size}", "-a", str(source)],
        ["gcc", "-O2", "-w", "-DSAFETY", "-DNOREDUCE", *SEARCHES[search], "-o", "pan", "pan.c"],
    ):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{' '.join(command)}: {(done.stdout + done.stderr).strip()[-300:]}")
    return folder / "pan"


def output(command, folder):
    """What the command writes, its processor time, and its peak resident memory in bytes."""
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    patience = threading.Timer(PATIENCE, process.kill)
    patience.start()
    try:
        with process.stdout:
            text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        patience.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failure(f"exit code {process.returncode}: {text.strip()[-300:]}")
    return text, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def ours(program, model):
    text, seconds, memory = output([str(program), "--workers", "1", model.label], FOLDER)
    fields = text.splitlines()[-1].split("\t")
    return Run(states=int(fields[1]), transitions=int(fields[2]), seconds=seconds, bytes=memory)


def spins(verifier, model):
    # -E: an end state is no error; ours looks for none either.
    text, seconds, memory = output([str(verifier), "-E", f"-m{model.depth}", f"-w{model.slots}"], verifier.parent)

    def figure(pattern):
        found = re.search(pattern, text)
        if not found:
            raise Failure(f"{verifier} says nothing of {pattern}: {text[-300:]}")
        return found[1]

    if figure(r"errors: (\d+)") != "0" or "max search depth too small" in text:
        raise Failure(f"{verifier} did not explore everything")
    return Run(
        states=int(figure(r"(\d+) states, stored")),
        transitions=int(figure(r"(\d+) transitions")) - 1,
        seconds=seconds,
        bytes=memory,
    )


def measured(model, program, searches, repetitions):
    """The runs of ours and of each search, taken in turns, by name."""
    verifiers = {search: compiled(model, search) for search in searches}
    runs = {"ours": [], **{search: [] for search in searches}}
    for _ in range(repetitions):
        for search, verifier in verifiers.items():
            runs["ours"].append(ours(program, model))
            runs[search].append(spins(verifier, model))
    counts = {(run.states, run.transitions) for of_one in runs.values() for run in of_one}
    if len(counts) != 1:
        raise Failure(f"states and transitions differ: {sorted(counts)}")
    return runs


COLUMNS = "{:<22} {:>10} {:>9} {:>9} {:>9}  {:<6} {:>9} {:>9} {:>9} {:>7}  {}"
HEADER = COLUMNS.format(
    "model", "states", "ours s", "M/s", "B/state", "Spin", "s", "M/s", "B/state", "ratio", f"bar {BAR}")


def figures(runs):
    """Medians: seconds, states a second, bytes a state."""
    seconds = statistics.median(run.seconds for run in runs)
    return seconds, runs[0].states / seconds, statistics.median(run.bytes for run in runs) / runs[0].states


def cells(seconds, rate, memory):
    return f"{seconds:.2f}", f"{rate / 1e6:.3f}", f"{memory:.1f}"


def arguments(words):
    parser = argparse.ArgumentParser(
        prog="Scripts/benchmark spin", description="The checker beside Spin. See Benchmarks/METHOD.md.")
    labels = [model.label for model in MODELS]
    parser.add_argument("--models", type=names(labels), default=labels, help=", ".join(labels))
    parser.add_argument("--searches", type=names(list(SEARCHES)), default=list(SEARCHES), help=", ".join(SEARCHES))
    parser.add_argument("--repetitions", type=positive, default=3, help="of which the median is taken; 3 by default")
    parser.add_argument("--report", action="store_true", help="exit with 0 even if the bar is missed")
    parser.add_argument("--ours", type=Path, default=RELEASE / "CheckerBenchmark", help="another CheckerBenchmark")
    return parser.parse_args(words)


def main(words):
    options = arguments(words)
    missing = [tool for tool in ("spin", "gcc", str(options.ours)) if not shutil.which(tool)]
    if missing:
        print("missing: " + ", ".join(missing))
        return 1
    FOLDER.mkdir(exist_ok=True)
    print("load of the machine before: " + " ".join(f"{load:.2f}" for load in os.getloadavg()))
    print(HEADER, flush=True)
    failed = missed = 0
    for model in (model for model in MODELS if model.label in options.models):
        try:
            runs = measured(model, options.ours.resolve(), options.searches, options.repetitions)
        except Failure as failure:
            print(f"{model.label}: FAILED {failure}", flush=True)
            failed += 1
            continue
        own = figures(runs["ours"])
        for search in options.searches:
            peer = figures(runs[search])
            ratio = own[1] / peer[1]
            missed += ratio < BAR
            verdict = "not met" if ratio < BAR else "met"
            print(
                COLUMNS.format(
                    model.label, runs["ours"][0].states, *cells(*own), search, *cells(*peer), f"{ratio:.1f}", verdict),
                flush=True)
    return 1 if failed or (missed and not options.report) else 0
