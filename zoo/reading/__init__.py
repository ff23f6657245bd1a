"""Reading rows to predict: a file a modality, where rows are no tables of numbers but files or texts."""

from zoo.registry import Registry

READING = Registry("zoo.reading", "kind of rows")
