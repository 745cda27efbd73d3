#!/usr/bin/env python3
"""Draws groups of a benchmark's results as curves: SVG on standard output.

usage: plot.py RESULTS.json --group NAME [--group NAME]... [--title TEXT] [--x TEXT] [--y TEXT] [--ratio] [--log-y]

RESULTS.json is what a benchmark prints with --json. A group becomes one curve: a point's x is the first number
in the result's name, on a logarithmic axis (0 stands to the left of all others), its y the value, or with --ratio
the ratio. NAME may be NAME=LABEL; what all names have in common up to a colon is left out of the labels.
"""

import argparse
import json
import math
import re
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 400
LEFT, RIGHT, TOP, BOTTOM = 62, 190, 40, 52
LABEL_HEIGHT = 15
# Readable on white and on black.
TEXT, GRID = "#7d8590", "#7d859040"
COLOURS = ("#2f81f7", "#d9730d", "#2da44e", "#bf4b8a", "#8250df", "#b08800", "#1b9aaa", "#cf222e")
DASHES = ("", "6 3", "2 3", "8 3 2 3")


def read_curves(path, wanted, ratio):
    with open(path, encoding="utf-8") as file:
        results = json.load(file)
    curves = []
    for request in wanted:
        group, _, label = request.partition("=")
        points = []
        for result in results:
            number = re.search(r"\d+(\.\d+)?", result["name"])
            if result["group"] == group and number:
                points.append((float(number.group()), result["ratio" if ratio else "value"]))
        if not points:
            sys.exit(f"plot.py: no results of a group '{group}' in {path}")
        curves.append((label or group.split(": ")[-1], sorted(points)))
    return curves


def steps(most, count=5):
    """Round numbers from 0 past `most`."""
    rough = most / count
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    return [step * i for i in range(math.ceil(most / step) + 1)]


def powers(least, most):
    return [10.0**i for i in range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)]


def number(value):
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:g}"


class Axes:
    """Where a point is drawn."""

    def __init__(self, curves, log_y):
        self.xs = sorted({x for _, points in curves for x, _ in points})
        ys = [y for _, points in curves for _, y in points]
        positive = [math.log2(x) for x in self.xs if x > 0]
        apart = min((b - a for a, b in zip(positive, positive[1:])), default=1)
        self.zero = min(positive, default=0) - max(apart, 1)
        self.first = self.zero if self.xs[0] == 0 else min(positive)
        self.last = max(positive, default=1)
        self.log_y = log_y
        self.y_ticks = powers(min(ys), max(ys)) if log_y else steps(max(ys))

    def x(self, value):
        place = math.log2(value) if value > 0 else self.zero
        return LEFT + (place - self.first) / max(self.last - self.first, 1e-9) * (WIDTH - LEFT - RIGHT)

    def y(self, value):
        scale = math.log10 if self.log_y else float
        low, high = scale(self.y_ticks[0]), scale(self.y_ticks[-1])
        return HEIGHT - BOTTOM - (scale(value) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    def x_ticks(self):
        """At most ten or so of them."""
        every = math.ceil(len(self.xs) / 10)
        return self.xs[::every]


def text(x, y, words, anchor="middle", fill=TEXT, extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" {extra}>{escape(words)}</text>'


def grid(axes, arguments):
    lines = []
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for tick in axes.y_ticks:
        y = axes.y(tick)
        lines.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="{GRID}"/>')
        lines.append(text(LEFT - 8, y + 4, number(tick), "end"))
    for tick in axes.x_ticks():
        x = axes.x(tick)
        lines.append(f'<path d="M{x:.1f} {bottom}v5" stroke="{TEXT}"/>')
        lines.append(text(x, bottom + 19, number(tick)))
    lines.append(text((LEFT + right) / 2, HEIGHT - 10, arguments.x))
    lines.append(text(16, (TOP + bottom) / 2, arguments.y, extra=f'transform="rotate(-90 16 {(TOP + bottom) / 2})"'))
    lines.append(text(LEFT, 22, arguments.title, "start", extra='font-weight="bold"'))
    return lines


def label_places(axes, curves):
    """Beside the last points, moved apart."""
    wanted = sorted((axes.y(points[-1][1]), i) for i, (_, points) in enumerate(curves))
    places, last = {}, -math.inf
    for y, i in wanted:
        last = max(y, last + LABEL_HEIGHT)
        places[i] = last
    excess = last - (HEIGHT - BOTTOM)
    return {i: y - max(excess, 0) for i, y in places.items()}


def draw(curves, arguments):
    axes = Axes(curves, arguments.log_y)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="12">'
    ]
    lines += grid(axes, arguments)
    places = label_places(axes, curves)
    for i, (label, points) in enumerate(curves):
        colour = COLOURS[i % len(COLOURS)]
        path = " ".join(f"{axes.x(x):.1f},{axes.y(y):.1f}" for x, y in points)
        dash = DASHES[i // len(COLOURS) % len(DASHES)]
        lines.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        lines += [f'<circle cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" r="3" fill="{colour}"/>' for x, y in points]
        lines.append(text(WIDTH - RIGHT + 10, places[i] + 4, label, "start", colour))
    lines.append("</svg>")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description="Draws groups of a benchmark's results as curves, in SVG.")
    parser.add_argument("results")
    parser.add_argument("--group", action="append", required=True)
    parser.add_argument("--title", default="")
    parser.add_argument("--x", default="")
    parser.add_argument("--y", default="")
    parser.add_argument("--ratio", action="store_true")
    parser.add_argument("--log-y", action="store_true")
    arguments = parser.parse_args()
    curves = read_curves(arguments.results, arguments.group, arguments.ratio)
    sys.stdout.write(draw(curves, arguments))


if __name__ == "__main__":
    main()
