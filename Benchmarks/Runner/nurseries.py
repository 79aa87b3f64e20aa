"""Nurseries: what is measured, how often, and what is to be met.

A bar is the largest ratio of our figure to Go's, or the largest figure of ours. It is that of direct parking: a portable
wait costs what the Swift runtime takes for it, and is shown beside it.
"""

from rows import Bar, Row, Suite

# Row, count, bar, unit of the figure. Counts give Go a tenth to half a second, but for the tree: its bar states the size.
NURSERY_ROWS = [
    ("spawnjoin", 600_000, Bar(0.60), "ns"),
    ("spawnjoin.handle", 600_000, Bar(0.60), "ns"),
    ("spawnbatch", 1_000_000, Bar(0.80), "ns"),
    ("spawnbatch.work", 300_000, Bar(1.00), "ns"),
    ("daisy", 400_000, Bar(0.90), "ns"),
    ("skynet", 1_000_000, Bar(1.00), "ns in all"),
    ("canceltree", 100_000, Bar(100e6, nanoseconds=True), "ns in all"),
    ("deadline", 1_000_000, Bar(150, nanoseconds=True), "ns"),
]
# A task group has no deadline.
GROUP_LACKS = {"deadline"}


def all_rows():
    return [
        Row(name, count, processors, unit, bars={"direct": bar},
            peers=("go",) if name in GROUP_LACKS else ("go", "taskgroup"))
        for name, count, bar, unit in NURSERY_ROWS
        for processors in (1, 2)
    ]


SUITE = Suite(
    name="nurseries",
    subject="Martlet's nurseries",
    program="NurseryBenchmark",
    parkings=["direct", "portable"],
    peers=["go", "taskgroup"],
    rows=all_rows,
    example="spawnjoin,skynet.P2",
)
