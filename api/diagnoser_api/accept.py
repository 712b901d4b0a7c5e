"""Which of several media types a request asks for (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def best_of(offered: Sequence[str], accept: str) -> str:
    """The media type that is wanted most.

    Of those wanted alike, one that is named goes before one that only fits a range such as `*/*`, then the first
    that is offered. What the header does not name, or gives the quality 0, is not wanted; if nothing is, the first.

    Args:
        offered: media types in small letters, the usual one first.
        accept: the request's header; empty for anything.
    """
    ranges = list(_ranges(accept))

    def wanted(media: str) -> tuple[float, int]:
        family = media.partition("/")[0]
        fits = {media: 2, f"{family}/*": 1, "*/*": 0}
        exact, quality = max(((fits[r], q) for r, q in ranges if r in fits), default=(0, 0.0))
        return quality, exact

    best = max(offered, key=wanted)
    return best if wanted(best)[0] > 0.0 else offered[0]


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """The ranges of an Accept header, each with its quality from 0 to 1; one that is no number counts as 0."""
    for part in accept.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
        whole, _, rest = quality.partition(".")
        is_number = whole in ("0", "1") and (not rest or (rest.isascii() and rest.isdigit()))
        yield media, min(1.0, float(quality)) if is_number else 0.0
