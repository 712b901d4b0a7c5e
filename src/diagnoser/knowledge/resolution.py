"""Names become things: every id that an entry mentions is looked up, every word becomes a number.

All problems are collected, and what does resolve is put together all the same, so that the checks
of meaning can look at it; only a knowledge base without errors may be used (`loading.built`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from diagnoser.errors import Problem
from diagnoser.fault_tree import FaultTree, Gate, Input
from diagnoser.knowledge import base as kb
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.catalogue import Catalogue
from diagnoser.knowledge.cost_policy import CostPolicy
from diagnoser.knowledge.escalation_policy import EscalationPolicy
from diagnoser.knowledge.loading import Draft, Entry
from diagnoser.knowledge.overlays import Laid
from diagnoser.knowledge.rule_documents import Rule

MENTIONED, MENTIONED_ANYWAY = 0.5, 0.02
"""How often the reporter names the cause when it is the cause, and when it is not."""


def resolve(draft: Draft) -> tuple[kb.KnowledgeBase | None, list[Problem]]:
    """Resolve a draft.

    Returns:
        The knowledge base, without what has errors, or None where there is no policy; and all
        problems, those of the draft included.
    """
    resolution = _Resolution(draft)
    base = resolution.knowledge_base()
    return base, sorted(set(resolution.problems))


def _mention(cause: kb.Cause) -> kb.Finding:
    """That somebody named a cause: it was thought of, rightly or not."""
    title = cause.title
    return kb.Finding(
        id=f"{cause.base}:mentions_{cause.document.cause}",
        kind="mention",
        title=doc.Text(en=f"named by the reporter: {title.en}", zh=f"报障人提到：{title.zh}"),
        aliases=doc.Aliases(en=(title.en, *cause.document.aliases.en), zh=(title.zh, *cause.document.aliases.zh)),
        normal=False,
        severity=None,
        background=MENTIONED_ANYWAY,
        parents=((cause.id, MENTIONED),),
        group=None,
    )


class _Resolution(Catalogue):
    """The working state of one resolution; it is dropped with it."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self.log_patterns = {f"{e.base}:{e.document.id}" for e in self.entries["logs"]}

    # What it all means

    def knowledge_base(self) -> kb.KnowledgeBase | None:
        self._lay_over()
        tree = self._tree()
        self.catalogue()
        causes, explained = self._causes()
        readings = {r.id: r for r in map(self.reading, self.entries["readings"]) if r is not None}
        rules = {r.id: r for r in map(self._rule, self.entries["rules"]) if r is not None}
        cases = {c.id: c for c in map(self._case, self.entries["cases"])}
        circumstances = {
            f"{e.base}:{e.document.id}": kb.Circumstance(f"{e.base}:{e.document.id}", e.document)
            for e in self.entries["circumstances"]
        }
        items: dict[str, dict[str, doc.Text]] = {"parts": {}, "tools": {}}
        for entry in self.entries["items"]:
            for kind, titles in items.items():
                titles.update({f"{entry.base}:{i.id}": i.title for i in getattr(entry.document, kind)})
        policy, costs = self._policy(), self._costs()
        if policy is None or costs is None:
            return None
        for cause, finding, strength, entry in explained:
            if cause in self.parents[finding]:
                self._problem(entry.locate("explains"), "said-twice",
                              f"'{finding}' already shows this cause", "say it in one place")  # fmt: skip
            self.parents[finding][cause] = strength
        return kb.KnowledgeBase(
            hash=self.draft.hash,
            bases=dict(sorted(self.bases.items())),
            findings={
                **{
                    id_: replace(finding, parents=tuple(sorted(self.parents[id_].items())))
                    for id_, finding in sorted(self.findings.items())
                },
                **{mention.id: mention for mention in map(_mention, causes.values())},
            },
            lights=self.lights,
            patterns=self.patterns,
            checks=self.checks,
            readings=dict(sorted(readings.items())),
            causes=causes,
            events={
                f"{e.base}:{e.document.event}": kb.EventText(
                    f"{e.base}:{e.document.event}", e.document.title, e.document.severity, e.document.severity_of_one
                )
                for e in self.entries["fault_tree"]
                if ":" not in e.document.event and e.document.title is not None
            },
            tree=tree,
            rules=rules,
            circumstances=circumstances,
            parts=items["parts"],
            tools=items["tools"],
            lexicon=tuple(e.document for e in self.entries["lexicon"]),
            policy=policy,
            costs=costs,
            cases=cases,
            locations=self.locations,
        )

    def _causes(self) -> tuple[dict[str, kb.Cause], list[tuple[str, str, float, Entry]]]:
        causes: dict[str, kb.Cause] = {}
        explained: list[tuple[str, str, float, Entry]] = []
        for entry in self.entries["causes"]:
            cause: doc.Cause = entry.document
            full = f"{entry.base}:{cause.cause}"
            factors = self._factors(entry, cause.circumstances)
            for finding, strength in self._strengths(entry, cause.explains, ("finding",), "explains").items():
                explained.append((full, finding, strength, entry))
            for index, repair in enumerate(cause.repair):
                self._refs(entry, repair.parts, ("part",), "repair", index, "parts")
                self._refs(entry, repair.tools, ("tool",), "repair", index, "tools")
                self._refs(entry, repair.cost.tools, ("tool",), "repair", index, "cost", "tools")
            prior = self._degree(entry, "prior", cause.prior, "prior")
            laid = self.overlays.causes.get(full, Laid())
            if laid.prior is not None:
                prior, written = laid.prior
                cause = cause.model_copy(update={"prior": written})
            if laid.aliases:
                cause = cause.model_copy(update={"aliases": laid.words(cause.aliases)})
            if laid.calls:
                cause = cause.model_copy(update={"calls": laid.told(cause.calls)})
            causes[full] = kb.Cause(
                full,
                cause,
                prior,
                laid.factors(factors),
                self._refs(entry, cause.checks, ("check",), "checks"),
            )
        return dict(sorted(causes.items())), explained

    def _factors(self, entry: Entry, factors: Mapping[str, str]) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, factor in factors.items():
            circumstance = self._ref(entry, name, ("circumstance",), "circumstances", name)
            if circumstance is not None:
                found[circumstance] = float(factor[1:])
            if float(factor[1:]) == 0:
                self._problem(entry.locate("circumstances", name), "outside-scale", f"a factor of {factor} excludes the cause",
                              "a factor is above 0; certainty is for rules")  # fmt: skip
        return found

    def _lay_over(self) -> None:
        for entry in self.entries["overlays"]:
            overlay: doc.Overlay = entry.document
            kind = "cause" if overlay.cause is not None else "finding"
            item = self._ref(
                entry, overlay.cause or overlay.symptom or overlay.finding or "", (kind,),
                "cause" if overlay.cause else "symptom" if overlay.symptom else "finding",
            )  # fmt: skip
            prior = None if overlay.prior is None else self._degree(entry, "prior", overlay.prior, "prior")
            background = (
                None if overlay.background is None
                else self._degree(entry, "background", overlay.background, "background")
            )  # fmt: skip
            factors = self._factors(entry, overlay.circumstances)
            if item is not None:
                self.problems.extend(self.overlays.lay(entry, item, prior, background, factors))

    def _tree(self) -> FaultTree:
        inputs: dict[str, dict[str, float]] = defaultdict(dict)
        heads: dict[str, doc.Event] = {}
        where: dict[str, Entry] = {}
        for entry in self.entries["fault_tree"]:
            event: doc.Event = entry.document
            full = self._ref(entry, event.event, ("event",), "event")
            if full is None:
                continue
            if ":" not in event.event:
                heads[full] = event
                where[full] = entry
                if event.title is None:
                    self._problem(entry.locate("event"), "missing-field", f"event '{event.event}' has no title",
                                  "title: {en: ..., zh: ...}")  # fmt: skip
                self._check_gate(entry, event)
            for name, strength in self._strengths(
                entry, event.inputs, ("event", "cause"), "inputs", default=1.0
            ).items():
                if name in inputs[full]:
                    self._problem(
                        entry.locate("inputs", name), "said-twice", f"'{name}' is already an input of '{full}'"
                    )
                inputs[full][name] = strength
        gates: dict[str, Gate] = {}
        for full, event in sorted(heads.items()):
            condition = (
                1.0 if event.condition is None else self._degree(where[full], "condition", event.condition, "condition")
            )
            gates[full] = Gate(
                full, event.gate, tuple(Input(i, s) for i, s in sorted(inputs[full].items())), event.k or 1, condition
            )
        tree = FaultTree(gates)
        while cycle := tree.cycle():
            entry = where[cycle[0]]
            self._problem(entry.locate("inputs"), "cycle", f"the fault tree runs in a circle: {' -> '.join((*cycle, cycle[0]))}",
                          "an event cannot be under itself")  # fmt: skip
            gate, below = gates[cycle[0]], (*cycle, cycle[0])[1]
            gates[gate.event] = replace(gate, inputs=tuple(i for i in gate.inputs if i.id != below))
            tree = FaultTree(gates)
        return tree

    def _check_gate(self, entry: Entry, event: doc.Event) -> None:
        count = len(event.inputs)
        if event.gate == "atleast" and (event.k is None or event.k > count):
            self._problem(entry.locate("gate"), "gate", f"atleast wants k from 1 to {count}", "k: 2")
        if event.gate == "inhibit" and (count != 1 or event.condition is None):
            self._problem(entry.locate("gate"), "gate", "inhibit wants one input and a condition", "condition: often")
        if event.gate != "atleast" and event.k is not None:
            self._problem(entry.locate("k"), "gate", "k belongs to atleast", "gate: atleast")

    def _rule(self, entry: Entry) -> kb.AuthoredRule | None:
        """The rule with its names resolved; None where one is unknown."""
        rule: Rule = entry.document
        names: dict[str, str] = {}
        unknown: list[str] = []

        def note(name: str, kinds: tuple[str, ...], *path: Any) -> None:
            full = self._ref(entry, name, kinds, *path)
            if full is None:
                unknown.append(name)
            else:
                names[f"{'tree' if 'cause' in kinds else kinds[0]} {name}"] = full

        when = rule.when
        for where, conditions in (("all", when.all), ("any", when.any), ("none", when.none)):
            for index, condition in enumerate(conditions):
                note(condition if isinstance(condition, str) else condition.finding, ("finding",), "when", where, index)
        if when.atleast is not None:
            for condition in when.atleast.of:
                note(condition if isinstance(condition, str) else condition.finding, ("finding",), "when", "atleast")
        for name in when.circumstance:
            note(name, ("circumstance",), "when", "circumstance")
        for name, asked in when.log.items():
            for pattern, path in ((name, ()), (asked.before, ("before",)), (asked.after, ("after",))):
                if pattern is not None:
                    note(pattern, ("finding",), "when", "log", name, *path)
                    full = names.get(f"finding {pattern}")
                    if full is not None and full not in self.log_patterns:
                        self._problem(entry.locate("when", "log", name, *path), "not-a-log",
                                      f"'{pattern}' is no log pattern", "log: speaks of entries of logs.yaml")  # fmt: skip
        for name in when.measurement:
            self._known(entry, name, self._quantities(), "quantity", "when", "measurement", name)
        then = rule.then
        for where, names_, kinds in (
            ("conclude", then.conclude, ("finding",)),
            ("rule_out", then.rule_out, ("event", "cause")),
            ("confirm", then.confirm, ("cause",)),
            ("require_check", then.require_check, ("check",)),
        ):
            for index, name in enumerate(names_):
                note(name, kinds, "then", where, index)
        if unknown:
            return None
        return kb.AuthoredRule(f"{entry.base}:{rule.rule}", rule, names)

    def _case(self, entry: Entry) -> kb.Case:
        case: doc.Case = entry.document
        names: dict[str, str] = {}
        expected = [
            *((case.expect.first, ("first",)),),
            *((name, ("within", place)) for place, name in case.expect.within.items()),
            *((name, ("not_first", index)) for index, name in enumerate(case.expect.not_first)),
        ]
        for name, path in expected:
            if name is not None:
                full = self._ref(entry, name, ("cause",), "expect", *path)
                if full is not None:
                    names[name] = full
        return kb.Case(f"{entry.base}:{case.case}", case, names)

    def _costs(self) -> CostPolicy | None:
        policies = self.entries["costs"]
        if not policies:
            self._without_common("no-costs", "costs.yaml")
        for extra in policies[1:]:
            self._problem(extra.locate(), "two-cost-policies", "a second costs.yaml", "keep one of them")
        return policies[0].document if policies else None

    def _policy(self) -> EscalationPolicy | None:
        if not self.entries["escalation"]:
            self._without_common("no-policy", "escalation.yaml")
            return None
        policies = self.entries["escalation"]
        for extra in policies[1:]:
            self._problem(extra.locate(), "two-policies", "a second escalation policy", "keep one of them")
        policy: EscalationPolicy = policies[0].document
        reasons = {named.id for named in policy.reasons}
        collect = {named.id for named in policy.collect}
        for index, name in enumerate(policy.always_collect):
            self._known(policies[0], name, collect, "thing to collect", "always_collect", index)
        for index, rule in enumerate(policy.policy):
            self._known(policies[0], rule.then.reason, reasons, "reason", "policy", index, "then", "reason")
            if rule.when.circumstance is not None:
                self._known(policies[0], rule.when.circumstance, self.homes["circumstance"], "circumstance",
                            "policy", index, "when", "circumstance")  # fmt: skip
        for entry in self.entries["causes"]:
            escalate = entry.document.escalate
            if escalate is not None:
                self._known(entry, escalate.when, reasons, "reason", "escalate", "when")
                for index, name in enumerate(escalate.collect):
                    self._known(entry, name, collect, "thing to collect", "escalate", "collect", index)
        for entry in self.entries["rules"]:
            escalation = entry.document.then.escalate
            if escalation is not None:
                self._known(entry, escalation.when, reasons, "reason", "then", "escalate", "when")
        levels = {"none", *(named.id for named in policy.levels)}
        for entry in self.entries["cases"]:
            level = entry.document.expect.escalation.get("functional")
            if level is not None:
                self._known(entry, level, levels, "level", "expect", "escalation", "functional")
        return policy

    def _without_common(self, code: str, file: str) -> None:
        """Tell that a file is missing that a shipped base has, unless some base's imports cannot be read."""
        unread = {entry.base for entry in self.draft.entries} - self.bases.keys()
        if self.bases and not unread:
            head = self.entries["base"][0]
            hint = "add common to imports: imports: [common]"
            self._problem(head.locate("imports"), code, f"no base has the {file} of common", hint)

    def _quantities(self) -> set[str]:
        return {e.document.quantity.name for e in self.entries["checks"] if e.document.quantity is not None}
