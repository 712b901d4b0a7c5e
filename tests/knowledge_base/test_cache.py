"""Compiled knowledge is kept; what is stale, damaged or somebody else's is never used."""

from __future__ import annotations

import os
import pickle
import shutil
import stat
from pathlib import Path

import pytest
from tests.authoring.sound import write_sound_base
from tests.conftest import COMMON, SMALL

import diagnoser.prepared as module
from diagnoser.diagnosis import PreparedKnowledge, diagnose, prepare
from diagnoser.evidence import evidence_from
from diagnoser.knowledge import cache, load
from diagnoser.knowledge.stored import Stored, opened, packed
from diagnoser.prepared import prepared


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cache"
    monkeypatch.setenv("DIAGNOSER_CACHE", str(path))
    return path


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[PreparedKnowledge]:
    """Everything that was built and not taken from the cache."""
    made: list[PreparedKnowledge] = []

    def noted(base: object) -> PreparedKnowledge:
        made.append(prepare(base))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(module, "prepare", noted)
    return made


EVIDENCE = [
    {"report": "link is down since the road works", "tests": [{"check": "rx power", "result": "-31 dBm"}]},
    {"report": "端口down", "logs": ["shutdown command on GE0/0/1", "IFNET/4/LINK_DOWN: interface GE0/0/1 down"]},
    {"indicators": [{"part": "power supply", "light": "PWR", "colour": "red", "behaviour": "blink"}], "device": "Acme"},
    {"answers": {"rx_power_low": "absent"}, "report": "device is dead", "circumstances": ["after_config_change"]},
]


def test_what_was_kept_answers_byte_for_byte_as_what_was_built(folder: Path, built: list[PreparedKnowledge]) -> None:
    fresh = prepared(COMMON, SMALL)
    kept = prepared(COMMON, SMALL)

    assert len(built) == 1
    assert kept is not fresh
    for document in EVIDENCE:
        evidence = evidence_from(document)
        assert diagnose(kept, evidence).model_dump_json() == diagnose(fresh, evidence).model_dump_json()


def test_an_edit_is_always_seen(folder: Path, built: list[PreparedKnowledge], tmp_path: Path) -> None:
    copy = shutil.copytree(SMALL, tmp_path / "small")
    path = copy / "causes/fibre_bent.yaml"
    before = path.stat()
    prepared(COMMON, copy)

    path.write_text(path.read_text(encoding="utf-8").replace("prior: uncommon", "prior: veryrare"[:15]), "utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("prior: veryrare", "prior: common  "), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    changed = prepared(COMMON, copy)

    assert len(built) == 2
    assert path.stat().st_size == before.st_size
    assert changed.base.causes["small:fibre_bent"].prior == 0.02


def entry(folder: Path) -> Path:
    [path] = folder.glob("knowledge-*.bin")
    return path


@pytest.mark.parametrize("place", [0, 20, 60, 400, -1])
def test_a_damaged_entry_is_built_anew(folder: Path, built: list[PreparedKnowledge], place: int) -> None:
    prepared(COMMON, SMALL)
    raw = bytearray(entry(folder).read_bytes())
    raw[place] ^= 1
    entry(folder).write_bytes(raw)

    prepared(COMMON, SMALL)
    prepared(COMMON, SMALL)

    assert len(built) == 2


def test_an_entry_cut_short_is_built_anew(folder: Path, built: list[PreparedKnowledge]) -> None:
    prepared(COMMON, SMALL)
    entry(folder).write_bytes(entry(folder).read_bytes()[:-100])

    prepared(COMMON, SMALL)

    assert len(built) == 2


def test_an_entry_sealed_with_another_key_is_not_opened(folder: Path, built: list[PreparedKnowledge]) -> None:
    prepared(COMMON, SMALL)
    key = folder / "key"
    key.write_bytes(bytes(32))

    prepared(COMMON, SMALL)

    assert len(built) == 2


def test_an_entry_moved_to_another_name_is_not_opened(
    folder: Path, built: list[PreparedKnowledge], tmp_path: Path
) -> None:
    prepared(COMMON, SMALL)
    small = entry(folder)
    sound = write_sound_base(tmp_path)
    prepared(COMMON, sound)
    [other] = set(folder.glob("knowledge-*.bin")) - {small}
    other.write_bytes(small.read_bytes())

    knowledge = prepared(COMMON, sound)

    assert len(built) == 3
    assert set(knowledge.base.bases) == {"common", "sound"}


def test_folder_key_and_entry_are_this_users_alone(folder: Path) -> None:
    prepared(COMMON, SMALL)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("target", ["folder", "key", "entry"])
def test_what_others_may_write_is_not_used(folder: Path, built: list[PreparedKnowledge], target: str) -> None:
    prepared(COMMON, SMALL)
    path = {"folder": folder, "key": folder / "key", "entry": entry(folder)}[target]
    path.chmod(0o722 if target == "folder" else 0o622)

    prepared(COMMON, SMALL)

    assert len(built) == 2


def test_a_link_in_place_of_an_entry_is_not_followed(
    folder: Path, built: list[PreparedKnowledge], tmp_path: Path
) -> None:
    prepared(COMMON, SMALL)
    path = entry(folder)
    shutil.move(path, tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")

    prepared(COMMON, SMALL)

    assert len(built) == 2


def test_a_sealed_entry_still_builds_only_values_of_this_package(folder: Path) -> None:
    class Harmful:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("false",)

    cache.keep("probe", "x", {"fine": 1})
    assert cache.fetch("probe", "x") == {"fine": 1}

    cache.keep("probe", "y", Harmful())
    assert cache.fetch("probe", "y") is None
    with pytest.raises(pickle.UnpicklingError, match="is no value of this package"):
        opened(packed(Harmful()))


def test_off_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIAGNOSER_CACHE", "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    prepared(COMMON, SMALL)

    assert list(tmp_path.iterdir()) == []


def test_the_users_cache_directory_is_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIAGNOSER_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    prepared(COMMON, SMALL)

    assert [p.name for p in tmp_path.iterdir()] == ["diagnoser"]


def keep_at(folder: Path, second: int, made_from: str) -> None:
    """Keep a value of 1000 bytes, as if it had been done at some second."""
    before = set(folder.glob("probe-*.bin"))
    cache.keep("probe", made_from, b"x" * 1000)
    for path in set(folder.glob("probe-*.bin")) - before:
        os.utime(path, (second, second))


def test_what_was_used_longest_ago_is_forgotten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT_BYTES", 4000)
    for second in range(3):
        keep_at(folder, second, str(second))

    assert cache.fetch("probe", "0") is not None
    keep_at(folder, 3, "3")

    assert [name for name in "0123" if cache.fetch("probe", name) is not None] == ["0", "2", "3"]


def test_an_authors_edits_do_not_push_out_what_is_in_use(
    folder: Path, built: list[PreparedKnowledge], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(COMMON, SMALL)
    monkeypatch.setattr(cache, "KEPT_BYTES", 3 * entry(folder).stat().st_size)
    copy = shutil.copytree(SMALL, tmp_path / "small")
    path = copy / "causes/fibre_bent.yaml"

    for edit in range(5):
        path.write_text(f"{path.read_text(encoding='utf-8')}# {edit}\n", encoding="utf-8")
        prepared(COMMON, copy)
        prepared(COMMON, SMALL)

    assert len(built) == 6


def test_there_are_not_ever_more_small_entries(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT", 2)

    for second in range(4):
        keep_at(folder, second, str(second))

    assert [name for name in "0123" if cache.fetch("probe", name) is not None] == ["2", "3"]


def test_the_newest_entry_stays_however_large_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT_BYTES", 10)

    cache.keep("probe", "x", b"x" * 1000)

    assert cache.fetch("probe", "x") is not None


def test_that_it_compiles_is_told_once(folder: Path) -> None:
    told: list[str] = []

    prepared(COMMON, SMALL, compiling=lambda: told.append("compiling"))
    prepared(COMMON, SMALL, compiling=lambda: told.append("compiling"))

    assert told == ["compiling"]


def test_broken_knowledge_is_told_with_a_warm_cache_too(folder: Path, tmp_path: Path) -> None:
    from diagnoser.errors import KnowledgeError

    copy = shutil.copytree(SMALL, tmp_path / "small")
    prepared(COMMON, copy)
    (copy / "symptoms.yaml").write_text("- id: x\n", encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"symptoms\.yaml:1:3"):
        prepared(COMMON, copy)


def test_nothing_is_compiled_for_cases(folder: Path, built: list[PreparedKnowledge], tmp_path: Path) -> None:
    copy = shutil.copytree(SMALL, tmp_path / "small")
    case = copy / "cases/fibre_cut.yaml"
    first = prepared(COMMON, copy, with_cases=True)
    case.unlink()

    without = prepared(COMMON, copy, with_cases=True)

    assert len(built) == 1
    assert (list(first.base.cases), list(without.base.cases)) == (["small:fibre_cut"], [])
    assert "case small:fibre_cut" in first.base.locations
    assert "case small:fibre_cut" not in without.base.locations


def test_all_problems_of_knowledge_and_cases_are_told_at_once(folder: Path, tmp_path: Path) -> None:
    from diagnoser.errors import KnowledgeError

    copy = shutil.copytree(SMALL, tmp_path / "small")
    (copy / "symptoms.yaml").write_text("- id: x\n", encoding="utf-8")
    (copy / "cases/fibre_cut.yaml").write_text("case: fibre_cut\n", encoding="utf-8")

    with pytest.raises(KnowledgeError) as told:
        prepared(COMMON, copy, with_cases=True)

    files = {problem.location.file.rpartition("/")[2] for problem in told.value.problems}
    assert {"symptoms.yaml", "fibre_cut.yaml"} <= files


def test_a_stored_mapping_is_a_mapping() -> None:
    base = load(COMMON, SMALL)
    stored = Stored(base.findings)

    assert dict(stored) == dict(base.findings)
    assert list(stored) == list(base.findings)
    assert "nothing" not in stored
    assert stored.get("nothing") is None
