"""What the command's exit codes mean."""

DONE = 0
INCONCLUSIVE = 1
"""Nothing conclusive, or problems found."""
USAGE = 2
BAD_INPUT = 3
"""Bad input or knowledge."""
UNAVAILABLE = 4
