"""JSON read strictly, as every door reads it: what cannot be stored or sent back is refused at once."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

from diagnoser.errors import EvidenceError, quoted

LONGEST_NUMBER = 1_000
"""Characters of a whole number; longer ones take the time of their length squared to read."""


def parse_json(raw: bytes, name: str) -> Any:
    """Parse JSON strictly: no NaN or infinity, no repeated keys, no nesting beyond the parser.

    Args:
        raw: UTF-8, with or without a byte order mark.
        name: what to call the document in messages.

    Raises:
        EvidenceError: with the place of the fault.
    """

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        kept = dict(items)
        if len(kept) < len(items):
            raise EvidenceError("", f"{name}: key '{quoted(_repeated(items))}' stands twice; keep one of them")
        return kept

    def whole_number(digits: str) -> int:
        if len(digits) > LONGEST_NUMBER:
            raise EvidenceError(
                "",
                f"{name}: {digits[:20]}... is a number of {len(digits)} characters; "
                f"write at most {LONGEST_NUMBER}, or a string in quotes",
            )
        return int(digits)

    def number(digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            raise EvidenceError("", f"{name}: {digits[:20]} is too large for a number")
        return value

    def constant(word: str) -> Any:
        raise EvidenceError("", f"{name}: {word} is not a number JSON knows")

    try:
        text = raw.decode("utf-8-sig")
        return json.loads(
            text, object_pairs_hook=pairs, parse_constant=constant, parse_float=number, parse_int=whole_number
        )
    except UnicodeDecodeError as error:
        raise EvidenceError("", f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except json.JSONDecodeError as error:
        raise EvidenceError("", f"{name}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise EvidenceError("", f"{name}: nested too deeply") from error


def _repeated(items: list[tuple[str, Any]]) -> str:
    """The first key that stands there more than once."""
    counts = Counter(key for key, _ in items)
    return next(key for key, count in counts.items() if count > 1)
