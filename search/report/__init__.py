"""The report of a study: one page that needs no network, and the story that its pictures are drawn from."""
