"""The pages that show what the program prints: read, run, and renewed by `make pages`."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/README.zh.md", "knowledge/README.md", "knowledge/README.zh.md")
RENEW = "make pages"
"""The command that renews them."""
