"""The funnel as a picture: a curve a step over the days, in SVG. What it shows stands in a table beside it."""

from xml.sax.saxutils import escape

from idp.backoffice.funnel import Day

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 320, 72, 24, 24, 52
# Told apart without colour too.
_DASHES = {"started": "", "proved": "7 4", "changed": ""}
_WIDTHS = {"started": 2, "proved": 2, "changed": 4}


def svg(days: list[Day], label: str) -> str:
    """The picture; `label` says what it is to who cannot see it. Its colours are classes of the style sheet."""
    most = _round_up(max((day.counts[step] for day in days for step in _DASHES), default=0))
    parts = [f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(label, _QUOTE)}">']
    parts += [_level(value, most) for value in sorted({0, most // 2, most})]
    parts += [_date(place, days) for place in range(0, len(days), 7)]
    for step, dashes in _DASHES.items():
        points = " ".join(
            "{:.1f},{:.1f}".format(*_place(place, day.counts[step], len(days), most)) for place, day in enumerate(days)
        )
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        parts.append(
            f'<polyline class="curve {step}" points="{points}" fill="none" stroke-width="{_WIDTHS[step]}"{dashed}/>'
        )
    return "".join([*parts, "</svg>"])


def key(step: str) -> str:
    """A short stroke as the curve of a step has it, for the list of steps; empty for a step without a curve."""
    if step not in _DASHES:
        return ""
    dashed = f' stroke-dasharray="{_DASHES[step]}"' if _DASHES[step] else ""
    return (
        '<svg class="key" viewBox="0 0 36 12" width="36" height="12" aria-hidden="true" focusable="false">'
        f'<path class="curve {step}" d="M1 6H35" fill="none" stroke-width="{_WIDTHS[step]}"{dashed}/></svg>'
    )


_QUOTE = {'"': "&quot;"}


def _place(place: int, value: int, days: int, most: int) -> tuple[float, float]:
    x = _LEFT + place / max(1, days - 1) * (_WIDTH - _LEFT - _RIGHT)
    return x, _HEIGHT - _BOTTOM - value / most * (_HEIGHT - _TOP - _BOTTOM)


def _level(value: int, most: int) -> str:
    _, y = _place(0, value, 2, most)
    return (
        f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
        f'<text x="{_LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{_short(value)}</text>'
    )


def _date(place: int, days: list[Day]) -> str:
    x, y = _place(place, 0, len(days), 1)
    return f'<text x="{x:.1f}" y="{y + 38:.1f}" text-anchor="middle">{days[place].date:%d/%m}</text>'


def _short(value: int) -> str:
    """As it fits beside the picture: 500, 5k, 2M."""
    for size, sign in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value // size}{sign}"
    return str(value)


def _round_up(value: int) -> int:
    """The next 2, 4, 10, 20, 40, 100… so that the half of it is whole."""
    scale = 1
    while True:
        for step in (2, 4, 10):
            if value <= step * scale:
                return step * scale
        scale *= 10
