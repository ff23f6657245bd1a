"""Training: one compiled program a structure, kept and used again."""
