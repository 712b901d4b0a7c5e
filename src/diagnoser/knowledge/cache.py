"""What was compiled, kept on disk for the next start. Nothing is used that this user did not write just so.

An entry is named after what it was made from, and sealed with a key that only this user can read:
keyed BLAKE2b over name and content (RFC 7693). What is stale, damaged, cut short, another user's or
sealed with another key is not opened, and the caller builds anew. Even a sealed entry may only
build values of this package (see `stored`).

The folder is the user's cache directory (`XDG_CACHE_HOME` is obeyed); `DIAGNOSER_CACHE` names
another one, or `off`.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import pickle
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from diagnoser import __version__
from diagnoser.knowledge.stored import opened, packed

MAGIC = b"diagnoser cache 1\n"
SEAL_BYTES = 32
MAX_BYTES = 1 << 30
KEPT, KEPT_BYTES = 100, 512 << 20
"""How many entries of one kind are kept, and bytes of them; those that were used longest ago are removed.

The shipped knowledge takes some 42 MB: whoever edits a base of his own has room for a dozen states.
"""

_OFF = ("off", "0", "no", "false")


def fetch(kind: str, made_from: str) -> Any:
    """What was kept of a kind, or None where there is nothing that may be used. What is used is kept longer.

    Args:
        kind: a word, part of the file's name.
        made_from: identifies the content that the value was made from; equal values only.
    """
    folder = _folder()
    if folder is None:
        return None
    path = folder / _name(kind, made_from)
    try:
        key = _key(folder)
        raw = _read(path, MAX_BYTES)
        if raw is None or key is None or not raw.startswith(MAGIC):
            return None
        seal, content = raw[len(MAGIC) : len(MAGIC) + SEAL_BYTES], memoryview(raw)[len(MAGIC) + SEAL_BYTES :]
        if not hmac.compare_digest(seal, _seal(key, kind, made_from, content)):
            return None
        value = opened(content)
        with contextlib.suppress(OSError):  # a folder that may only be read serves as well
            now = time.time_ns()  # the clock of files may tick so slowly that it seems no later than the last write
            os.utime(path, ns=(now, now))
        return value
    except Exception:  # whatever is wrong with it, the answer is to build anew
        return None


def keep(kind: str, made_from: str, value: Any) -> bool:
    """Keep a value, whole or not at all; whether it was kept."""
    folder = _folder(make=True)
    if folder is None:
        return False
    try:
        key = _key(folder, make=True)
        if key is None:
            return False
        content = packed(value)
        _write(folder / _name(kind, made_from), (MAGIC, _seal(key, kind, made_from, content), content))
        _forget_old(folder, kind)
    except (OSError, pickle.PicklingError, AttributeError, TypeError, RecursionError):
        return False
    return True


def _folder(make: bool = False) -> Path | None:
    """The folder, if it is this user's alone."""
    said = os.environ.get("DIAGNOSER_CACHE", "")
    if said.casefold() in _OFF or not hasattr(os, "geteuid"):
        return None
    try:
        folder = Path(said) if said else _user_cache() / "diagnoser"
        if make:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
        status = folder.lstat()
    except (OSError, ValueError, RuntimeError):
        return None
    mine = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
    return folder if mine else None


def _user_cache() -> Path:
    import platformdirs

    return platformdirs.user_cache_path()


def _name(kind: str, made_from: str) -> str:
    identity = "\0".join((made_from, *_program()))
    return f"{kind}-{hashlib.blake2b(identity.encode(), digest_size=20).hexdigest()}.bin"


@cache
def _program() -> tuple[str, ...]:
    """This program as it is installed: an entry of another one is stale."""
    import pydantic

    root = Path(__file__).resolve().parents[1]
    code = hashlib.blake2b(digest_size=20)
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in ("__pycache__", "_knowledge"))
        for name in sorted(names):
            if name.endswith(".py"):
                status = Path(parent, name).stat()
                code.update(f"{parent}/{name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return __version__, sys.version, sys.implementation.name, str(pydantic.VERSION), code.hexdigest()


def _key(folder: Path, make: bool = False) -> bytes | None:
    path = folder / "key"
    if make and not path.exists():
        with contextlib.suppress(FileExistsError):
            _write(path, (secrets.token_bytes(SEAL_BYTES),), exclusive=True)
    key = _read(path, SEAL_BYTES)
    return key if key is not None and len(key) == SEAL_BYTES else None


def _seal(key: bytes, kind: str, made_from: str, content: bytes | memoryview) -> bytes:
    mac = hashlib.blake2b(key=key, digest_size=SEAL_BYTES)
    mac.update(_name(kind, made_from).encode() + b"\0")
    mac.update(content)
    return mac.digest()


def _read(path: Path, limit: int) -> bytes | None:
    """A file of this user that nobody else may read or write; None for any other."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0))
    with open(descriptor, "rb", buffering=0) as file:
        status = os.fstat(descriptor)
        mine = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
        return file.read(limit) if mine and status.st_size <= limit else None


def _write(path: Path, parts: tuple[bytes, ...], exclusive: bool = False) -> None:
    """Write a file beside its place and move it there, so that nobody ever sees half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with open(descriptor, "wb") as file:
            for part in parts:
                file.write(part)
        if exclusive:
            os.link(beside, path)
            beside.unlink()
        else:
            beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def _forget_old(folder: Path, kind: str) -> None:
    """Remove what is beyond `KEPT` and `KEPT_BYTES`; what was written or used last stays in any case."""
    entries = sorted(_used_and_size(folder, kind), reverse=True)
    total = 0
    for place, (_, size, path) in enumerate(entries):
        total += size
        if place and (place >= KEPT or total > KEPT_BYTES):
            with contextlib.suppress(OSError):
                path.unlink()


def _used_and_size(folder: Path, kind: str) -> Iterator[tuple[int, int, Path]]:
    """When each entry was used last (nanoseconds), its bytes, and the entry."""
    for path in folder.glob(f"{kind}-*.bin"):
        with contextlib.suppress(FileNotFoundError):  # another process forgot it meanwhile
            status = path.lstat()
            yield status.st_mtime_ns, status.st_size, path
