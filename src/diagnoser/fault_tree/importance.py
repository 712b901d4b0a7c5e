"""What each basic event contributes to a top event.

With P the probability of the top event, p that of the event, and P1 and P0 the probability of the
top event given that the event has happened and has not:

- Birnbaum         P1 - P0                      (Birnbaum 1969; IEC 61025:2006, annex)
- criticality      p (P1 - P0) / P              (Lambert 1975)
- Fussell-Vesely   P(all events of some minimal cut set that has the event happen) / P
                                                (Vesely 1970, Fussell 1975; NUREG-0492, XI)
- RAW              P1 / P                       risk achievement worth
- RRW              P / P0                       risk reduction worth
                                                (Vesely et al., NUREG/CR-3385, 1983)

Fussell-Vesely is exact: the union of the cut sets, not the sum of their probabilities. Many
programs call 1 - P0 / P by that name; that is what criticality gives here. For a coherent tree

    criticality <= Fussell-Vesely <= p P1 / P = criticality + p P0 / P,

so that it is known within p / 2 even where a tree is too large for the union.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Importance:
    """The measures of one basic event.

    Attributes:
        event: its id.
        probability: its own.
        birnbaum: -1 to 1; negative only where a tree has negations and the event helps.
        criticality: None where the top event cannot happen.
        fussell_vesely: 0 to 1; None where the top event cannot happen or the tree has negations
            that matter, for which it is not defined.
        fussell_vesely_error: the most by which `fussell_vesely` may be off; 0 if exact.
        raw: 0 or more; None where the top event cannot happen.
        rrw: 0 or more; None where it is infinite, as the event is in every cut set, or where the
            top event cannot happen.
    """

    event: str
    probability: float
    birnbaum: float
    criticality: float | None
    fussell_vesely: float | None
    fussell_vesely_error: float
    raw: float | None
    rrw: float | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number known to lie between two others; exact where they are equal."""

    low: float
    high: float

    def __mul__(self, other: Bounds) -> Bounds:
        return Bounds(self.low * other.low, self.high * other.high)


def importance(
    event: str, p: float, top: float, birnbaum: float, without: float, fussell_vesely: Bounds | None
) -> Importance:
    """The measures of one event out of what a diagram tells.

    Args:
        p: probability of the event.
        top: probability P of the top event.
        birnbaum: P1 - P0.
        without: P0.
        fussell_vesely: the measure of that name, or what it lies between; None if not defined.
    """
    if top <= 0.0:
        return Importance(event, p, birnbaum, None, None, 0.0, None, None)
    middle = None if fussell_vesely is None else (fussell_vesely.low + fussell_vesely.high) / 2
    return Importance(
        event=event,
        probability=p,
        birnbaum=birnbaum,
        criticality=p * birnbaum / top,
        fussell_vesely=middle,
        fussell_vesely_error=0.0 if fussell_vesely is None else (fussell_vesely.high - fussell_vesely.low) / 2,
        raw=(without + birnbaum) / top,
        rrw=top / without if without > 0.0 else None,
    )
