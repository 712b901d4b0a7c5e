"""What authors of knowledge run."""
