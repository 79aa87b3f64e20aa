"""What a suite is made of: rows, each with its count, its processors and its bars."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Bar:
    """The largest figure that is still good: a ratio to Go's, or ours as it stands, in nanoseconds."""

    most: float
    nanoseconds: bool = False

    def allows(self, ours, gos):
        return (ours if self.nanoseconds else ours / gos) <= self.most

    def __str__(self):
        if not self.nanoseconds:
            return f"{self.most:.2f}"
        return f"{self.most / 1e6:.0f} ms" if self.most >= 1e6 else f"{self.most:.0f} ns"


@dataclass(frozen=True)
class Row:
    name: str  # what the programs call it
    count: int
    processors: int
    unit: str = "ns"
    contended: bool = False  # one of the processors has other work
    bars: dict = field(default_factory=dict, hash=False)  # by parking
    parkings: tuple = ("direct", "portable")
    peers: tuple = ("go",)

    @property
    def label(self):
        return f"{self.name}{'.contended' if self.contended else ''}.P{self.processors}"

    def answers_to(self, word):
        """Whether `word` names this row, with or without the processors."""
        return word == self.label or f"{word}.P{self.processors}" == self.label


@dataclass(frozen=True)
class Suite:
    name: str
    subject: str
    program: str  # ours
    parkings: list  # the ways to park and the peers, in the order of the table
    peers: list
    rows: Callable
    example: str  # of --rows
    shapes: Callable | None = None  # the rows of --scaling
