"""What a command line that cannot be understood is answered: what was typed, the rule, and what to type instead."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperGroup

from zoo.errors import unknown

_KINDS = {"N": "a whole number", "SECONDS": "a number"}  # by what --help shows for the value


class Commands(TyperGroup):
    """The group of all commands; an unknown one gets a near match."""

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:
        """Return the command that `args` begin with; raise UnknownName when there is none."""
        names = self.list_commands(ctx)
        if args[0] not in names and not args[0].startswith("-"):
            raise unknown("command", args[0], names)
        return super().resolve_command(ctx, args)


def usage_message(error: Any, typed: Sequence[str]) -> str:
    """Return the line for what Click raised about the arguments `typed`."""
    context, parameter = error.ctx, getattr(error, "param", None)
    command = context.info_name if context else next(iter(typed), "")
    if type(error).__name__ == "NoSuchOption":
        return _no_option(error.option_name, context.command.params)
    if type(error).__name__ == "MissingParameter":
        return f"{command} needs {parameter.metavar}: {_lower(parameter.help)} Try {context.command_path} --help."
    if parameter is not None:
        return _bad_value(parameter, error.message, typed)
    return f"{_lower(error.format_message()).rstrip('.')}. Try {f'zoo {command}'.replace('zoo zoo', 'zoo')} --help."


def _no_option(name: str, parameters: Sequence[Any]) -> str:
    words = {option[2:] for parameter in parameters for option in parameter.opts if option.startswith("--")}
    words.add("help")
    near = get_close_matches(name.strip("-").lower(), words, n=1)
    hint = f"; did you mean '--{near[0]}'?" if near else "."
    return f"no option is named '{name}'{hint} Known: {', '.join(f'--{word}' for word in sorted(words))}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _bad_value(parameter: Any, message: str, typed: Sequence[str]) -> str:
    name = next((option for option in parameter.opts if option.startswith("--")), parameter.name.upper())
    rule = f"it must be {_KINDS[parameter.metavar]}" if parameter.metavar in _KINDS else message
    return f"{name} is {_value(name, typed)}; {rule}. Try {name} {parameter.default or 1}."


def _value(name: str, typed: Sequence[str]) -> str:
    """Return what was typed for an option, quoted."""
    for word, following in zip(typed, [*typed[1:], ""], strict=True):
        if word == name or word.startswith(f"{name}="):
            return f"'{following if word == name else word.partition('=')[2]}'"
    return "not one"
