"""A curve of memory over time, as an SVG picture."""

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 720, 300, 60, 40, 30


def svg(title: str, samples: list[tuple[float, float]]) -> str:
    """The picture of `samples`: seconds since the start, and MiB."""
    seconds = max(samples[-1][0], 1)
    most = (max(mebibytes for _, mebibytes in samples) // 100 + 1) * 100

    def place(at: float, mebibytes: float) -> tuple[float, float]:
        x = _LEFT + at / seconds * (_WIDTH - _LEFT - 20)
        return x, _HEIGHT - _BOTTOM - mebibytes / most * (_HEIGHT - _BOTTOM - _TOP)

    points = " ".join("{:.1f},{:.1f}".format(*place(*sample)) for sample in samples)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"'
            ' font-size="12">',
            f"<title>{title}</title>",
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
            f'<text x="{_LEFT}" y="18" font-size="14">{title}</text>',
            *(_level(*place(0, level), f"{level:.0f} MiB") for level in (0, most / 2, most)),
            *(_moment(*place(seconds * part / 4, 0), f"{seconds * part / 240:.0f} min") for part in range(5)),
            f'<polyline points="{points}" fill="none" stroke="#00629b" stroke-width="2"/>',
            "</svg>\n",
        ]
    )


def _level(x: float, y: float, text: str) -> str:
    return (
        f'<line x1="{x}" y1="{y:.1f}" x2="{_WIDTH - 20}" y2="{y:.1f}" stroke="#ccc"/>'
        f'<text x="{x - 6}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'
    )


def _moment(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{text}</text>'
