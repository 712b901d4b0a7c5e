"""The symptom nearest to a clause that nobody wrote down."""

from __future__ import annotations

import pytest

from diagnoser.advice.severity import A_GUESS
from diagnoser.evidence.nearest import LEAST, Near, Nearest
from diagnoser.evidence.retrieval import Retrieval
from diagnoser.evidence.words import Lexicon

LEXICON = Lexicon([])
NEAREST = Nearest(
    LEXICON,
    [
        ("slow", "pages load slowly"),
        ("slow", "the network is slow in the evening"),
        ("dark", "the lamp stays dark"),
        ("dark", "no lamp is lit"),
        ("loud", "the fans are loud"),
        ("loud", "fan noise in the room"),
        ("shut out", "the tablet cannot join the wireless"),
        ("shut out", "no tablet can join"),
    ],
)


def near(text: str) -> str | None:
    found = NEAREST.find(LEXICON.words(text), lambda target: 1.0)
    return found.target if found else None


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("in the evening pages load slowly", "slow"),
        ("there is loud noise of fans in here", "loud"),
        ("lamp dark", "dark"),
        ("nobody knows the colour of the carpet", None),
        ("dark", None),
        ("the fans are not loud", None),
        ("the tablet does not join the wireless", "shut out"),
        ("the tablet joins the wireless", None),
    ],
)
def test_the_nearest_is_taken_if_it_accounts_for_most_of_the_clause(text: str, target: str | None) -> None:
    assert near(text) == target


def test_what_is_not_wanted_here_is_not_near() -> None:
    words = LEXICON.words("the fans are loud")

    assert NEAREST.find(words, lambda target: 0.0) is None


def test_certainty_grows_with_nearness() -> None:
    exact = NEAREST.find(LEXICON.words("fan noise in the room"), lambda target: 1.0)
    loose = NEAREST.find(LEXICON.words("fan noise in the corner of the hall"), lambda target: 1.0)

    assert exact is not None
    assert loose is not None
    assert LEAST <= loose.nearness < exact.nearness
    assert 0.5 < loose.certainty < exact.certainty < 1.0


def test_standing_is_a_share_of_the_nearest() -> None:
    standing = NEAREST.standing(LEXICON.words("the fans are loud"))

    assert standing("loud") == 1.0
    assert standing("dark") == 0.0
    assert standing("no symptom at all") == 1.0


def test_scores_are_those_of_the_formula() -> None:
    """BM25 with k1 1.2 and b 0.4, worked out by hand; both descriptions are as long as usual."""
    retrieval = Retrieval({"a": {"x": 1.0, "y": 1.0}, "b": {"y": 2.0}})

    x, y = retrieval.scores({"x": 1.0}).tolist(), retrieval.scores({"y": 2.0}).tolist()

    assert x == pytest.approx([1.0986123 * 1.0 / 2.2, 0.0])
    assert y == pytest.approx([2 * 0.6931472 * 1.0 / 2.2, 2 * 0.6931472 * 2.0 / 3.2])
    assert retrieval.most({"x": 1.0, "unheard": 1.0}) == pytest.approx(1.0986123 / 2.2 + 0.5 * 1.0986123 / 2.2)


def test_few_words_are_less_certain() -> None:
    few, many = Near("a", 0.8, 2), Near("a", 0.8, 9)

    assert few.certainty < A_GUESS < 0.8 < many.certainty


def test_the_parts_of_a_score_add_up_to_it() -> None:
    retrieval = Retrieval({"a": {"x": 1.0, "y": 1.0}, "b": {"y": 2.0}, "c": {"z": 1.0}})
    words = {"x": 1.0, "y": 1.3, "unheard": 1.0}

    parts = retrieval.parts(words, ("b", "a", "c"))

    assert [sorted(part) for part in parts] == [["y"], ["x", "y"], []]
    scores = dict(zip(retrieval.targets, retrieval.scores(words).tolist(), strict=True))
    assert [sum(part.values()) for part in parts] == pytest.approx([scores["b"], scores["a"], scores["c"]])
    assert retrieval.scores({"unheard": 1.0}).tolist() == [0.0, 0.0, 0.0]
