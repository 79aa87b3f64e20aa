"""What is measured, how often, on how many processors, and what is to be met.

A bar is the largest ratio of our figure to Go's.
"""

from dataclasses import dataclass, field

# The rows that the other peers can do; Go does all.
ASYNC_ROWS = {
    "asyncchannel": {"pingpong", "oneway", "mpmc"},
    "asyncstream": {"oneway", "buffered", "uncontended"},
}
PEERS = ["go", *ASYNC_ROWS]

# `dispatch` and `actor` have no bar: what they run on is not ours.
PARKINGS = ["direct", "portable", "dispatch", "actor"]
ROWS_WITHOUT_BAR = {"pingpong", "oneway", "buffered"}

PORTABLE_BAR = 1.1


@dataclass(frozen=True)
class Row:
    name: str  # what the programs call it
    count: int
    processors: int
    unit: str = "ns"
    contended: bool = False  # one of the processors has other work
    bars: dict = field(default_factory=dict, hash=False)  # by parking

    @property
    def label(self):
        return f"{self.name}{'.contended' if self.contended else ''}.P{self.processors}"

    def answers_to(self, word):
        """Whether `word` names this row, with or without the processors."""
        return word == self.label or f"{word}.P{self.processors}" == self.label

    def has_parking(self, parking):
        return parking in ("direct", "portable") or self.name in ROWS_WITHOUT_BAR

    def has_peer(self, peer):
        return not self.contended and self.name in ASYNC_ROWS[peer] if peer in ASYNC_ROWS else True


# Row, count, bars of direct parking by processors. Counts give Go a tenth to half a second.
CHANNEL_ROWS = [
    ("pingpong", 300_000, {1: 0.30, 2: 0.30}),
    ("oneway", 600_000, {1: 0.30, 2: 0.30}),
    ("buffered", 3_000_000, {1: 0.25, 2: 0.25}),
    ("mpmc", 2_000_000, {1: None, 2: 0.70}),
    ("select.blocking", 1_000_000, {1: 0.35, 2: 0.35}),
    ("uncontended", 3_000_000, {1: 0.30}),
    ("select2", 2_000_000, {1: 0.25}),
    ("select8", 1_000_000, {1: 0.12}),
    ("select.default", 5_000_000, {1: 0.25}),
    ("sieve", 2_000, {1: 0.50, 2: 0.30}),
    ("work", 200_000, {1: None, 2: 1.00}),
    ("work.contended", 200_000, {2: 1.00}),
    ("parked", 100_000, {1: 0.70}),
]
# No channel takes part in these: they say what a channel could cost at least.
OTHER_ROWS = [("mutex", 20_000_000), ("atomic", 20_000_000)]
UNITS = {"sieve": "ns in all", "parked": "bytes"}


def all_rows():
    rows = []
    for name, count, by_processors in CHANNEL_ROWS:
        base = name.removesuffix(".contended")
        for processors, direct in by_processors.items():
            bars = {"portable": PORTABLE_BAR} | ({"direct": direct} if direct else {})
            rows.append(Row(base, count, processors, UNITS.get(base, "ns"), base != name, bars))
    return rows + [Row(name, count, 1) for name, count in OTHER_ROWS]


# Sizes, and the count at a size. The time of a select grows with its cases: the count falls as they grow.
SHAPES = {
    "channels": ([10, 100, 1_000, 10_000, 100_000], lambda size: 4_000_000),
    "waiters": ([1, 10, 100, 1_000, 10_000], lambda size: 1_000_000),
    "cases": ([2, 4, 8, 16, 32, 64, 128, 256, 512], lambda size: 2_000_000 // size),
    "cases.blocking": ([2, 4, 8, 16, 32, 64, 128, 256, 512], lambda size: 2_000_000 // size),
}


@dataclass(frozen=True)
class ShapeRow(Row):
    shape: str = ""
    size: int = 0

    def answers_to(self, word):
        return word == self.shape or super().answers_to(word)

    def has_parking(self, parking):
        return parking in ("direct", "portable")

    def has_peer(self, peer):
        return peer == "go"


def shape_rows():
    return [
        ShapeRow(f"{shape}.{size}", count(size), 1, shape=shape, size=size)
        for shape, (sizes, count) in SHAPES.items()
        for size in sizes
    ]
