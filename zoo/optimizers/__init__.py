"""Optimizers by name: a file each, built on variables so that a compiled program can change their rates."""

from zoo.registry import Registry

OPTIMIZERS = Registry("zoo.optimizers", "optimizer")
