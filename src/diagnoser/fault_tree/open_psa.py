"""Fault trees in the Open-PSA Model Exchange Format (MEF), version 2.0d, read and written.

A file is not trusted: document types and entities are refused before anything of them is read, and
size, depth and count are limited.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from diagnoser.errors import UnusableTree
from diagnoser.fault_tree.logic_tree import LogicGate, LogicTree, Operator

MOST_BYTES = 64 * 1024 * 1024
MOST_DEPTH = 100
MOST_ELEMENTS = 2_000_000

Element = ElementTree.Element

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_CHINESE = {b"gb2312", b"gbk", b"gb18030"}
"""Encodings that the parser does not know itself; GB18030 holds the other two."""

_CONTAINERS = ("define-fault-tree", "define-component")
_REFERENCES = {"gate", "basic-event", "house-event", "event"}
_PLAIN: Mapping[str, tuple[Operator, bool]] = {
    "and": ("and", False),
    "or": ("or", False),
    "xor": ("xor", False),
    "not": ("not", False),
    "nand": ("and", True),
    "nor": ("or", True),
    "iff": ("xor", True),
}
"""MEF's connectives, and whether their answer is turned round."""

_FORMULAS = (*_PLAIN, "atleast", "imply", "cardinality", "constant", *_REFERENCES)


def read_open_psa(content: bytes, name: str = "tree") -> LogicTree:
    """Read the fault trees of a file.

    Known are `define-fault-tree` (with `define-component` inside), gates in one or several
    definitions, `and`, `or`, `atleast`, `not`, `xor`, `nand`, `nor`, `iff`, `imply`, `cardinality` and
    `constant`, nested as one likes, house events, and basic events whose probability is a number
    (`float`, `int`, `bool`, a `parameter` that is one, or products and sums of these). What has the
    role `private` is known by its name in its container, elsewhere with those on the way to it, as
    `pump.valve`.

    Args:
        content: the file, in an encoding that its declaration names; UTF-8 by default.
        name: what the file is called, for messages.

    Raises:
        UnusableTree: the file is no Open-PSA document, is unsafe or too large, or something in it
            is missing, stands twice, is under itself or is not supported; the message has file and line.
    """
    return _Reader(name).read(content)


@dataclass(frozen=True, slots=True)
class _Definitions:
    gates: dict[str, Element]
    basic_events: dict[str, Element]
    house_events: dict[str, Element]
    parameters: dict[str, Element]

    @property
    def events(self) -> tuple[dict[str, Element], ...]:
        """What formulas refer to; no two of these have one name."""
        return self.gates, self.basic_events, self.house_events


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: dict[Element, int] = {}
        self._found = _Definitions({}, {}, {}, {})
        self._within: dict[Element, tuple[str, ...]] = {}
        """Names of the containers around what refers to something, from outside."""
        self._by_path: dict[str, list[str]] = defaultdict(list)
        """Names on the way to elements and their own, joined by dots -> the names that they are kept by."""
        self._gates: dict[str, LogicGate] = {}
        self._labels: dict[str, str] = {}
        self._constants: dict[str, bool] = {}
        self._ids: dict[str, str] = {}
        self._taken: set[str] = set()

    def read(self, content: bytes) -> LogicTree:
        root = self._parsed(content)
        if root.tag != "opsa-mef":
            raise self._error(root, f"the document is <{root.tag}>; an Open-PSA file is <opsa-mef>")
        self._collect(root)
        if not self._found.gates:
            raise self._error(root, "there is no gate; a fault tree has <define-gate name=...>")
        self._give_ids()
        for name, element in self._found.house_events.items():
            constant = element.find("constant")
            self._constants[self._ids[name]] = constant is not None and self._truth(constant)
        probabilities = {self._ids[name]: self._probability(e) for name, e in self._found.basic_events.items()}
        for name, element in self._found.gates.items():
            self._define(self._ids[name], self._formula_of(element))
        for kind in (self._found.gates, self._found.basic_events):
            self._labels.update(
                {self._ids[name]: text for name, e in kind.items() if (text := (e.findtext("label") or "").strip())}
            )
        used = {i for gate in self._gates.values() for i in gate.inputs}
        tree = LogicTree(
            next((tree.get("name") for tree in root.iter("define-fault-tree") if tree.get("name")), None) or self._name,
            self._gates,
            {e: p for e, p in probabilities.items() if e in used},
            {h: state for h, state in self._constants.items() if h in used},
            self._labels,
        )
        self._refuse_circle(tree)
        return tree

    def _refuse_circle(self, tree: LogicTree) -> None:
        circle = [gate for gate in tree.circle() if not tree.gates[gate].anonymous]
        if circle:
            first = next(element for name, element in self._found.gates.items() if self._ids[name] == circle[0])
            way = " -> ".join((*circle, circle[0]))
            raise self._error(first, f"the gates form a circle, {way}; no gate of a fault tree is under itself")

    def _give_ids(self) -> None:
        for kind in self._found.events:
            for name, element in kind.items():
                chosen = _id(name, element)
                if chosen in self._taken:
                    raise self._error(element, f"the id '{chosen}' stands twice")
                self._ids[name] = chosen
                self._taken.add(chosen)

    def _parsed(self, content: bytes) -> Element:
        if len(content) > MOST_BYTES:
            raise UnusableTree(self._name, f"over {MOST_BYTES >> 20} MiB; a fault tree is smaller")
        builder = ElementTree.TreeBuilder()
        declared = _DECLARED.match(content)
        chinese = declared is not None and declared[1].lower() in _CHINESE
        parser = expat.ParserCreate("utf-8" if chinese else None)
        depth = count = 0

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth, count
            depth, count = depth + 1, count + 1
            if depth > MOST_DEPTH or count > MOST_ELEMENTS:
                what = f"elements nest over {MOST_DEPTH} deep" if depth > MOST_DEPTH else "too many elements"
                raise UnusableTree(f"{self._name}:{parser.CurrentLineNumber}", what)
            self._lines[builder.start(tag, attributes)] = parser.CurrentLineNumber

        def end(tag: str) -> None:
            nonlocal depth
            depth -= 1
            builder.end(tag)

        def refuse(*_: object) -> int:
            line = parser.CurrentLineNumber
            raise UnusableTree(
                f"{self._name}:{line}", "a document type or entity; for safety they are refused, remove the <!DOCTYPE>"
            )

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = builder.data
        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        parser.ExternalEntityRefHandler = refuse
        try:
            parser.Parse(content.decode("gb18030").encode() if chinese else content, True)
        except expat.ExpatError as error:
            raise UnusableTree(f"{self._name}:{error.lineno}:{error.offset + 1}", f"not XML: {error}") from error
        except (LookupError, ValueError) as error:
            raise UnusableTree(self._name, f"not XML: {error}; save it as UTF-8") from error
        return builder.close()

    def _collect(self, root: Element) -> None:
        kinds = {
            "define-gate": self._found.gates,
            "define-basic-event": self._found.basic_events,
            "define-house-event": self._found.house_events,
            "define-parameter": self._found.parameters,
        }
        refused = {"define-CCF-group": "common cause groups", "define-event-tree": "event trees"}
        for element, path, private in self._with_containers(root):
            if element.tag in refused:
                raise self._error(element, f"{refused[element.tag]} (<{element.tag}>) are not supported")
            if element.tag in _REFERENCES or element.tag == "parameter":
                self._within[element] = path
            kind = kinds.get(element.tag)
            if kind is None:
                continue
            full = ".".join((*path, self._named(element)))
            name = full if private or element.get("role") == "private" else self._named(element)
            for other in (kind,) if element.tag == "define-parameter" else self._found.events:
                if name in other:
                    line = self._lines[other[name]]
                    raise self._error(element, f"'{name}' stands twice; it is defined on line {line} already")
            kind[name] = element
            self._by_path[full].append(name)

    def _with_containers(self, root: Element) -> Iterator[tuple[Element, tuple[str, ...], bool]]:
        """Every element in order, the names of the containers around it, and whether what they hold is private."""
        waiting: list[tuple[Element, tuple[str, ...], bool]] = [(root, (), False)]
        while waiting:
            element, path, private = waiting.pop()
            yield element, path, private and element.get("role") != "public"
            if element.tag in _CONTAINERS:
                path = (*path, element.get("name", "").strip())
                private = element.get("role", "private" if private else "public") == "private"
            waiting.extend((child, path, private) for child in reversed(element))

    def _names_of(self, name: str, element: Element) -> Iterator[str]:
        """What an element may mean by a name, nearest first: something beside it, something farther out, anything."""
        path = self._within[element]
        for depth in range(len(path), -1, -1):
            yield from self._by_path.get(".".join((*path[:depth], name)), ())
        yield name
        yield name.rpartition(".")[2]

    def _named(self, element: Element) -> str:
        name = element.get("name", "").strip()
        if not name:
            raise self._error(element, f"<{element.tag}> has no name")
        return name

    def _formula_of(self, element: Element) -> Element:
        formulas = [child for child in element if child.tag not in ("label", "attributes")]
        if len(formulas) != 1:
            raise self._error(element, f"<{element.tag}> has {len(formulas)} formulas; it has one")
        return formulas[0]

    def _define(self, gate: str, formula: Element, anonymous: bool = False) -> None:
        """A gate and, for formulas nested in it, gates without a name of their own."""
        if formula.tag in _REFERENCES:
            self._gates[gate] = LogicGate("or", (self._referred(formula),), 1, anonymous)
            return
        if formula.tag == "constant":
            self._constants[f"{gate}="] = self._truth(formula)
            self._gates[gate] = LogicGate("or", (f"{gate}=",), 1, anonymous)
            return
        if formula.tag not in _FORMULAS:
            raise self._error(formula, f"<{formula.tag}> is no formula; there are: {', '.join(sorted(_FORMULAS))}")
        inputs = tuple(self._input(f"{gate}.{n}", child) for n, child in enumerate(formula, start=1))
        self._check_inputs(formula, inputs)
        for name, made in self._made(gate, formula, inputs).items():
            self._gates[name] = LogicGate(made.operator, made.inputs, made.k, anonymous or name != gate)

    def _made(self, gate: str, formula: Element, inputs: tuple[str, ...]) -> dict[str, LogicGate]:
        if formula.tag == "atleast":
            return {gate: LogicGate("atleast", inputs, self._whole(formula, "min", 1, len(inputs)))}
        if formula.tag == "imply":
            return {f"{gate}.not": LogicGate("not", inputs[:1]), gate: LogicGate("or", (f"{gate}.not", inputs[1]))}
        if formula.tag == "cardinality":
            low = self._whole(formula, "min", 0, len(inputs))
            high = self._whole(formula, "max", low, len(inputs))
            return self._between(gate, inputs, low, high)
        operator, turned = _PLAIN[formula.tag]
        if not turned:
            return {gate: LogicGate(operator, inputs)}
        return {f"{gate}.{operator}": LogicGate(operator, inputs), gate: LogicGate("not", (f"{gate}.{operator}",))}

    def _between(self, gate: str, inputs: tuple[str, ...], low: int, high: int) -> dict[str, LogicGate]:
        """From `low` to `high` inputs are true; a side that always holds has no gate."""
        made: dict[str, LogicGate] = {}
        sides: list[str] = []
        if low > 0:
            sides.append(f"{gate}.min")
            made[f"{gate}.min"] = LogicGate("atleast", inputs, low)
        if high < len(inputs):
            sides.append(f"{gate}.max")
            made[f"{gate}.over"] = LogicGate("atleast", inputs, high + 1)
            made[f"{gate}.max"] = LogicGate("not", (f"{gate}.over",))
        if not sides:
            sides.append(f"{gate}=")
            self._constants[f"{gate}="] = True
        return {**made, gate: LogicGate("and" if len(sides) > 1 else "or", tuple(sides))}

    def _input(self, name: str, formula: Element) -> str:
        if formula.tag in _REFERENCES:
            return self._referred(formula)
        while name in self._taken:
            name += "'"
        self._taken.add(name)
        self._define(name, formula, anonymous=True)
        return name

    def _referred(self, element: Element) -> str:
        name = self._named(element)
        kinds = {
            "gate": (self._found.gates,),
            "basic-event": (self._found.basic_events,),
            "house-event": (self._found.house_events,),
        }.get(element.get("type", element.tag), self._found.events)
        for known in self._names_of(name, element):
            if any(known in kind for kind in kinds):
                return self._ids[known]
        raise self._error(element, f"{element.tag} '{name}' is not defined; add <define-{element.tag} name={name!r}>")

    def _check_inputs(self, formula: Element, inputs: tuple[str, ...]) -> None:
        exact = {"not": 1, "iff": 2, "imply": 2}.get(formula.tag)
        if exact is not None and len(inputs) != exact:
            raise self._error(formula, f"<{formula.tag}> has {len(inputs)} inputs; it has {exact}")
        if not inputs:
            raise self._error(formula, f"<{formula.tag}> has no input")

    def _probability(self, element: Element) -> float:
        expressions = [child for child in element if child.tag not in ("label", "attributes")]
        if len(expressions) != 1:
            raise self._error(
                element, f"basic event '{element.get('name')}' has no probability; add <float value=.../>"
            )
        value = self._value(expressions[0], frozenset())
        if not 0.0 <= value <= 1.0:
            raise self._error(element, f"basic event '{element.get('name')}' has probability {value:g}; it is 0 to 1")
        return value

    def _value(self, element: Element, within: frozenset[str]) -> float:
        if element.tag in ("float", "int"):
            try:
                return float(element.get("value", ""))
            except ValueError:
                raise self._error(element, f"{element.get('value')!r} is not a number") from None
        if element.tag == "bool":
            return float(self._truth(element))
        if element.tag in ("mul", "add"):
            product = element.tag == "mul"
            total = 1.0 if product else 0.0
            for child in element:
                value = self._value(child, within)
                total = total * value if product else total + value
            return total
        if element.tag == "parameter":
            return self._parameter(element, within)
        raise self._error(element, f"the expression <{element.tag}> is not supported; give a <float value=.../>")

    def _parameter(self, element: Element, within: frozenset[str]) -> float:
        name = self._named(element)
        known = next((n for n in self._names_of(name, element) if n in self._found.parameters), None)
        if known is None or known in within or len(within) > MOST_DEPTH:
            what = "is not defined" if known is None else "is defined by itself"
            raise self._error(element, f"parameter '{name}' {what}")
        return self._value(self._formula_of(self._found.parameters[known]), within | {known})

    def _truth(self, element: Element) -> bool:
        value = element.get("value", "")
        if value not in ("true", "false"):
            raise self._error(element, f"{value!r} is neither 'true' nor 'false'")
        return value == "true"

    def _whole(self, element: Element, attribute: str, least: int, most: int) -> int:
        value = element.get(attribute, "")
        number = int(value) if re.fullmatch(r"[0-9]{1,9}", value) else -1
        if not least <= number <= most:
            raise self._error(element, f"{attribute}={value!r}; with {most} inputs it is {least} to {most}")
        return number

    def _error(self, element: Element, what: str) -> UnusableTree:
        return UnusableTree(f"{self._name}:{self._lines.get(element, 1)}", what)


def _id(name: str, element: Element) -> str:
    """The id that `as_open_psa` kept, since MEF's names cannot hold every id."""
    for attribute in element.iterfind("attributes/attribute"):
        if attribute.get("name") == "diagnoser-id" and attribute.get("value"):
            return attribute.get("value", name)
    return name


def as_open_psa(tree: LogicTree) -> str:
    """A tree as an Open-PSA document; reading it back gives a tree that means the same.

    Names that MEF does not allow are replaced, and kept as an attribute.
    """
    named = _Names(tree)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<opsa-mef>"]
    lines.append(f"  <define-fault-tree name={quoteattr(_mef_name(tree.name))}>")
    for gate, logic in tree.gates.items():
        if not logic.anonymous:
            lines.extend(_definition(tree, gate, "gate", named, _formula(tree, gate, named, 3)))
    lines.append("  </define-fault-tree>")
    lines.append("  <model-data>")
    for event, probability in tree.probabilities.items():
        lines.extend(_definition(tree, event, "basic-event", named, [f'      <float value="{probability!r}"/>']))
    for house, state in tree.constants.items():
        value = "true" if state else "false"
        lines.extend(_definition(tree, house, "house-event", named, [f'      <constant value="{value}"/>']))
    lines.extend(("  </model-data>", "</opsa-mef>"))
    return "\n".join(lines) + "\n"


class _Names:
    """A MEF name for every id, none twice."""

    def __init__(self, tree: LogicTree) -> None:
        self._names: dict[str, str] = {}
        taken: set[str] = set()
        for node in (*tree.gates, *tree.probabilities, *tree.constants):
            name = stem = _mef_name(node)
            number = 1
            while name in taken:
                number += 1
                name = f"{stem}-{number}"
            taken.add(name)
            self._names[node] = name

    def __getitem__(self, node: str) -> str:
        return self._names[node]


def _mef_name(text: str) -> str:
    name = re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-")
    return name if re.match(r"[A-Za-z_]", name) else f"n-{name}".rstrip("-")


def _definition(tree: LogicTree, node: str, kind: str, named: _Names, body: list[str]) -> Iterator[str]:
    yield f"    <define-{kind} name={quoteattr(named[node])}>"
    if node in tree.labels:
        yield f"      <label>{escape(_printable(tree.labels[node]))}</label>"
    if named[node] != node:
        yield "      <attributes>"
        yield f'        <attribute name="diagnoser-id" value={quoteattr(_printable(node))}/>'
        yield "      </attributes>"
    yield from body
    yield f"    </define-{kind}>"


def _formula(tree: LogicTree, gate: str, named: _Names, depth: int) -> list[str]:
    logic = tree.gates[gate]
    indent = "  " * depth
    if logic.operator == "or" and len(logic.inputs) == 1:
        return _operand(tree, logic.inputs[0], named, depth)
    opening = f'atleast min="{logic.k}"' if logic.operator == "atleast" else logic.operator
    inside = [line for i in logic.inputs for line in _operand(tree, i, named, depth + 1)]
    return [f"{indent}<{opening}>", *inside, f"{indent}</{logic.operator}>"]


def _operand(tree: LogicTree, node: str, named: _Names, depth: int) -> list[str]:
    if node in tree.gates and tree.gates[node].anonymous:
        return _formula(tree, node, named, depth)
    kind = "gate" if node in tree.gates else "house-event" if node in tree.constants else "basic-event"
    return [f"{'  ' * depth}<{kind} name={quoteattr(named[node])}/>"]


def _printable(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )
