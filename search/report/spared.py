"""The sections of a report on trials that ended early, on what that saved and on forecasts, as HTML."""

from __future__ import annotations

from search.costs.estimates import Estimate, estimates, of_the_champion
from search.costs.forecasting import in_words
from search.pictures._page import paragraph, table
from search.redaction import portable
from search.report.findings import Case
from search.stopping.endings import Ending, endings, listed
from search.stopping.savings import HOW, Saved, savings
from zoo.goals import shown


def early(case: Case) -> str:
    """Return the trials that did not come to their end by what ended them; "" where all did."""
    found = endings(case.story.trials)
    if not found:
        return ""
    rows = [[one.what, one.words, str(len(one.slots)), listed(one.slots), _example(one)] for one in found]
    about = "Reasons that differ in numbers only stand together; … is where they differ."
    return table(["what", "why", "trials", "which", "such as"], portable(rows, case.files.root)) + paragraph(
        about, "about"
    )


def saved(case: Case) -> str:
    """Return what was not trained because trials were stopped or refused; "" where nothing can be said of that."""
    found = savings(case.story.trials, case.story.members)
    if found is None:
        return ""
    rows = [
        _saved_cells(words, own)
        for words, own in (("stopped while they trained", found.stopped), ("refused before training", found.refused))
        if own.trials
    ]
    lead = f"{found.share:.0%} of the epochs that this study would have trained were spared."
    trained = f"It trained {found.epochs:,} epochs in {in_words(found.seconds)}."
    columns = ["trials", "number", "epochs not trained", "time not spent"]
    return paragraph(f"{lead} {trained}") + table(columns, rows) + paragraph(HOW, "about")


def forecasts(case: Case) -> str:
    """Return how far forecast costs were from measured files; "" for a study whose goals need no file."""
    story, champion = case.story, case.answer.champion
    if not story.aims.needs_file:
        return ""
    rows = [_estimate_cells(one) for one in estimates(story.aims, story.trials)]
    record = next((one for one in story.trials if one.slot == story.champion and one.ended), None)
    if champion is not None and record is not None:
        own = of_the_champion(story.aims, record.slot, record.forecast, champion.variants)
        told = [one for one in own if not rows or one.worst.off]  # what the trials tell, it need not tell again
        rows += [_estimate_cells(one, "the champion's export") for one in told]
    if not rows:
        return ""
    columns = ["cost", "of", "files", "exact", "off on average", "furthest off", "forecast", "file"]
    about = (
        "Bytes, memory and work follow from the structure: they are read from the file of an untrained model before "
        f"a trial begins, and held here against {story.aims.precision} files of trained ones."
    )
    return table(columns, rows) + paragraph(about, "about")


def _example(ending: Ending) -> str:
    return "" if ending.example == ending.words else ending.example


def _saved_cells(words: str, own: Saved) -> list[str]:
    return [words, f"{own.trials:,}", f"about {own.epochs:,.0f}", f"about {in_words(own.seconds)}"]


def _estimate_cells(one: Estimate, of: str = "trials") -> list[str]:
    worst = one.worst
    furthest = f"{worst.off:+.2%} (#{worst.slot})" if worst.off else "none"
    counted = [str(len(one.pairs)), str(one.exact), f"{one.mean_off:.2%}"]
    return [one.name, of, *counted, furthest, shown(one.name, worst.forecast), shown(one.name, worst.measured)]
