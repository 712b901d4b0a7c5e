"""Values as bytes, opened when first asked for: a diagnosis looks at few of the many that are kept.

Opening builds values of this package and of a few plain types, and looks up nothing else.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_PLAIN = frozenset(
    {
        *(("builtins", name) for name in ("set", "frozenset", "object")),
        ("collections", "defaultdict"),
        ("collections", "OrderedDict"),
        ("copyreg", "_reconstructor"),
        ("re", "_compile"),
    }
)


def packed(value: Any) -> bytes:
    """A value as bytes.

    Raises:
        pickle.PicklingError, AttributeError, TypeError: it holds something that is no value.
    """
    return pickle.dumps(value, protocol=5)


def opened(content: bytes | memoryview) -> Any:
    """The value that `packed` made.

    Raises:
        pickle.UnpicklingError: the bytes ask for something that is no value of this package.
    """
    return _OwnValues(io.BytesIO(content)).load()


class _OwnValues(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module == "diagnoser" or module.startswith("diagnoser."):
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value of this package")


class Stored(Mapping[K, V]):
    """A mapping whose values are packed, and opened one by one. Safe to share between threads.

    Args:
        values: what to pack; a `Stored` is taken as it is.
    """

    def __init__(self, values: Mapping[K, V]) -> None:
        if isinstance(values, Stored):
            self._packed: dict[K, bytes] = values._packed
        else:
            self._packed = {key: packed(value) for key, value in values.items()}
        self._open: dict[K, V] = {}

    def __getstate__(self) -> dict[K, bytes]:
        return self._packed

    def __setstate__(self, state: dict[K, bytes]) -> None:
        self._packed, self._open = state, {}

    def __getitem__(self, key: K) -> V:
        try:
            return self._open[key]
        except KeyError:
            value: V = opened(self._packed[key])
            return self._open.setdefault(key, value)

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[K]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)
