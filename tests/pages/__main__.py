"""`make pages`: rewrite what the pages show of what the program prints, and say which changed."""

from __future__ import annotations

import sys

from tests.pages import PAGES, ROOT
from tests.pages.page import CommandFailed, renewed


def main() -> int:
    """Renew all pages; 1 if one could not be."""
    failed = 0
    for name in PAGES:
        page = ROOT / name
        before = page.read_text(encoding="utf-8")
        try:
            after = renewed(before)
        except (CommandFailed, LookupError) as error:
            print(f"{name}: not renewed: {error}", file=sys.stderr)
            failed = 1
            continue
        page.write_text(after, encoding="utf-8")
        print(f"{name}: {'as it was' if after == before else 'renewed'}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
