"""Rule-based fault diagnosis: evidence in, ranked causes with reasons and advice out."""

__version__ = "0.1.0"
