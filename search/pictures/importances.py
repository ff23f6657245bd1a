"""How much each searched parameter decided."""

from __future__ import annotations

from search.pictures._chart import Bars, Panel, Picture, short
from search.report.story import Story
from zoo.registry import register


@register(place=8, kinds=("classification", "regression"))
def importances(story: Story) -> Picture:
    """PED-ANOVA importances of the searched parameters (Watanabe 2023, arXiv 2304.10255), as shares of one."""
    found, title = story.importances, "Parameter importances"
    if not found.shares:
        return Picture("importances", title, missing=found.reason)
    names = sorted(found.shares, key=lambda name: (-found.shares[name], name))
    shares = [found.shares[name] for name in names]
    bars = Bars([short(name, 32) for name in names], shares, [f"{share:.0%}" for share in shares])
    panel = Panel([bars], "share of what sets the best apart")
    return Picture("importances", title, [panel], found.reason, columns=1)
