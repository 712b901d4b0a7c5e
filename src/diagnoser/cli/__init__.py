"""The `diagnoser` command."""
