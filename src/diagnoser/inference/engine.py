"""An Experta engine for one diagnosis: a TREAT matcher over a shared network, and a strict agenda.

The engine is built for one run and dropped; all that it shares is the immutable `Network`. Facts,
rules, salience and agenda are Experta's. Its stock matcher and strategy are not used: they are
linear in the number of rules and may fire withdrawn activations.

TREAT: D. P. Miranker, "TREAT: a better match algorithm for AI production systems", AAAI 1987.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from diagnoser.inference.experta_door import Activation, ExpertaFact, FactList, KnowledgeEngine, Matcher, Strategy
from diagnoser.inference.network import Condition, Conjunction, Network


class Fact(ExpertaFact):  # type: ignore[misc]
    """An Experta fact whose slots hold only strings, numbers and None.

    There is nothing to freeze and no field to validate, so building and declaring one is cheap.
    Value equality is kept, as Experta's rule preparation needs it.
    """

    __factid__: Any = None
    __bind__ = None
    __init__ = dict.__init__  # slots by name, without a step through Python
    _key: Any = None

    @property
    def key(self) -> tuple[type[Fact], frozenset[tuple[str, Any]]]:
        """Class and values: equal for equal facts. Worked out once, since a fact is not changed."""
        key: tuple[type[Fact], frozenset[tuple[str, Any]]] | None = self._key
        if key is None:
            key = self._key = (type(self), frozenset(self.items()))
        return key

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError("a fact is not changed; declare another one")

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and dict.__eq__(self, other)

    def copy(self) -> Any:
        return type(self)(**self)


class _Facts(FactList):  # type: ignore[misc]
    """A fact list without duplicates, keyed by class and values."""

    def __init__(self) -> None:
        super().__init__()
        self.last_index: int = 0
        self._keys: dict[Any, Any] = {}

    def held(self, fact: Any) -> Any:
        """The equal fact that is held; None if there is none."""
        return self._keys.get(fact.key)

    def place(self, fact: Any) -> Any:
        """The equal fact that is held, else this one, which is held from now on."""
        key = fact.key
        held = self._keys.get(key)
        if held is not None:
            return held
        index: int = self.last_index
        self.last_index = index + 1
        fact.__factid__ = index
        self._keys[key] = fact
        self[index] = fact
        self.added.append(fact)
        return fact

    def declare(self, fact: Any) -> Any:
        """The fact, or None if an equal one is held."""
        next_index = self.last_index
        held = self.place(fact)
        return held if self.last_index > next_index else None

    def retract(self, idx_or_fact: Any) -> int:
        index: int = idx_or_fact if isinstance(idx_or_fact, int) else idx_or_fact.__factid__
        if index not in self:
            raise IndexError("Fact not found.")
        fact = self.pop(index)
        del self._keys[fact.key]
        self.removed.append(fact)
        return index


class OneActivation(Activation):  # type: ignore[misc]
    """An activation with a total order: salience, then rule order, then older facts first."""

    __slots__ = ("conjunction", "context", "facts", "key", "rule")

    def __init__(self, conjunction: Conjunction, facts: tuple[Any, ...], context: dict[str, Any]) -> None:
        self.rule = conjunction.rule
        self.conjunction = conjunction
        self.facts = facts
        self.context = context
        # The rightmost activation of the agenda fires next.
        self.key = (
            conjunction.rule.salience,
            -conjunction.rule_position,
            -conjunction.index,
            tuple([-fact.__factid__ for fact in facts]),
        )

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class RuleOrder(Strategy):  # type: ignore[misc]
    """Fires by salience, then by the position of the rule. Withdrawn activations never fire."""

    def _update_agenda(self, agenda: Any, added: Iterable[Any], removed: Iterable[Any]) -> None:
        waiting = agenda.activations
        for activation in removed:
            place = bisect.bisect_left(waiting, activation.key, key=_key)
            if place < len(waiting) and waiting[place] is activation:
                del waiting[place]
        new = list(added)
        if len(new) > 4:
            waiting.extend(new)
            waiting.sort(key=_key)
        else:
            for activation in new:
                bisect.insort(waiting, activation, key=_key)

    def update_agenda(self, agenda: Any, added: Any, removed: Any) -> None:
        self._update_agenda(agenda, added, removed)


def _key(activation: Any) -> Any:
    return activation.key


class TreatMatcher(Matcher):  # type: ignore[misc]
    """The memories of one run over the shared network.

    A conjunction sleeps until its rarest pattern has a fact, then waits on any pattern still
    without one, and is joined only when all of them have facts.
    """

    def __init__(self, engine: Any) -> None:
        super().__init__(None)  # the engine holds the matcher; not the other way round, so that both go when a run ends
        self._network: Network = engine.network
        self.reset()

    def reset(self) -> None:
        self._memories: dict[int, dict[int, Any]] = {}
        self._waiting: dict[int, list[Conjunction]] = {}
        self._live: dict[int, list[Conjunction]] = {}
        self._guarded: dict[int, list[Conjunction]] = {}
        self._current: dict[int, dict[tuple[int, ...], OneActivation]] = {}
        self._using: dict[int, list[OneActivation]] = {}
        self._patterns_of: dict[int, list[int]] = {}

    def changes(self, adding: Any = None, deleting: Any = None) -> tuple[list[OneActivation], list[OneActivation]]:
        """Activations added and withdrawn by the facts added and retracted since the last call."""
        added: dict[int, OneActivation] = {}
        removed: dict[int, OneActivation] = {}
        for fact in deleting or ():
            self._remove(fact, added, removed)
        self._insert(adding or (), added, removed)
        return list(added.values()), list(removed.values())

    def _insert(self, facts: Iterable[Any], added: dict[int, OneActivation], removed: dict[int, OneActivation]) -> None:
        """Remember all the facts, and only then join: a conjunction that gets several of them is looked at once."""
        network, memories = self._network, self._memories
        patterns = network.patterns
        hits: list[tuple[Any, list[int]]] = []
        filled: list[int] = []
        for fact in facts:
            hit = [index for index in network.candidates(fact) if patterns[index].accepts(fact)]
            if not hit:
                continue
            identity = fact.__factid__
            self._patterns_of[identity] = hit
            hits.append((fact, hit))
            for index in hit:
                memory = memories.get(index)
                if memory:
                    memory[identity] = fact
                else:
                    memories[index] = {identity: fact}
                    filled.append(index)
        if self._live:
            for fact, hit in hits:
                for index in hit:
                    for conjunction in self._live.get(index, ()):
                        self._join_through(conjunction, index, fact, added)
            for index in {index for _, hit in hits for index in hit} & self._guarded.keys():
                for conjunction in self._guarded[index]:
                    self._withdraw_blocked(conjunction, added, removed)
        for index in filled:
            self._wake(index, added)

    def _wake(self, index: int, added: dict[int, OneActivation]) -> None:
        """The pattern has its first fact: look at the conjunctions that sleep or wait on it."""
        memories, current, waiting = self._memories, self._current, self._waiting
        for conjunction in (*self._network.woken_by.get(index, ()), *waiting.pop(index, ())):
            if conjunction.index in current:
                continue
            for pattern in conjunction.wants:
                if not memories.get(pattern):
                    waiting.setdefault(pattern, []).append(conjunction)
                    break
            else:
                self._begin(conjunction, added)

    def _begin(self, conjunction: Conjunction, added: dict[int, OneActivation]) -> None:
        """All patterns of a conjunction have facts: join them, and from now on each new fact with them."""
        self._current[conjunction.index] = {}
        for pattern in conjunction.wants:
            self._live.setdefault(pattern, []).append(conjunction)
        for pattern in dict.fromkeys(c.pattern for group in conjunction.negatives for c in group):
            self._guarded.setdefault(pattern, []).append(conjunction)
        self._join_all(conjunction, added)

    def _join_all(self, conjunction: Conjunction, added: dict[int, OneActivation]) -> None:
        for facts, context in self._joins(conjunction.positives, (), {}):
            self._activate(conjunction, facts, context, added)

    def _join_through(self, conjunction: Conjunction, pattern: int, fact: Any, added: dict[int, OneActivation]) -> None:
        for place, condition in enumerate(conjunction.positives):
            if condition.pattern == pattern:
                for facts, context in self._joins(conjunction.positives, (), {}, place, fact):
                    self._activate(conjunction, facts, context, added)

    def _joins(
        self,
        conditions: tuple[Condition, ...],
        facts: tuple[Any, ...],
        context: dict[str, Any],
        fixed_place: int = -1,
        fixed: Any = None,
    ) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
        """All ways to satisfy the conditions; one of them may be fixed to one fact."""
        place = len(facts)
        if place == len(conditions):
            yield facts, context
            return
        condition = conditions[place]
        choices = (fixed,) if place == fixed_place else tuple(self._memories.get(condition.pattern, {}).values())
        for fact in choices:
            extended = condition.extend(context, fact)
            if extended is not None:
                yield from self._joins(conditions, (*facts, fact), extended, fixed_place, fixed)

    def _allowed(self, conjunction: Conjunction, context: dict[str, Any]) -> bool:
        for test in conjunction.tests:
            if not test.holds(context):
                return False
        return not any(self._holds(group, context) for group in conjunction.negatives)

    def _holds(self, group: tuple[Condition, ...], context: dict[str, Any]) -> bool:
        return next(self._joins(group, (), context), None) is not None

    def _activate(
        self, conjunction: Conjunction, facts: tuple[Any, ...], context: dict[str, Any], added: dict[int, OneActivation]
    ) -> None:
        current = self._current[conjunction.index]
        key = tuple([fact.__factid__ for fact in facts])
        if key in current or not self._allowed(conjunction, context):
            return
        activation = current[key] = OneActivation(conjunction, facts, context)
        added[id(activation)] = activation
        for identity in key:
            self._using.setdefault(identity, []).append(activation)

    def _withdraw_blocked(
        self, conjunction: Conjunction, added: dict[int, OneActivation], removed: dict[int, OneActivation]
    ) -> None:
        current = self._current[conjunction.index]
        for key, activation in list(current.items()):
            if any(self._holds(group, activation.context) for group in conjunction.negatives):
                del current[key]
                self._withdraw(activation, added, removed)

    @staticmethod
    def _withdraw(
        activation: OneActivation, added: dict[int, OneActivation], removed: dict[int, OneActivation]
    ) -> None:
        if added.pop(id(activation), None) is None:
            removed[id(activation)] = activation

    def _remove(self, fact: Any, added: dict[int, OneActivation], removed: dict[int, OneActivation]) -> None:
        identity = fact.__factid__
        hit = self._patterns_of.pop(identity, ())
        for index in hit:
            self._memories[index].pop(identity, None)
        for activation in self._using.pop(identity, ()):
            current = self._current[activation.conjunction.index]
            key = tuple(f.__factid__ for f in activation.facts)
            if current.get(key) is activation:
                del current[key]
                self._withdraw(activation, added, removed)
        for index in hit:
            for conjunction in self._guarded.get(index, ()):
                self._join_all(conjunction, added)


Fired = Callable[[OneActivation], None]


class Engine(KnowledgeEngine):  # type: ignore[misc]
    """One run of the shared network.

    Args:
        network: the compiled rules.
        on_fire: told of every activation before its action runs; the trace is written here.
    """

    __matcher__ = TreatMatcher
    __strategy__ = RuleOrder

    def __init__(self, network: Network, on_fire: Fired | None = None) -> None:
        self.network = network
        self._on_fire = on_fire
        super().__init__()
        self.facts = _Facts()

    def get_rules(self) -> list[Any]:
        return list(self.network.rules)

    def get_deffacts(self) -> list[Any]:
        return []

    def reset(self, **_: Any) -> None:
        """Forget all facts and activations. There is no initial fact: no rule here needs one."""
        self.agenda.activations.clear()
        self.facts = _Facts()
        self.matcher.reset()
        self.running = False

    def declare(self, *facts: Any) -> Any:
        """Assert facts; the agenda is brought up to date once for all of them."""
        last = None
        for fact in facts:
            last = self.facts.declare(fact)
        if not self.running:
            self._update()
        return last

    def run(self, steps: float = float("inf")) -> None:
        """Fire activations until none is left."""
        self.running = True
        agenda, on_fire = self.agenda, self._on_fire
        while steps > 0 and self.running:
            self._update()
            activation = agenda.get_next()
            if activation is None:
                break
            steps -= 1
            if on_fire is not None:
                on_fire(activation)
            activation.rule(self, **activation.context)
        self.running = False

    def _update(self) -> None:
        if self.facts.added or self.facts.removed:
            self.strategy.update_agenda(self.agenda, *self.get_activations())
