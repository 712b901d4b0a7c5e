"""What is shown of a row of Chinese characters is whole words."""

from __future__ import annotations

import pytest

from diagnoser.evidence.whole_words import LONGEST, whole_words


@pytest.mark.parametrize(
    ("text", "piece", "known", "shown"),
    [
        ("今天早上，断了", "天早", (), "今天早上"),
        ("其他波道的收光正常", "他波", (), "其他波道"),
        ("今天早上光功率低", "天早", ("光功率低",), "今天早上"),
        ("the port is down", "port", (), "port"),
        ("端口GE0/0/1闪断", "闪断", (), "闪断"),
        ("一" * LONGEST + "天早", "天早", (), None),
    ],
)
def test_a_piece_grows_to_where_words_end(text: str, piece: str, known: tuple[str, ...], shown: str | None) -> None:
    at = text.index(piece)

    span = whole_words(text, at, at + len(piece), [(text.index(k), text.index(k) + len(k)) for k in known])

    assert (None if span is None else text[slice(*span)]) == shown
