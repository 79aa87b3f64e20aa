"""Scripts/benchmark primitives: one piece of work in several ways, so that a channel is compared with what is not one.

The rows of a topic take turns, a process each. A bar is the largest ratio to the row that it names. Exit code 0: every
bar is met (or --report is given); 1: a bar is missed, or a process gave no figure; 2: bad usage.
"""

import os
from dataclasses import dataclass

import programs
import topics
from rows import Row

# Largest ratios of a way's figure to Synchronization.Mutex in the same run. Without a convoy two tasks are as fast as
# they are with a mutex, which barges too.
LOCK_BAR = 1.2


@dataclass(frozen=True)
class Topic:
    name: str
    title: str
    count: int
    ways: tuple  # name, and what it is called in the table
    tasks: int = 1
    bars: tuple = ()  # of ways, to the way `mutex`

    @property
    def label(self):
        return f"{self.name}.{self.tasks}"


COUNTER = (
    ("atomic", "an atomic"), ("mutex", "Synchronization.Mutex"), ("lock-blocking", "Lock, blocking"), ("lock", "Lock"),
    ("channel", "a channel of one place"), ("actor", "an actor"))
READERS = (
    ("lock", "Lock"), ("read-write-lock", "ReadWriteLock"), ("channel", "a channel of one place"),
    ("actor", "an actor"))
TOPICS = [
    Topic("counter", "a counter, one task", 4_000_000, COUNTER, 1, ("lock", "lock-blocking")),
    Topic("counter", "a counter, two tasks", 2_000_000, COUNTER, 2, ("lock", "lock-blocking")),
    Topic("readers", "a table read by eight tasks, one operation in a hundred writes", 1_000_000, READERS, 8),
    Topic("predicate", "two tasks in turns, each waits until it is its turn", 200_000, (
        ("condition", "Condition"), ("polling", "Lock, polled with Task.yield"),
        ("channel", "a channel of one place, polled")), 2),
    Topic("hand-off", "a buffer from one task to another", 500_000, (
        ("channel", "a channel"), ("condition", "Lock and two Conditions")), 2),
    Topic("cost", "one step", 1_000_000, (
        ("channel-operation", "a send or a receive that does not wait"),
        ("semaphore", "a permit, taken and given back"),
        ("suspension", "a suspension, and another task goes on"), ("spawn", "a task, started and waited for"))),
]

LINE = "{:<42} {:>10} {:>8} {:>6}  {}"


def measure(topic, parking, options):
    program = programs.Program(
        parking, True, options.ours.resolve(), after=(str(topic.tasks),), threads="MARTLET_WORKERS",
        environment=(("MARTLET_PARKING", parking),))
    rows = {way: Row(f"{topic.name}.{way}", topic.count, options.workers) for way, _ in topic.ways}
    return topics.medians(program, rows, options.repetitions)


def main(words):
    options = topics.arguments(
        [topic.label for topic in TOPICS], "PrimitiveBenchmark", "Primitives beside channels.", words, "primitives")
    print("load of the machine before: " + " ".join(f"{load:.2f}" for load in os.getloadavg()))
    failed = missed = 0
    for parking in options.parking:
        for topic in (topic for topic in TOPICS if topic.label in options.topics):
            print(f"\n{topic.title}; parking {parking}, {options.workers} workers")
            print(LINE.format("", "ns", "ratio", "bar", ""))
            medians = measure(topic, parking, options)
            for way, title in topic.ways:
                figure = medians.get(way)
                if not isinstance(figure, float):
                    failed += isinstance(figure, programs.Failure)
                    print(LINE.format(title, "", "", "", f"FAILED {figure}"))
                    continue
                base = medians.get("mutex", medians.get(topic.ways[0][0]))
                ratio = figure / base if isinstance(base, float) else float("nan")
                bar = LOCK_BAR if way in topic.bars else None
                missed += bar is not None and ratio > bar
                verdict = "" if bar is None else "met" if ratio <= bar else "not met"
                shown = "" if topic.name == "cost" else f"{ratio:.2f}"
                print(LINE.format(title, f"{figure:.1f}", shown, bar or "", verdict), flush=True)
    print(f"\n{failed} failed, {missed} bars missed; ratios are to a mutex, or to the first line of a topic")
    return 1 if failed or (missed and not options.report) else 0
