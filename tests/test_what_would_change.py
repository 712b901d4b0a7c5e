"""What is said to change the first place does change it."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from diagnoser.diagnosis import PreparedKnowledge, Reasoning, diagnose, prepare, reason
from diagnoser.evidence import Evidence, evidence_from
from diagnoser.knowledge import load
from diagnoser.open_answers import Answer
from diagnoser.report import Report
from diagnoser.what_would_change import Change, diagnose_with_change, explain_cause, reason_with, what_would_change
from tests.conftest import COMMON


def first_of(report: Report) -> str:
    return f"{report.causes[0].base}:{report.causes[0].id}"


def changed(knowledge: PreparedKnowledge, evidence: Evidence, change: Change) -> Report:
    answers = {**evidence.answers, **{a.finding: a.state for a in change.answers}}
    return diagnose(knowledge, evidence.model_copy(update={"answers": answers}))


def assert_changes(knowledge: PreparedKnowledge, evidence: Evidence) -> int:
    """The number of answers that the change takes; 0 if there is none."""
    found = reason(knowledge, evidence)
    change = what_would_change(knowledge, found)
    if change is None:
        return 0
    report = changed(knowledge, evidence, change)
    assert first_of(report) == change.first != found.ranking.causes[0].id
    assert report.causes[0].posterior == pytest.approx(change.posterior, abs=1e-9)
    known = {s.finding for s in found.inference.findings}
    assert not known & {a.finding for a in change.answers}
    return len(change.answers)


def test_for_shipped_cases(shipped: PreparedKnowledge) -> None:
    cases = sorted(shipped.base.cases.values(), key=lambda c: c.id)

    sizes = []
    for case in random.Random(3).sample(cases, min(60, len(cases))):
        evidence = evidence_from({"report": case.document.tells["en"], **case.document.evidence})
        top = reason(shipped, evidence).ranking.causes
        if top and top[0].state == "open":
            sizes.append(assert_changes(shipped, evidence))

    assert len(sizes) >= 40
    assert sum(size == 0 for size in sizes) <= 2
    assert sum(size == 1 for size in sizes) >= 0.4 * len(sizes)


def test_for_causes_that_are_listed(shipped: PreparedKnowledge) -> None:
    found = reason(shipped, evidence_from({"report": "uplink down since the road works, rx power -36 dBm"}))
    leading, *listed = found.ranking.causes[:8]
    reached = 0
    for cause in listed:
        change = what_would_change(shipped, found, cause.id)
        if change is not None:
            reached += 1
            after = reason_with(shipped, found, change.answers).ranking.causes[0]
            assert after.id == change.first != leading.id
            assert cause.id in {after.id, *after.group}

    assert reached == len(listed)


def test_for_any_cause_of_the_small_base(small: PreparedKnowledge) -> None:
    evidence = evidence_from({"report": "the link is down", "answers": {"box_dead": "absent"}})
    leading = first_of(diagnose(small, evidence))
    reached = 0
    for cause in sorted(c for c in small.base.causes if c.startswith("small:")):
        explained, _ = explain_cause(small, evidence, cause)
        change = explained.would_change
        if change is None:
            continue
        reached += 1
        assert change.first == cause or cause == leading
        answers = {**evidence.answers, **{f.finding: f.state for f in change.findings}}
        after = diagnose(small, evidence.model_copy(update={"answers": answers}))
        assert first_of(after) == change.first

    assert reached >= 4


@pytest.mark.parametrize("seed", range(12))
def test_for_random_bases_the_change_is_the_smallest(tmp_path: Path, seed: int) -> None:
    rnd = random.Random(seed)
    knowledge = prepare(load(COMMON, written(tmp_path / "made", rnd)))
    symptoms = sorted(f.id for f in knowledge.base.findings.values() if f.base == "made" and f.kind != "mention")
    answers = {f: rnd.choice(["present", "present", "absent"]) for f in rnd.sample(symptoms, 3)}
    evidence = evidence_from({"answers": answers})
    still_open = [f for f in symptoms if f not in answers]

    assert assert_changes(knowledge, evidence) == smallest(knowledge, reason(knowledge, evidence), still_open)


def smallest(knowledge: PreparedKnowledge, found: Reasoning, findings: list[str]) -> int:
    """How many answers another cause needs to be first, by trying all; 0 if there are none."""
    first = {found.ranking.causes[0].id, *found.ranking.causes[0].group}
    for size in range(1, len(findings) + 1):
        for chosen in itertools.combinations(findings, size):
            for states in itertools.product(("present", "absent"), repeat=size):
                answers = [Answer(f, s) for f, s in zip(chosen, states, strict=True)]  # type: ignore[arg-type]
                if reason_with(knowledge, found, answers, reasons=False).ranking.causes[0].id not in first:
                    return size
    return 0


def test_one_answer_is_preferred_to_two(small: PreparedKnowledge) -> None:
    evidence = evidence_from({"report": "the link is down since the road works"})

    change = what_would_change(small, reason(small, evidence))

    assert change is not None
    assert len(change.answers) == 1


def test_a_cause_that_is_first_needs_no_change(small: PreparedKnowledge) -> None:
    evidence = evidence_from({"report": "the link is down since the road works"})

    assert what_would_change(small, reason(small, evidence), "small:fibre_broken") is None


def test_the_report_says_it_when_asked(small: PreparedKnowledge) -> None:
    evidence = evidence_from({"report": "the link is down since the road works"})

    assert diagnose(small, evidence).would_change is None
    assert diagnose_with_change(small, evidence).would_change is not None


def written(folder: Path, rnd: random.Random) -> Path:
    """A small random base of two layers, as files."""
    (folder / "causes").mkdir(parents=True)
    (folder / "base.yaml").write_text(
        "base: made\ntitle: {en: Made up, zh: 虚构}\nversion: 1.0.0\nimports: [common]\n", encoding="utf-8"
    )
    (folder / "symptoms.yaml").write_text(
        "".join(
            f"- {{id: s{i}, title: {{en: sign {i}, zh: 现象{i}}}, background: {rnd.uniform(0.005, 0.05):.3f}, source: experience}}\n"
            for i in range(7)
        ),
        encoding="utf-8",
    )
    for number in range(6):
        explains = ", ".join(f"s{i}: {rnd.uniform(0.3, 0.95):.2f}" for i in rnd.sample(range(7), 3))
        (folder / "causes" / f"c{number}.yaml").write_text(
            f"cause: c{number}\ntitle: {{en: cause {number}, zh: 原因{number}}}\nkind: hardware\nitem: part\n"
            f"probable_cause: powerProblem\nprior: {rnd.uniform(0.005, 0.05):.3f}\nexplains: {{{explains}}}\n"
            "why: {en: for tests, zh: 测试用}\nsource: experience\n",
            encoding="utf-8",
        )
    return folder


def test_findings_of_an_explanation_are_told_in_words_that_stand_alone(small: PreparedKnowledge) -> None:
    explained, _ = explain_cause(small, evidence_from({"report": "the link is down"}), "small:fibre_broken")

    titles = {e.finding: e.title for e in explained.expected}
    assert titles["small:rx_power_low"].en == "Receive optical power: below the minimum"
    assert titles["small:rx_power_low"].zh == "接收光功率：低于下限"
