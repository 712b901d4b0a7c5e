"""Commands of the knowledge made ready to be typed: for the maker of the device, with the component that it is about.

The knowledge writes one command for several makers as `display interface {component} / show interfaces {component} /
ethtool {component}`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from diagnoser.evidence import Observation
from diagnoser.evidence.models import makers_in
from diagnoser.facts import component_name
from diagnoser.knowledge import KnowledgeBase

_BEGIN = {
    "display": "display", "undo": "display", "reset": "display", "stp": "display", "virtual-cable-test": "display",
    "show": "show", "no": "show", "test": "show", "spanning-tree": "show",
    "ethtool": "host", "ip": "host", "cat": "host", "dmesg": "host", "free": "host",
}  # fmt: skip
"""First word of a command -> whose it is: of devices that `display`, of those that `show`, or of a host."""

_MAKERS = {
    "display": frozenset({"huawei", "h3c"}),
    "show": frozenset({"cisco", "juniper", "arista", "zte", "fiberhome", "ruijie", "extreme", "brocade", "dell"}),
}

_INTERFACE = re.compile(r"(?<=\binterface )\{component\}|(?<=\binterfaces )\{component\}")
_OF_HOST = re.compile(r"(?<=\bethtool )\{component\}|(?<=\bethtool -[a-zA-Z] )\{component\}")
_SLOT = re.compile(r"(?<=\bslot )\{component\}")
_HOST_INTERFACE = re.compile(r"(?:eth|en[ops]|bond)\d+[a-z\d]*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Commands:
    """What is known of the device that commands are for.

    Attributes:
        speaks: `display` or `show`; None if the maker is not known, or the device is a host.
        interface, host_interface, slot: the one component of its kind that was observed, as a command names it.
    """

    speaks: str | None = None
    interface: str | None = None
    host_interface: str | None = None
    slot: str | None = None

    def ready(self, command: str | None) -> str | None:
        """The command for this device; `{component}` stays where it is not known which."""
        if command is None or (" / " not in command and "{component}" not in command):
            return command
        return " / ".join(self._filled(each) for each in self._of_device(command.split(" / ")))

    def _of_device(self, commands: list[str]) -> list[str]:
        spoken = [_BEGIN.get(each.split(" ", 1)[0]) for each in commands]
        if self.speaks not in spoken or self.speaks is None:
            return commands
        return [each for each, by in zip(commands, spoken, strict=True) if by in (self.speaks, None)]

    def _filled(self, command: str) -> str:
        for placeholder, name in (
            (_INTERFACE, self.interface),
            (_OF_HOST, self.host_interface),
            (_SLOT, self.slot),
        ):
            if name is not None:
                command = placeholder.sub(name, command)
        return command


def commands_for(base: KnowledgeBase, device: str | None, observations: Iterable[Observation]) -> Commands:
    """Commands for a device, about the components that were observed of it."""
    named: dict[str, set[str]] = defaultdict(set)
    for observation in observations:
        if observation.component:
            named[component_name(observation.component)].add(observation.component)
    interfaces = [
        max(spelt, key=lambda s: (len(s), s))
        for name, spelt in sorted(named.items())
        if "/" in name and " " not in name
    ]
    return Commands(
        _spoken_by(base, device or ""),
        _only(interfaces),
        _only([name for name in sorted(named) if _HOST_INTERFACE.match(name)]),
        _only([name.removeprefix("slot ") for name in sorted(named) if name.startswith("slot ")]),
    )


def _only(names: list[str]) -> str | None:
    return names[0] if len(names) == 1 else None


def _spoken_by(base: KnowledgeBase, device: str) -> str | None:
    makers = makers_in(device)
    if "server" in base.bases and "server" in base.with_imports(tuple(base.about(device))):
        return None
    return next((speech for speech, theirs in _MAKERS.items() if makers and makers <= theirs), None)
