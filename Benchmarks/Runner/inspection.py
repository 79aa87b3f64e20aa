"""Scripts/benchmark inspection: what a look at a running program costs, and whom.

The rows of a topic take turns, a process each. Exit code 0: every bar is met (or --report is given); 1: a bar is missed,
or a process gave no figure; 2: bad usage.
"""

import os
from dataclasses import dataclass

import programs
import topics
from rows import Row


@dataclass(frozen=True)
class Way:
    """A row. A bar is the largest figure, or how much larger than the topic's first it may be, or by what factor."""

    name: str
    title: str
    most: float = 0  # ns
    more: float = 0  # ns
    ratio: float = 0

    def bar(self):
        if self.ratio:
            return f"{self.ratio:.2f}"
        return f"+{self.more / 1e6:.0f} ms" if self.more else f"{self.most / 1e6:.0f} ms" if self.most else ""

    def is_met(self, figure, first):
        if self.ratio:
            return figure <= self.ratio * first
        return figure <= first + self.more if self.more else figure <= self.most


@dataclass(frozen=True)
class Topic:
    name: str
    title: str
    count: int
    ways: tuple


TOPICS = [
    Topic("look", "one look at 100,000 tasks that wait", 100_000, (
        Way("dump", "a dump", most=200e6), Way("dump.resting", "all at rest", most=200e6),
        Way("metrics", "metrics"))),
    Topic("pause", "the longest pause of a pair of tasks that run beside them", 100_000, (
        Way("pause.quiet", "nobody looks"), Way("pause.dumps", "dumps in a loop", more=10e6),
        Way("pause.metrics", "metrics in a loop", more=10e6))),
    Topic("pingpong", "a round of a pair of tasks", 3_000_000, (
        Way("pingpong.alone", "nobody looks"),
        Way("pingpong.long-waits", "long waits ten times a second", ratio=1.05),
        Way("pingpong.metrics", "metrics ten times a second", ratio=1.05))),
    Topic("named", "the same, where the channels have a name and count", 3_000_000, (
        Way("pingpong.named", "nobody looks"),
        Way("pingpong.named-metrics", "metrics ten times a second", ratio=1.05))),
    Topic("mpmc", "a value from four tasks to four, through a buffer", 20_000_000, (
        Way("mpmc.alone", "nobody looks"), Way("mpmc.metrics", "metrics ten times a second", ratio=1.05))),
    Topic("spawnjoin", "a child, started and waited for", 2_000_000, (
        Way("spawnjoin.alone", "nobody looks"), Way("spawnjoin.metrics", "metrics ten times a second", ratio=1.05))),
]

LINE = "{:<42} {:>14} {:>8} {:>8}  {}"


def measure(topic, parking, options):
    program = programs.ours(parking, options.ours.resolve())
    rows = {way: Row(way.name, topic.count, options.workers) for way in topic.ways}
    return topics.medians(program, rows, options.repetitions)


def main(words):
    options = topics.arguments(
        [topic.name for topic in TOPICS], "InspectionBenchmark", "What looks cost.", words, "inspection")
    print("load of the machine before: " + " ".join(f"{load:.2f}" for load in os.getloadavg()))
    failed = missed = 0
    for parking in options.parking:
        for topic in (topic for topic in TOPICS if topic.name in options.topics):
            print(f"\n{topic.title}; parking {parking}, {options.workers} workers")
            print(LINE.format("", "", "ratio", "bar", ""))
            medians = measure(topic, parking, options)
            failures = [figure for figure in medians.values() if isinstance(figure, programs.Failure)]
            if failures:
                failed += 1
                print(f"FAILED {failures[0]}")
                continue
            first = medians[topic.ways[0]]
            for way, figure in medians.items():
                shown = f"{figure:.1f} ns" if figure < 1e4 else f"{figure / 1e6:.2f} ms"
                met = not way.bar() or way.is_met(figure, first)
                missed += not met
                verdict = "" if not way.bar() else "met" if met else "not met"
                print(LINE.format(way.title, shown, f"{figure / first:.2f}", way.bar(), verdict).rstrip(), flush=True)
    print(f"\n{failed} failed, {missed} bars missed; ratios are to the first line of a topic")
    return 1 if failed or (missed and not options.report) else 0
