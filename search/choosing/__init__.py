"""Which trial is the best, and what it is worth: scores, members, fronts, finalists, the champion."""
