"""What benchmarks of several ways to do one thing have in common: options, and medians of rows that take turns."""

import argparse
import statistics
from pathlib import Path

import programs
from parsing import names, positive

PARKINGS = ["direct", "portable"]


def arguments(topics, program, description, words, command):
    """The options; `program` is built in release mode unless another build is named."""
    parser = argparse.ArgumentParser(
        prog=f"Scripts/benchmark {command}", description=f"{description} See Benchmarks/METHOD.md.")
    parser.add_argument("--topics", type=names(topics), default=topics, help=", ".join(topics))
    parser.add_argument("--parking", type=names(PARKINGS), default=["direct"], help=", ".join(PARKINGS))
    parser.add_argument("--workers", type=positive, default=2, help="2 by default")
    parser.add_argument("--repetitions", type=positive, default=5, help="of which the median is taken; 5 by default")
    parser.add_argument("--report", action="store_true", help="exit with 0 even if a bar is missed")
    parser.add_argument("--ours", type=Path, default=programs.RELEASE / program, help="another build of it")
    return parser.parse_args(words)


def medians(program, rows, repetitions):
    """The median figures by key of `rows`, a process each time; a failure where a process gave no figure."""
    figures = {key: [] for key in rows}
    for _ in range(repetitions):
        for key, row in rows.items():
            try:
                figures[key].append(program.run(row))
            except programs.Failure as failure:
                return {key: failure}
    return {key: statistics.median(found) for key, found in figures.items()}
