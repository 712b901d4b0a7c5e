"""JSON read strictly, as every door reads it: what cannot be stored or sent back is refused at once."""

from __future__ import annotations

import json
import math
from typing import Any

from diagnoser.errors import EvidenceError


def parse_json(raw: bytes, name: str) -> Any:
    """Parse JSON strictly: no NaN or infinity, no repeated keys, no nesting beyond the parser.

    Args:
        raw: UTF-8, with or without a byte order mark.
        name: what to call the document in messages.

    Raises:
        EvidenceError: with the place of the fault.
    """

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in items]
        if len(set(keys)) < len(keys):
            twice = next(k for k in keys if keys.count(k) > 1)
            raise EvidenceError("", f"{name}: key '{twice}' stands twice; keep one of them")
        return dict(items)

    def number(digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            raise EvidenceError("", f"{name}: {digits[:20]} is too large for a number")
        return value

    def constant(word: str) -> Any:
        raise EvidenceError("", f"{name}: {word} is not a number JSON knows")

    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_float=number)
    except UnicodeDecodeError as error:
        raise EvidenceError("", f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except json.JSONDecodeError as error:
        raise EvidenceError("", f"{name}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise EvidenceError("", f"{name}: nested too deeply") from error
    except ValueError as error:
        raise EvidenceError("", f"{name}: {error}") from error
