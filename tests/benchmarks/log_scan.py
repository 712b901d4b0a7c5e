"""Log scanning side by side: diagnoser by literals and by hyperscan, hyperscan alone, and ripgrep.

All count the lines of one file on which some pattern matches; the counts must agree. Reading the
file and decoding it belong to the work of each.
"""

from __future__ import annotations

import random
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from diagnoser.evidence.accelerator import installed
from diagnoser.evidence.bundles import CHUNK
from diagnoser.evidence.encodings import pieces
from diagnoser.evidence.logs import PatternSet
from diagnoser.evidence.pattern_text import tokens

SIZE = 106_000_000
ROUNDS = 3
COUNTS = (50, 500, 5_000)
RIPGREP_PATIENCE_SECONDS = 120
SAMPLES = Path(__file__).parents[3] / "shared" / "bench" / "logs"

_MODULES = [
    "IFNET",
    "IFPDT",
    "OSPF",
    "BGP",
    "LDP",
    "STP",
    "LACP",
    "VRRP",
    "ARP",
    "DHCP",
    "AAA",
    "SSH",
    "SNMP",
    "FAN",
    "POWER",
    "BOARD",
    "TEMP",
    "OPTIC",
    "ENTITY",
    "CPU",
]
_EVENTS = [
    "LINK_DOWN",
    "LINK_UP",
    "FAIL",
    "RECOVER",
    "OVERLOAD",
    "TIMEOUT",
    "CONFLICT",
    "ABSENT",
    "INVALID",
    "EXCEED",
    "LOST",
    "RESET",
    "ABNORMAL",
    "FULL",
]


def sample_lines() -> list[str]:
    """Real lines where they lie beside the checkout, made ones elsewhere."""
    if SAMPLES.is_dir():
        return [
            line
            for path in sorted(SAMPLES.glob("*.log"))
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        ]
    rnd = random.Random(3)
    return [
        f"Jun {rnd.randint(1, 28):2} 15:16:{rnd.randint(10, 59)} host{rnd.randint(1, 9)} daemon[{rnd.randint(100, 9999)}]: "
        f"{rnd.choice(['session opened for user', 'connection from', 'received disconnect', 'cache flushed after'])} "
        f"{rnd.randint(1, 10**6)} port {rnd.randint(1024, 65535)} state ok"
        for _ in range(8000)
    ]


def patterns(count: int) -> list[str]:
    """Patterns as `logs.yaml` has them: a module and an event, a component, some without case."""
    made = []
    for number in range(count):
        module = f"{_MODULES[number % len(_MODULES)]}{number // len(_MODULES)}"
        event = _EVENTS[number % len(_EVENTS)]
        made.append(
            (
                rf"{module}/\d+/(?:hw)?{event}.*?(?P<component>[A-Za-z0-9-]*Ethernet\d+(?:/\d+)*)",
                rf"(?i)\b{module} (?:module|board) {event.lower().replace('_', ' ')}\b",
                rf"{module}_{event}\(\w\).*slot (?P<component>\d+)",
            )[number % 3]
        )
    return made


def write_log(file: IO[bytes], size: int, kinds: int = 50) -> int:
    """About one line in two hundred is one that a pattern knows; the others are the samples, each varied.

    Returns:
        The bytes written.
    """
    rnd = random.Random(7)
    samples = [line.encode() for line in sample_lines()]
    known = []
    for number in range(kinds):
        module, event = f"{_MODULES[number % len(_MODULES)]}{number // len(_MODULES)}", _EVENTS[number % len(_EVENTS)]
        known.append(
            (
                f"%%01{module}/4/{event}(l)[%d]: GigabitEthernet0/0/{number % 48} changed",
                f"{module} module {event.lower().replace('_', ' ')} %d",
                f"{module}_{event}(l) [%d] slot {number % 16}",
            )[number % 3]
        )
    written = 0
    while written < size:
        block = []
        for line in samples:
            stamp = b"%d " % rnd.getrandbits(24)
            block.append(stamp + line)
            if rnd.random() < 0.005:
                block.append(b"Jun 14 2023 15:16:01 sw " + (rnd.choice(known) % rnd.getrandbits(20)).encode())
        content = b"\n".join(block) + b"\n"
        file.write(content)
        written += len(content)
    return written


def cpu_seconds() -> float:
    """CPU time of this process and of the children it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(CHUNK), b"")


def ours(path: Path, wanted: list[str], accelerated: bool) -> Callable[[], int]:
    compiled = PatternSet({f"p{i:05}": p for i, p in enumerate(wanted)})
    for _ in compiled.piece(b"warm up", accelerated):
        pass
    return lambda: sum(1 for piece in pieces(chunks(path)) for _ in compiled.piece(piece, accelerated))


def bare_hyperscan(path: Path, wanted: list[str]) -> Callable[[], int]:
    """Hyperscan on whole blocks of lines, with the cheapest callback that still tells lines apart."""
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[p.encode() for p in wanted],
        ids=list(range(len(wanted))),
        elements=len(wanted),
        flags=[hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_UTF8] * len(wanted),
    )

    def count() -> int:
        total = 0
        rest = b""
        for chunk in chunks(path):
            data = rest + chunk
            end = data.rfind(b"\n") + 1
            block, rest = data[:end], data[end:]
            ends: list[int] = []
            add = ends.append

            def on_match(_id: int, _start: int, to: int, _flags: int, _context: Any, add: Any = add) -> None:
                add(to)

            database.scan(block, match_event_handler=on_match)
            line_end = -1
            for at in ends:
                if at > line_end:
                    total += 1
                    line_end = block.find(b"\n", at)
        return total

    return count


def without_names(pattern: str) -> str:
    """The pattern with plain groups for named ones: ripgrep joins all patterns, and a name may stand once."""
    return "".join("(?:" if token.startswith("(?P<") else token for token in tokens(pattern))


def ripgrep(path: Path, wanted: list[str], folder: Path) -> Callable[[], int | None]:
    file = folder / "patterns.txt"
    file.write_text("\n".join(map(without_names, wanted)) + "\n", encoding="utf-8")

    def count() -> int | None:
        try:
            done = subprocess.run(
                ["rg", "--no-config", "--threads", "1", "-a", "-c", "-f", str(file), str(path)],
                capture_output=True,
                timeout=RIPGREP_PATIENCE_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return None
        return int(done.stdout) if done.returncode == 0 else None

    return count


def log_scanning() -> None:
    print("Log scanning: lines with a hit; MB per second of CPU time, compiling apart")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "bench.log"
        with path.open("wb") as file:
            size = write_log(file, SIZE)
        print(f"  {size / 1e6:.0f} MB, lines of {'the samples' if SAMPLES.is_dir() else 'our own making'}")
        for number in COUNTS:
            print(f"  {number} patterns")
            compare(path, size, patterns(number), folder)


def compare(path: Path, size: int, wanted: list[str], folder: Path) -> None:
    """Each in turn, `ROUNDS` times over; the best run of each counts."""
    engines: list[tuple[str, Callable[[], Callable[[], int | None]]]] = [
        ("literals + RE2", lambda: ours(path, wanted, False))
    ]
    if installed():
        engines.append(("hyperscan + RE2", lambda: ours(path, wanted, True)))
        engines.append(("bare hyperscan", lambda: bare_hyperscan(path, wanted)))
    else:
        print("    hyperscan is not installed (extra: fast)")
    if shutil.which("rg"):
        engines.append(("rg -c -f", lambda: ripgrep(path, wanted, folder)))
    else:
        print("    ripgrep is not installed")
    runs: dict[str, Callable[[], int | None]] = {}
    compiling: dict[str, float] = {}
    for name, build in engines:
        start = cpu_seconds()
        runs[name] = build()
        compiling[name] = cpu_seconds() - start
    speeds: dict[str, float] = {}
    counts: dict[str, set[int]] = {}
    for _ in range(ROUNDS):
        for name in list(runs):
            start = cpu_seconds()
            found = runs[name]()
            used = cpu_seconds() - start
            if found is None:
                print(f"    {name:<16} no answer within {RIPGREP_PATIENCE_SECONDS} s")
                speeds[name] = size / 1e6 / RIPGREP_PATIENCE_SECONDS
                del runs[name]
                continue
            speeds[name] = max(speeds.get(name, 0.0), size / 1e6 / used)
            counts.setdefault(name, set()).add(found)
    for name, found_ in counts.items():
        print(f"    {name:<16} {speeds[name]:7.1f} MB/s   {max(found_)} lines   compiling {compiling[name]:.2f} s")
    best = max((n for n in speeds if "RE2" in n), key=lambda n: speeds[n])
    for peer in ("rg -c -f", "bare hyperscan"):
        if peer in speeds:
            least = "" if peer in counts else "at least "
            print(f"    {best} against {peer}: {least}{speeds[best] / speeds[peer]:.2f} times")
    print("    same hits" if len(set().union(*counts.values())) == 1 else f"    THE HITS DIFFER: {counts}")


if __name__ == "__main__":
    log_scanning()
