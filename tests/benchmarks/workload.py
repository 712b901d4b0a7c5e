"""Generated rule sets and queries, as plain data that every engine is built from."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class RuleData:
    """If all of `names` hold at one place (value above `above` where given) and none of `none`, conclude `index`."""

    index: int
    names: tuple[str, ...]
    none: str | None
    above: int | None


@dataclass(frozen=True)
class Workload:
    rules: tuple[RuleData, ...]
    queries: tuple[tuple[tuple[str, str, int], ...], ...]
    """Facts of each query: name, place, value."""


def workload(rules: int, queries: int, seed: int = 1, facts: int = 20, common: float = 0.0) -> Workload:
    """One to three positive conditions a rule; 10 % with a numeric test, 10 % with a negation, 10 % chained.

    Args:
        common: share of rules that also want one of five findings that every query holds.
    """
    rnd = random.Random(seed)
    names = [f"n{i}" for i in range(max(50, rules // 2))]
    everyday = [f"common{i}" for i in range(5)]
    made = []
    for index in range(rules):
        wanted = tuple(dict.fromkeys(rnd.choice(names) for _ in range(rnd.randint(1, 3))))
        if index and rnd.random() < 0.1:
            wanted = (*wanted[:2], f"d{rnd.randrange(index)}")
        if rnd.random() < common:
            wanted = (rnd.choice(everyday), *wanted)
        none = rnd.choice(names) if rnd.random() < 0.1 else None
        above = rnd.randrange(100) if rnd.random() < 0.1 else None
        made.append(RuleData(index, wanted, None if none in wanted else none, above))
    asked = []
    for _ in range(queries):
        picked = [rnd.choice(names) for _ in range(facts - (5 if common else 0))]
        # Half of the facts complete some rule, so that rules do fire.
        for place in range(0, len(picked) // 2, 2):
            rule = rnd.choice(made)
            plain = [n for n in rule.names if n.startswith("n")][:2]
            picked[place : place + len(plain)] = plain
        every = [*picked, *(everyday if common else [])]
        asked.append(tuple(dict.fromkeys((n, f"p{rnd.randrange(2)}", rnd.randrange(100)) for n in every)))
    return Workload(tuple(made), tuple(asked))


def brute_force(rules: tuple[RuleData, ...], facts: tuple[tuple[str, str, int], ...]) -> frozenset[tuple[int, str]]:
    """Conclusions (rule, place), by trying every rule until nothing new follows."""
    held = {(name, place): {v for n, p, v in facts if (n, p) == (name, place)} for name, place, _ in facts}
    places = sorted({place for _, place, _ in facts})
    names = {name for name, _ in held}
    concluded: set[tuple[int, str]] = set()
    changed = True
    while changed:
        changed = False
        for rule in rules:
            if not (rule.names[0] in names or rule.names[0].startswith("d")):
                continue
            for place in places:
                if (rule.index, place) in concluded or not all((n, place) in held for n in rule.names):
                    continue
                if rule.none is not None and (rule.none, place) in held:
                    continue
                if rule.above is not None and not any(v > rule.above for v in held[rule.names[0], place]):
                    continue
                concluded.add((rule.index, place))
                held[f"d{rule.index}", place] = {0}
                changed = True
    return frozenset(concluded)
