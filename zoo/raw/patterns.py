"""What names of files say, by patterns such as `{label}_{speaker}_{index}`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from zoo.errors import BadValue

LABEL = "label"
EXAMPLE = "{label}_{speaker}_{index}"
FEWEST = 3  # names a label on average, or the field tells each file apart
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_FIELD = re.compile(r"\{([^{}]*)\}")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")


@dataclass(frozen=True)
class Pattern:
    """Fields in braces with fixed text between them; a name without its suffix gives each field's text."""

    text: str

    def __post_init__(self) -> None:
        names, fixed = self.fields, _FIELD.split(_SUFFIX.sub("", self.text))[::2]
        if not names or not all(name.isidentifier() for name in names) or len(set(names)) < len(names):
            raise BadValue(f"pattern is '{self.text}'; its fields must be different words in braces. Try '{EXAMPLE}'.")
        if not all(fixed[1:-1]):
            raise BadValue(f"pattern is '{self.text}'; text must stand between two fields. Try '{EXAMPLE}'.")

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields, in their order."""
        return tuple(_FIELD.findall(self.text))

    def match(self, stem: str) -> Mapping[str, str] | None:
        """Return each field's text in a name without its suffix, None where the name is another.

        What fits several ways makes the earlier fields short.
        """
        found = self._expression.fullmatch(stem)
        return None if found is None else found.groupdict()

    def require(self, field: str, use: str) -> None:
        """Raise BadValue unless there is such a field; `use` says what for."""
        if field not in self.fields:
            known = ", ".join(self.fields)
            raise BadValue(
                f"{use} is '{field}', which is no field of the pattern '{self.text}' ({known}). Name the fields with "
                f"--pattern, as in '{EXAMPLE}'."
            )

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        parts = _FIELD.split(_SUFFIX.sub("", self.text))
        written = [f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)]
        return re.compile("".join(written), re.DOTALL)


def guessed(stems: Sequence[str], separators: Sequence[str] = ("_", "-")) -> Pattern | None:
    """Return the pattern that names of files seem to follow: a label first, which many share; None if there is none.

    All must split into as many parts; the first must take two or more values, each FEWEST times on average.
    """
    for separator in separators:
        split = [stem.split(separator) for stem in stems]
        counts = {len(parts) for parts in split}
        if len(counts) != 1 or not 2 <= max(counts) <= len(_ORDINALS) or not all(map(all, split)):
            continue
        if 2 <= len({parts[0] for parts in split}) <= len(split) // FEWEST:
            fields = (LABEL, *_ORDINALS[1 : max(counts)])
            return Pattern(separator.join(f"{{{field}}}" for field in fields))
    return None
