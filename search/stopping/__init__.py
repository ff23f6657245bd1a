"""Trials that end early: by which rule, why, and what that saved."""
