"""A team's overlay changes a shipped item without copying it; two that disagree are an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.authoring.sound import write_sound_base
from tests.conftest import COMMON

from diagnoser.diagnosis import diagnose, prepare
from diagnoser.errors import KnowledgeError
from diagnoser.evidence import evidence_from
from diagnoser.knowledge import KnowledgeBase, load, shipped_knowledge

TEAM = "base: {name}\ntitle: {{en: Our sites, zh: 我方站点}}\nversion: 1.0.0\nimports: [common, sound]\n"


def team(parent: Path, overlays: str, name: str = "team") -> Path:
    folder = parent / name
    folder.mkdir()
    (folder / "base.yaml").write_text(TEAM.format(name=name), encoding="utf-8")
    (folder / "overlays.yaml").write_text(overlays, encoding="utf-8")
    return folder


def loaded(*folders: Path) -> KnowledgeBase:
    return load(COMMON, *folders)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_sound_base(tmp_path)


def test_an_overlay_changes_prior_aliases_and_circumstances(sound: Path, tmp_path: Path) -> None:
    overlays = (
        "- cause: sound:cable_a_cut\n  prior: common\n  aliases: {zh: [老鼠咬断]}\n"
        "  circumstances: {moved_a: x1, moved_b: x7}\n  source: experience\n"
    )

    before = loaded(sound).causes["sound:cable_a_cut"]
    base = loaded(sound, team(tmp_path, overlays))
    after = base.causes["sound:cable_a_cut"]

    assert (before.prior, after.prior) == (0.007, 0.02)
    assert after.document.prior == "common"
    assert after.document.aliases.zh == ("老鼠咬断",)
    assert before.circumstances == (("sound:moved_a", 3.0),)
    assert after.circumstances == (("sound:moved_b", 7.0),)
    assert base.causes["sound:cable_b_cut"].prior == 0.007


def test_an_added_call_is_compared_with(tmp_path: Path) -> None:
    call = "the blue lamp over the kiosk sings since the circus came to town"
    folder = team(tmp_path, f"- cause: ethernet:fibre_broken\n  calls: {{en: [{call}]}}\n  source: experience\n")
    (folder / "base.yaml").write_text(TEAM.format(name="team").replace("sound", "ethernet"), encoding="utf-8")

    report = diagnose(prepare(load(shipped_knowledge(), folder)), evidence_from({"report": call}))

    assert (report.causes[0].base, report.causes[0].id) == ("ethernet", "fibre_broken")


def test_an_added_alias_of_a_symptom_is_understood(sound: Path, tmp_path: Path) -> None:
    folder = team(tmp_path, "- symptom: sound:link_a_down\n  aliases: {en: [purple haze]}\n  source: experience\n")
    evidence = evidence_from({"report": "we have purple haze here"})

    plain = diagnose(prepare(loaded(sound)), evidence)
    laid_over = diagnose(prepare(loaded(sound, folder)), evidence)

    assert plain.observations == []
    assert [o.finding for o in laid_over.observations] == ["sound:link_a_down"]


def test_an_overlay_changes_the_hash(sound: Path, tmp_path: Path) -> None:
    folder = team(tmp_path, "- cause: sound:cable_a_cut\n  prior: common\n  source: experience\n")
    before = loaded(sound, folder).hash

    (folder / "overlays.yaml").write_text("- cause: sound:cable_a_cut\n  prior: rare\n  source: experience\n")

    assert loaded(sound, folder).hash != before


@pytest.mark.parametrize(
    ("overlays", "message"),
    [
        (
            "- cause: sound:cable_a_cut\n  prior: common\n  source: experience\n"
            "- cause: cable_a_cut\n  prior: rare\n  source: experience\n",
            "overlays.yaml:5:3: overlay-conflict: prior of 'sound:cable_a_cut' is already changed at ",
        ),
        (
            "- cause: sound:cable_x_cut\n  prior: common\n  source: experience\n",
            "overlays.yaml:1:3: unknown-id: unknown cause 'sound:cable_x_cut' (did you mean 'cable_",
        ),
        ("- cause: sound:cable_a_cut\n  source: experience\n", "an overlay must change something"),
        (
            "- symptom: sound:link_a_down\n  prior: common\n  source: experience\n",
            "only a cause has a prior, circumstances and calls",
        ),
        ("- cause: sound:cable_a_cut\n  prior: seldom\n  source: experience\n", "overlays.yaml:2:3: unknown-word"),
    ],
)
def test_a_wrong_overlay_is_an_error_with_its_place(sound: Path, tmp_path: Path, overlays: str, message: str) -> None:
    folder = team(tmp_path, overlays)

    with pytest.raises(KnowledgeError) as caught:
        loaded(sound, folder)

    assert message in str(caught.value)


def test_overlays_of_two_teams_that_disagree_are_an_error(sound: Path, tmp_path: Path) -> None:
    one = team(tmp_path, "- cause: sound:cable_a_cut\n  prior: common\n  source: experience\n", "one")
    two = team(tmp_path, "- cause: sound:cable_a_cut\n  prior: rare\n  source: experience\n", "two")

    with pytest.raises(KnowledgeError, match="overlay-conflict"):
        loaded(sound, one, two)
