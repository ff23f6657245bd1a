"""Child processes that train, and who talks to them."""
