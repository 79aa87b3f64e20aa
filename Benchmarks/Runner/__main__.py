"""Scripts/benchmark SUITE: one of Martlet's suites and its peers, interleaved in one run. See Benchmarks/METHOD.md.

Exit code 0: every bar is met (or --report is given); 1: a bar is missed, a process gave no figure, or a program is
missing; 2: bad usage.
"""

import argparse
import os
import sys
from pathlib import Path

import channels
import inspection
import nurseries
import primitives
import programs
import report
import spin
from parsing import names, positive

# Suites with tables of their own.
ALONE = {"inspection": inspection, "primitives": primitives, "spin": spin}
SUITES = {suite.name: suite for suite in (channels.SUITE, nurseries.SUITE)}


def arguments(suite, words):
    title = f"Scripts/benchmark {suite.name}"
    description = f"{title}: {suite.subject} and their peers, interleaved in one run. See Benchmarks/METHOD.md."
    parser = argparse.ArgumentParser(prog=title, description=description)
    parser.add_argument("--rows", help=f"only these, by commas, such as {suite.example}")
    parser.add_argument("--parking", type=names(suite.parkings), default=suite.parkings, help=", ".join(suite.parkings))
    parser.add_argument("--peers", type=names(suite.peers), default=suite.peers, help=", ".join(suite.peers))
    parser.add_argument("--repetitions", type=positive, default=5, help="of which the median is taken; 5 by default")
    if suite.shapes:
        growth = "measure how costs grow with channels, waiters, cases"
        parser.add_argument("--scaling", action="store_true", help=growth)
    parser.add_argument("--json", type=Path, help="a file for the JSON lines, which are printed as well")
    parser.add_argument("--report", action="store_true", help="exit with 0 even if a bar is missed")
    parser.add_argument(
        "--ours", type=Path, default=programs.RELEASE / suite.program, help=f"another build of {suite.program}")
    parser.set_defaults(scaling=False)
    options = parser.parse_args(words)
    options.rows_to_run = suite.shapes() if options.scaling else suite.rows()
    if options.rows:
        words = options.rows.split(",")
        for word in words:
            if not any(row.answers_to(word) for row in options.rows_to_run):
                parser.error(f"no row {word}")
        options.rows_to_run = [row for row in options.rows_to_run if any(map(row.answers_to, words))]
    return options


def measure(row, taking_part, repetitions):
    """The medians by name. Ours and the peers take turns, so that what disturbs the machine disturbs all."""
    figures = {program.name: [] for program in taking_part}
    try:
        with programs.other_work(row):
            for _ in range(repetitions):
                for program in taking_part:
                    try:
                        figures[program.name].append(program.run(row))
                    except programs.Failure as failure:
                        figures[program.name].append(failure)
    except programs.Failure as failure:
        return {name: failure for name in figures}
    return {name: report.median(of_one) for name, of_one in figures.items()}


def alternating(ours, peers):
    """Ours, peer, ours, peer …, then whatever is left."""
    longer = max(len(ours), len(peers))
    return [program for i in range(longer) for program in (*ours[i : i + 1], *peers[i : i + 1])]


def main():
    if sys.argv[1:2] and sys.argv[1] in ALONE:
        return ALONE[sys.argv[1]].main(sys.argv[2:])
    if len(sys.argv) < 2 or sys.argv[1] not in SUITES:
        print(f"usage: Scripts/benchmark {'|'.join([*SUITES, *ALONE])} [OPTION…]", file=sys.stderr)
        return 2
    options = arguments(SUITES[sys.argv[1]], sys.argv[2:])
    ours = [programs.ours(parking, options.ours) for parking in options.parking]
    peers = [programs.peer(name) for name in options.peers]
    missing = {str(program.path) for program in ours + peers if not os.access(program.path, os.X_OK)}
    if missing:
        print("missing: " + ", ".join(sorted(missing)), file=sys.stderr)
        return 1

    print("load of the machine before: " + " ".join(f"{load:.2f}" for load in os.getloadavg()))
    print(report.HEADER, flush=True)
    comparisons, measured = [], []
    for row in options.rows_to_run:
        ours_here = [program for program in ours if program.name in row.parkings]
        peers_here = [program for program in peers if program.name in row.peers]
        if not (ours_here and peers_here):
            continue
        medians = measure(row, alternating(ours_here, peers_here), options.repetitions)
        measured += [(row, name, figure) for name, figure in medians.items()]
        for parking in ours_here:
            for peer in peers_here:
                comparison = report.Comparison(row, parking.name, medians[parking.name], peer.name, medians[peer.name])
                comparisons.append(comparison)
                print(comparison.line(), flush=True)
    if options.scaling:
        print("", *report.summaries(measured), sep="\n")

    lines = [comparison.json() for comparison in comparisons if not comparison.failure]
    print("", *lines, sep="\n")
    if options.json:
        options.json.write_text("".join(line + "\n" for line in lines))

    failed = sum(comparison.failure is not None for comparison in comparisons)
    missed = sum(comparison.is_missed for comparison in comparisons)
    barred = sum(comparison.bar is not None for comparison in comparisons)
    print(f"\n{len(comparisons)} comparisons: {failed} failed; of {barred} with a bar {missed} missed it")
    if not comparisons:
        print("nothing was compared", file=sys.stderr)
    return 1 if failed or not comparisons or (missed and not options.report) else 0


if __name__ == "__main__":
    sys.exit(main())
