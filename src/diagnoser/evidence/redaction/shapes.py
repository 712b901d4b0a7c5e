"""Secrets that are known by their own shape: cipher texts, hashes, keys of clouds and services."""

from __future__ import annotations

import re

import re2

from diagnoser.evidence.redaction.spans import Kind

SHAPES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("cipher", re.compile(r"(?P<v>%\^%#[!-~]{4,400}?%\^%#|%@%@[!-~]{4,400}?%@%@|%\$%\$[!-~]{4,400}?%\$%\$)", re.ASCII)),
    ("cipher", re.compile(r"(?P<v>%#%#[!-~]{4,400}?%#%#|@%@%[!-~]{4,400}?@%@%|%\+%#[!-~]{4,400}?%\+%#)", re.ASCII)),
    ("cipher", re.compile(r"(?<![\w$])(?P<v>\$(?:1[a-z]|[15-9]|2[abxy]?|y|sha1|apr1|argon2\w{1,2}|pbkdf2[\w-]{0,12})\$[!-~]{8,400})", re.ASCII)),
    ("token", re.compile(r"(?<![\w.-])(?P<v>eyJ[\w-]{5,2000}\.eyJ[\w-]{5,4000}\.[\w-]{8,2000})", re.ASCII)),
    ("cloud-key", re.compile(r"(?<![A-Za-z0-9])(?P<v>(?:AKIA|ASIA|AGPA|AROA)[0-9A-Z]{16})(?![A-Za-z0-9])", re.ASCII)),
    ("cloud-key", re.compile(r"(?<![A-Za-z0-9])(?P<v>LTAI[0-9A-Za-z]{12,26}|AKID[0-9A-Za-z]{13,40}|AIza[0-9A-Za-z_-]{35})(?![A-Za-z0-9])", re.ASCII)),
    ("token", re.compile(r"(?<![A-Za-z0-9])(?P<v>gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{20,255}|glpat-[\w-]{16,64})(?!\w)", re.ASCII)),
    ("token", re.compile(r"(?<![A-Za-z0-9])(?P<v>xox[abeoprs]-[A-Za-z0-9-]{10,200}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,200})(?!\w)", re.ASCII)),
    ("token", re.compile(r"(?<![A-Za-z0-9])(?P<v>sk-[A-Za-z0-9_-]{20,200}|npm_[A-Za-z0-9]{30,60}|pypi-[\w-]{30,300}|hf_[A-Za-z0-9]{30,60})(?!\w)", re.ASCII)),
    ("key", re.compile(r"(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3})\s+(?P<v>AAAA[A-Za-z0-9+/]{20,4000}={0,2})", re.ASCII)),
    ("cloud-key", re.compile(r"(?:AccountKey|SharedAccessKey)=(?P<v>[A-Za-z0-9+/]{20,200}={0,2})", re.ASCII)),
)  # fmt: skip
SHAPE_SEEN = re2.compile(
    r"AAAA|%\^%#|%@%@|%\$%\$|%#%#|@%@%|%\+%#|\$[\w-]{1,14}\$|eyJ|AKIA|ASIA|AGPA|AROA|LTAI|AKID|AIza|gh[pousr]_|github_pat_|glpat-|xox|[sr]k_|sk-|npm_|pypi-|hf_|Key="
)
"""No line without one of these goes through the shapes."""
