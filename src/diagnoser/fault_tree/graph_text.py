"""A fault tree as text for other tools: DOT for Graphviz, Mermaid for Markdown, GraphML for yEd or Gephi.

Here every event stands once, however many gates share it. Edges lead from an event to its inputs, as
in `FaultTree`; conditioning events are written on the edges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from diagnoser.fault_tree.picture import Branch, Sign

_SIGNS: dict[Sign, str] = {"and": "&", "or": "\u22651", "xor": "=1", "not": "not", "inhibit": "if"}


@dataclass(frozen=True, slots=True)
class _Edge:
    above: str
    below: str
    strength: float


def as_dot(branch: Branch) -> str:
    """An unfolded tree in Graphviz's language: `dot -Tsvg` draws it."""
    nodes, edges = _graph(branch)
    lines = ["digraph fault_tree {", '  rankdir=LR; node [fontname="sans-serif", style=filled, fillcolor=white];']
    for node in nodes.values():
        lines.append(f"  {_dot(node.id)} [{_dot_look(node)}];")
    for edge in edges:
        said = f' [label="{_percent(edge.strength)}"]' if edge.strength < 1.0 else ""
        lines.append(f"  {_dot(edge.above)} -> {_dot(edge.below)}{said};")
    lines.append("}")
    return "\n".join(lines) + "\n"


def _dot_look(node: Branch) -> str:
    look = [f"label={_dot(_said(node))}", f"shape={'box' if node.sign else 'ellipse'}"]
    if node.state == "shown":
        look.append('penwidth=3, color="#b45309", fillcolor="#fef3c7"')
    elif node.state == "suspect":
        look.append(f'fillcolor="{_shade(node.heat)}"')
    elif node.state == "ruled_out":
        look.append('style="dashed", color="#94a3b8", fontcolor="#64748b"')
    return ", ".join(look)


def _dot(text: str) -> str:
    clean = _clean(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{clean}"'


def as_mermaid(branch: Branch) -> str:
    """An unfolded tree as a Mermaid flowchart, for Markdown pages that draw it."""
    nodes, edges = _graph(branch)
    name = {node: f"n{number}" for number, node in enumerate(nodes)}
    lines = ["flowchart LR"]
    for node in nodes.values():
        opening, closing = ("[", "]") if node.sign else ("([", "])")
        lines.append(f'  {name[node.id]}{opening}"{_mermaid(_said(node))}"{closing}')
    for edge in edges:
        said = f'|"{_percent(edge.strength)}"|' if edge.strength < 1.0 else ""
        lines.append(f"  {name[edge.above]} -->{said} {name[edge.below]}")
    for state, look in (
        ("shown", "fill:#fef3c7,stroke:#b45309,stroke-width:3px"),
        ("suspect", "fill:#fecaca,stroke:#b91c1c"),
        ("ruled_out", "fill:#fff,stroke:#94a3b8,color:#64748b,stroke-dasharray:4 4"),
    ):
        lit = ",".join(name[n.id] for n in nodes.values() if n.state == state)
        if lit:
            lines.extend((f"  classDef {state} {look}", f"  class {lit} {state}"))
    return "\n".join(lines) + "\n"


def _mermaid(text: str) -> str:
    """Text in Mermaid's entity codes where it could be taken for markup."""
    clean = _clean(text).replace("#", "#35;").replace("&", "#38;").replace('"', "#quot;")
    return clean.replace("<", "#lt;").replace(">", "#gt;").replace("`", "#96;").replace("\n", "<br>")


def as_graphml(branch: Branch) -> str:
    """An unfolded tree as GraphML, with label, gate, probability, posterior and state as data."""
    nodes, edges = _graph(branch)
    keys = [("label", "string"), ("gate", "string"), ("k", "int"), ("probability", "double")]
    keys += [("posterior", "double"), ("state", "string")]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    lines += [f'  <key id="{key}" for="node" attr.name="{key}" attr.type="{kind}"/>' for key, kind in keys]
    lines.append('  <key id="strength" for="edge" attr.name="strength" attr.type="double"/>')
    lines.append('  <graph edgedefault="directed">')
    for node in nodes.values():
        lines.append(f"    <node id={quoteattr(_clean(node.id))}>{''.join(_data(node))}</node>")
    for edge in edges:
        ends = f"source={quoteattr(_clean(edge.above))} target={quoteattr(_clean(edge.below))}"
        lines.append(f'    <edge {ends}><data key="strength">{edge.strength!r}</data></edge>')
    return "\n".join([*lines, "  </graph>", "</graphml>"]) + "\n"


def _data(node: Branch) -> Iterator[str]:
    values: dict[str, object] = {"label": node.label, "gate": node.sign or "", "state": node.state}
    if node.sign == "atleast":
        values["k"] = node.k
    if node.probability is not None:
        values["probability"] = repr(node.probability)
    if node.state == "suspect":
        values["posterior"] = repr(node.heat)
    for key, value in values.items():
        yield f'<data key="{key}">{escape(_clean(str(value)))}</data>'


def _graph(branch: Branch) -> tuple[dict[str, Branch], list[_Edge]]:
    """Every event once, from the top down, and what leads to what."""
    nodes: dict[str, Branch] = {}
    edges: dict[tuple[str, str], _Edge] = {}
    waiting = [branch]
    while waiting:
        node = waiting.pop()
        if node.id not in nodes or nodes[node.id].repeated:
            nodes[node.id] = node
        for i in node.inputs:
            edges[node.id, i.id] = _Edge(node.id, i.id, i.strength)
        waiting.extend(reversed(node.inputs))
    return nodes, list(edges.values())


def _said(node: Branch) -> str:
    """Label, gate, and what the case says of it."""
    parts = [node.label]
    if node.sign is not None:
        parts.append(f"\u2265{node.k}" if node.sign == "atleast" else _SIGNS[node.sign])
        if node.sign == "inhibit" and node.probability is not None:
            parts[-1] += f" {_percent(node.probability)}"
    if node.state == "suspect":
        parts.append(_percent(node.heat))
    if node.hidden:
        parts.append(f"+{node.hidden} \u2026")
    if node.state == "ruled_out":
        parts.append("\u2717")
    return "\n".join(part for part in parts if part)


def _shade(share: float) -> str:
    return "#" + "".join(f"{round(255 + (part - 255) * 0.75 * share):02x}" for part in (185, 28, 28))


def _percent(share: float) -> str:
    return f"{share:.1%}" if 0.0 < share < 0.01 else f"{share:.0%}"


def _clean(text: str) -> str:
    """Text without control characters and lone surrogates."""
    return "".join(
        c for c in text if (c >= " " or c == "\n") and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"
    )
