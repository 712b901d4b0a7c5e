"""`make bench`: everything that is claimed about speed, side by side in one run."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.engines import Clips, Ours, Stock
from tests.benchmarks.log_scan import log_scanning
from tests.benchmarks.workload import brute_force, workload

Timed = tuple[float, float]


def percentiles(seconds: list[float]) -> Timed:
    """Median and 99th percentile, in milliseconds."""
    ordered = sorted(seconds)
    return ordered[len(ordered) // 2] * 1e3, ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1e3


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def memory_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peak_bytes(call: Callable[[], Any]) -> int:
    """The most memory that a call holds at once, beyond what was there before it."""
    import tracemalloc

    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    call()
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return peak


def match_engines(size: int, queries: int, common: float, engines: list[type], checked: int) -> dict[str, Timed]:
    """Build each engine on the same rules, ask them in turn, compare the answers with brute force."""
    load = workload(size, queries, common=common)
    built = []
    for engine in engines:
        before = memory_mib()
        seconds, instance = timed(lambda engine=engine: engine(load.rules))
        built.append(instance)
        print(f"    {engine.name:<14} build {seconds:7.2f} s   memory +{max(0.0, memory_mib() - before):6.0f} MiB")
    gc.collect()
    gc.freeze()
    for instance in built:
        for query in load.queries[:20]:
            instance.ask(query)
    times: dict[str, list[float]] = {engine.name: [] for engine in engines}
    wrong = {engine.name: 0 for engine in engines}
    fired = 0
    for number, query in enumerate(load.queries):
        expected = brute_force(load.rules, query) if number < checked else None
        fired += len(expected or ())
        for instance in built:
            seconds, state = timed(lambda instance=instance, query=query: instance.ask(query))
            times[instance.name].append(seconds)
            if expected is not None and instance.answer(state) != expected:
                wrong[instance.name] += 1
    gc.unfreeze()
    results = {name: percentiles(seconds) for name, seconds in times.items()}
    for name, (median, high) in results.items():
        print(f"    {name:<14} p50 {median:8.3f} ms   p99 {high:8.3f} ms   wrong answers {wrong[name]}/{checked}")
    print(f"    conclusions per query: {fired / max(1, checked):.1f}")
    return results


def rule_matching() -> None:
    print("Rule matching: reset, 20 facts, run; engines asked in turn in one process")
    ours: dict[int, float] = {}
    for size, engines, queries in (
        (1_000, [Ours, Clips, Stock], 60),
        (1_000, [Ours, Clips], 1000),
        (10_000, [Ours, Clips], 1000),
        (50_000, [Ours, Clips], 500),
        (100_000, [Ours], 500),
    ):
        print(f"  {size} rules")
        results = match_engines(size, queries, 0.0, engines, 20 if size < 50_000 else 5)
        ours[size] = results["diagnoser"][0]
        if "CLIPS" in results:
            print(f"    ratio to CLIPS (p50): {results['diagnoser'][0] / results['CLIPS'][0]:.2f}")
    print("  10000 rules, a third of them share five common findings")
    results = match_engines(10_000, 1000, 1 / 3, [Ours, Clips], 20)
    print(f"    ratio to CLIPS (p50): {results['diagnoser'][0] / results['CLIPS'][0]:.2f}")
    for size in (50_000, 100_000):
        print(f"  {size} rules against 1000 (own p50): {ours[size] / ours[1_000]:.2f}")


def posteriors() -> None:
    try:
        import pyagrum  # noqa: F401
    except ImportError:
        print("Posteriors: pyagrum is not installed")
        return
    from diagnoser.ranking.posterior import posterior
    from tests.benchmarks.two_layers import Pyagrum, two_layers

    print("Posteriors of all causes: two layers, 30 causes, 24 findings, 6 of them present, the others absent")
    for parents in (4, 6, 7):
        network = two_layers(parents)
        peer = Pyagrum(network)
        ours, theirs = [], []
        answer: Any = None
        expected: dict[str, float] = {}
        for _ in range(3):
            seconds, expected = timed(peer.posteriors)
            theirs.append(seconds)
            for _ in range(50):
                seconds, answer = timed(lambda network=network: posterior(network))
                ours.append(seconds)
        worst = max(abs(answer.probability[cause] - p) for cause, p in expected.items())
        mine, other = percentiles(ours)[0], percentiles(theirs)[0]
        print(
            f"    {parents} causes a finding: diagnoser p50 {mine:6.3f} ms   pyagrum p50 {other:7.1f} ms   "
            f"{other / mine:.0f} times   largest difference {worst:.1e}"
        )


def whole_diagnosis() -> None:
    import json
    from pathlib import Path

    from diagnoser.diagnosis import diagnose, prepare
    from diagnoser.evidence import evidence_from
    from diagnoser.knowledge import load

    print("The whole diagnosis on the shipped knowledge, with weights and next checks")
    seconds, base = timed(lambda: load(with_cases=True))
    print(
        f"    load {seconds:.2f} s: {len(base.causes)} causes, {len(base.findings)} findings, {len(base.rules)} rules"
    )
    seconds, knowledge = timed(lambda: prepare(base))
    print(f"    prepare {seconds:.2f} s, {len(knowledge.network.rules)} engine rules")
    documents = [
        evidence_from({"report": case.document.tells[lang], "lang": lang, **case.document.evidence})
        for case in base.cases.values()
        for lang in ("en", "zh")
    ]
    example = Path(__file__).parents[2] / "docs/examples/uplink_down.json"
    documents.append(evidence_from(json.loads(example.read_text(encoding="utf-8"))))
    for document in documents[:50]:
        diagnose(knowledge, document)
    gc.collect()
    gc.freeze()
    times = [timed(lambda document=document: diagnose(knowledge, document))[0] for document in documents]
    median, high = percentiles(times)
    print(f"    {len(times)} cases: p50 {median:.2f} ms   p99 {high:.2f} ms   slowest {max(times) * 1e3:.1f} ms")
    peaks = sorted(peak_bytes(lambda document=document: diagnose(knowledge, document)) for document in documents[::40])
    print(f"    memory while one more request is answered: median {peaks[len(peaks) // 2] / 2**20:.2f} MiB", end="   ")
    print(f"largest {peaks[-1] / 2**20:.2f} MiB")


def free_text() -> None:
    from diagnoser.diagnosis import prepare
    from diagnoser.knowledge import load
    from tests.evidence.paraphrases.scoring import Scoring, paraphrases

    print("Free text: one sentence read with all knowledge, one core")
    scoring = Scoring(prepare(load()))
    sentences = [p.say for language in ("en", "zh") for p in paraphrases(language)]
    for sentence in sentences[:50]:
        scoring.read(sentence)
    times = sorted(timed(lambda sentence=sentence: scoring.read(sentence))[0] * 1e3 for sentence in sentences)
    middle, high = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"    {len(times)} sentences: p50 {middle:.2f} ms   p95 {high:.2f} ms   slowest {times[-1]:.1f} ms")


def troubleshooting() -> None:
    from diagnoser.authoring.unknown_causes import share_of, unknown_causes
    from diagnoser.diagnosis import prepare
    from diagnoser.knowledge import load
    from tests.benchmarks.troubleshooting import minutes_to_the_cause

    knowledge = prepare(load(with_cases=True))
    print("Troubleshooting: minutes to the true cause on shipped cases, answers drawn from the model")
    for start, words_alone in (("all that the case tells", False), ("the words of the call", True)):
        told = minutes_to_the_cause(knowledge, words_alone)
        print(f"  beginning with {start}")
        print(f"    as proposed {told.proposed:.1f} min   vendor's fixed order {told.fixed:.1f} min   {told.ratio:.0%}")
        print(f"    without the tenth with the largest difference either way: {told.trimmed_ratio:.0%}")
    print("I do not know: the cause of each of some cases taken out of the knowledge")
    cases = sorted(knowledge.base.cases.values(), key=lambda c: c.id)
    share = share_of(list(unknown_causes(knowledge, cases[:: max(1, len(cases) // 100)])))
    print(f"    said without the cause {share.admitted:.0%}   said needlessly with it {share.false_alarms:.0%}")


if __name__ == "__main__":
    rule_matching()
    posteriors()
    whole_diagnosis()
    free_text()
    log_scanning()
    troubleshooting()
