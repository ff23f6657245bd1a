"""Which trial is the best, what it is worth and what decided it: scores, fronts, finalists, champion, importances."""
