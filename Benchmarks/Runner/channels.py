"""Channels: what is measured, how often, on how many processors, and what is to be met.

A bar is the largest ratio of our figure to Go's.
"""

from dataclasses import dataclass

from rows import Bar, Row, Suite

# The rows that the other peers can do; Go does all.
ASYNC_ROWS = {
    "asyncchannel": {"pingpong", "oneway", "mpmc"},
    "asyncstream": {"oneway", "buffered", "uncontended"},
}

# `dispatch` and `actor` have no bar: what they run on is not ours.
PARKINGS = ["direct", "portable", "dispatch", "actor"]
ROWS_WITHOUT_BAR = {"pingpong", "oneway", "buffered"}

PORTABLE_BAR = 1.1

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
        contended = base != name
        parkings = PARKINGS if base in ROWS_WITHOUT_BAR else PARKINGS[:2]
        peers = ["go"] + [peer for peer, known in ASYNC_ROWS.items() if base in known and not contended]
        for processors, direct in by_processors.items():
            bars = {"portable": Bar(PORTABLE_BAR)} | ({"direct": Bar(direct)} if direct else {})
            unit = UNITS.get(base, "ns")
            rows.append(Row(base, count, processors, unit, contended, bars, tuple(parkings), tuple(peers)))
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


def shape_rows():
    return [
        ShapeRow(f"{shape}.{size}", count(size), 1, shape=shape, size=size)
        for shape, (sizes, count) in SHAPES.items()
        for size in sizes
    ]


SUITE = Suite(
    name="channels",
    subject="Martlet's channels",
    program="ChannelBenchmark",
    parkings=PARKINGS,
    peers=["go", *ASYNC_ROWS],
    rows=all_rows,
    example="pingpong,sieve.P2 or (with --scaling) waiters",
    shapes=shape_rows,
)
