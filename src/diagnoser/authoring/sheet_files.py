"""The files of an imported sheet, written beside what the base already has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from diagnoser.knowledge.yaml_source import write_yaml


def write_base(
    folder: Path, base: str, files: Mapping[str, str], replace: bool, imports: Iterable[str] = ("common",)
) -> list[Path]:
    """Write the files of a base; a head (base.yaml) is added where there is none.

    Args:
        folder: the base's folder; made if it is not there.
        base: its name.
        files: path within the folder -> content.
        replace: whether files that are there may be replaced.
        imports: bases that a new head names.

    Raises:
        FileExistsError: a file is there with other content and may not be replaced; nothing was written.
        OSError: a file cannot be written.
    """
    wanted = dict(files)
    if not (folder / "base.yaml").exists():
        title = {"en": base.replace("_", " "), "zh": base}
        wanted["base.yaml"] = write_yaml({"base": base, "title": title, "version": "0.1.0", "imports": list(imports)})
    paths = {folder / name: content for name, content in sorted(wanted.items())}
    for path, content in paths.items():
        if not replace and path.exists() and path.read_text(encoding="utf-8") != content:
            raise FileExistsError(17, "File exists", str(path))
    for path, content in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return list(paths)
