"""A user's own models: what `build(hp)` is asked with, where it lies, and what its compiled model's outputs mean."""
