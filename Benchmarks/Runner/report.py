"""Medians, ratios, verdicts; the table, the JSON lines, the summary of the shapes."""

import json
import statistics
from dataclasses import dataclass

from programs import Failure

COLUMNS = "{:<24} {:<9} {:>12} {:<13} {:>12} {:>8} {:>6}  {}"
HEADER = COLUMNS.format("row", "parking", "ours", "peer", "peer's", "ratio", "bar", "")


def median(figures):
    """Of the figures of one program in a row; the first failure where there is one."""
    return next((figure for figure in figures if isinstance(figure, Failure)), None) or statistics.median(figures)


@dataclass
class Comparison:
    row: object
    parking: str
    ours: object  # a figure or a Failure
    peer: str
    peers: object

    @property
    def failure(self):
        for name, figure in ((self.parking, self.ours), (self.peer, self.peers)):
            if isinstance(figure, Failure):
                return f"{name}: {figure}"
        return None

    @property
    def ratio(self):
        return self.ours / self.peers

    @property
    def bar(self):
        return self.row.bars.get(self.parking) if self.peer == "go" else None

    @property
    def is_missed(self):
        return self.failure is None and self.bar is not None and not self.bar.allows(self.ours, self.peers)

    def line(self):
        names = (self.row.label, self.parking)
        if self.failure:
            return COLUMNS.format(*names, "", self.peer, "", "", "", f"FAILED {self.failure}")
        verdict = "" if self.bar is None else "not met" if self.is_missed else "met"
        return COLUMNS.format(
            *names, shown(self.ours, self.row.unit), self.peer, shown(self.peers, self.row.unit),
            f"{self.ratio:.3f}", "" if self.bar is None else str(self.bar), verdict).rstrip()

    def json(self):
        return json.dumps({
            "row": self.row.label, "parking": self.parking, "ours_ns": round(self.ours, 3), "peer": self.peer,
            "peer_ns": round(self.peers, 3), "ratio": round(self.ratio, 4)})


def shown(figure, unit):
    if unit == "ns in all":
        return f"{figure / 1e6:.1f} ms"
    return f"{figure:.0f} B" if unit == "bytes" else f"{figure:.1f} ns"


def slope(points):
    """Of the line through the points by least squares."""
    return statistics.linear_regression(*zip(*points)).slope


def summaries(measured):
    """How each program's figure changes with the size, one line a shape and program.

    `measured` are triples of a row, a program's name, and its median.
    """
    curves = {}
    for row, program, figure in measured:
        if not isinstance(figure, Failure):
            curves.setdefault((row.shape, program), []).append((row.size, figure))
    for (shape, program), points in curves.items():
        figures = [figure for _, figure in points]
        ends = ", ".join(f"{figure:.1f} ns at {size}" for size, figure in (points[0], points[-1]))
        text = f"{shape:<24} {program:<9} {ends}"
        text += f"; largest by smallest {max(figures) / min(figures):.2f}"
        if len(points) > 1 and shape.startswith("cases"):
            text += f"; {slope(points):.2f} ns a case"
        yield text
