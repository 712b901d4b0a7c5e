"""Broken knowledge is refused with every problem, each with its place and what would be right."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.conftest import COMMON, SMALL

from diagnoser.errors import AmbiguousName, KnowledgeError, UnknownName
from diagnoser.knowledge import KnowledgeBase, load


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "small")
    return tmp_path / "small"


def problems(folder: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        load(COMMON, folder)
    return [str(p).partition("small/")[2] for p in caught.value.problems]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_unknown_finding_names_the_nearest(copy: Path) -> None:
    edit(copy / "causes/fibre_broken.yaml", "rx_power_low: almost_always", "rx_power_lo: almost_always")

    assert problems(copy) == [
        "causes/fibre_broken.yaml:8:12: unknown-id: unknown finding 'rx_power_lo' (did you mean 'rx_power_low'?)"
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[" * 100_000, "fault_tree.yaml:1:65: too-deep: nested deeper than 64 levels"),
        (
            "a: &a [x, x]\nb: [*a, *a]\n",
            "fault_tree.yaml:2:5: alias: alias *a (a text is put in quotes: '*a'; else write the value out)",
        ),
    ],
)
def test_what_follows_from_a_file_that_was_overwritten_is_not_told(copy: Path, content: str, problem: str) -> None:
    (copy / "fault_tree.yaml").write_text(content, encoding="utf-8")

    assert problems(copy) == [problem]


def test_all_problems_come_at_once(copy: Path) -> None:
    edit(copy / "causes/fibre_broken.yaml", "prior: uncommon", "prior: seldom")
    edit(copy / "causes/fibre_bent.yaml", "zh: 光纤弯折", "cn: 光纤弯折")
    edit(copy / "symptoms.yaml", "shows: port_down", "shows: port_dow")
    edit(copy / "logs.yaml", "IFNET/\\d+/LINK_DOWN.*?", "IFNET(?=x)")

    found = problems(copy)

    assert found == [
        "causes/fibre_bent.yaml:2:1: one-language: 'zh' is missing (every text is {en: ..., zh: ...})",
        "causes/fibre_bent.yaml:2:25: unknown-field: unknown field 'cn' (known here: en, zh)",
        "causes/fibre_broken.yaml:6:1: unknown-word: 'seldom' is no word of the scale 'prior' "
        "(one of very_common, common, uncommon, rare, very_rare)",
        "logs.yaml:2:3: pattern: RE2 refuses the pattern: invalid perl operator: (?= (RE2 has no look-around and no "
        "back-references)",
        "symptoms.yaml:4:3: unknown-id: unknown event or cause 'port_dow' (did you mean 'port_down'?)",
    ]


def test_a_cycle_in_the_fault_tree_is_named(copy: Path) -> None:
    edit(copy / "fault_tree.yaml", "transceiver_failed]", "transceiver_failed, port_down]")

    assert problems(copy) == [
        "fault_tree.yaml:9:3: cycle: the fault tree runs in a circle: small:physical_fault -> small:port_down -> "
        "small:physical_fault (an event cannot be under itself)"
    ]


def test_an_id_used_twice_tells_where_the_first_one_is(copy: Path) -> None:
    edit(copy / "checks.yaml", "{id: swap_helped,", "{id: rx_power_ok,")

    [first, *_] = problems(copy)

    assert first.startswith("checks.yaml:20:8: duplicate-id: finding 'rx_power_ok' is already at ")


def test_a_base_that_is_not_imported_is_not_reached(copy: Path) -> None:
    edit(copy / "symptoms.yaml", "shows: port_down", "shows: ethernet:port_down")

    assert problems(copy) == [
        "symptoms.yaml:4:3: unknown-base: 'ethernet:port_down': base 'ethernet' is not imported (add ethernet to imports)"
    ]


def test_the_hash_follows_the_content(copy: Path) -> None:
    before = load(COMMON, copy).hash

    edit(copy / "causes/fibre_bent.yaml", "prior: uncommon", "prior: rare")

    assert load(COMMON, SMALL).hash == before
    assert load(COMMON, copy).hash != before


def test_devices_choose_their_bases(small: object) -> None:
    base: KnowledgeBase = load(COMMON, SMALL)

    assert base.active_bases("ACME AX200 in rack 3") == {"common", "small"}
    assert base.active_bases("阿克米交换机") == {"common", "small"}
    assert base.active_bases("something else") == {"common", "small"}
    assert base.active_bases(None, ("common",)) == {"common"}
    with pytest.raises(UnknownName, match="unknown base 'smal'; did you mean 'small'"):
        base.active_bases(None, ("smal",))


def test_a_folder_without_knowledge_is_said(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no knowledge base here"):
        load(tmp_path)
    with pytest.raises(KnowledgeError, match="not a folder"):
        load(tmp_path / "missing")


@pytest.mark.parametrize("name", ["fibre_broken", "small:fibre_broken", "Fibre broken", " fibre  BROKEN", "光纤断裂"])
def test_a_cause_is_found_by_id_title_or_alias(name: str) -> None:
    assert load(COMMON, SMALL).find("cause", name) == "small:fibre_broken"


def test_a_cause_with_a_name_like_it_is_proposed() -> None:
    base: KnowledgeBase = load(COMMON, SMALL)

    with pytest.raises(UnknownName, match="unknown cause 'Fibre brokn'; did you mean 'Fibre broken'"):
        base.find("cause", "Fibre brokn")
    with pytest.raises(UnknownName, match="unknown cause 'other:fibre_broken'"):
        base.find("cause", "other:fibre_broken")


def test_a_name_of_several_causes_is_answered_with_their_ids(copy: Path) -> None:
    with (copy / "causes/fibre_bent.yaml").open("a", encoding="utf-8") as file:
        file.write("aliases: {en: [fibre broken, kinked patch cord]}\n")
    base: KnowledgeBase = load(COMMON, copy)

    with pytest.raises(AmbiguousName) as caught:
        base.find("cause", "Fibre broken")

    assert base.find("cause", "Kinked patch cord") == "small:fibre_bent"
    assert str(caught.value) == ("cause 'Fibre broken' is ambiguous; there are: small:fibre_bent, small:fibre_broken")
