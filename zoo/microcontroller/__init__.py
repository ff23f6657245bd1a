"""C code for microcontrollers: what a bundle's C array needs beside the model, a file for each part of a preparation.

An entry bears the name of a step of zoo.preparation and writes C99 that prepares one row as this step does, without
malloc, in the floating-point type that the step itself computes in. Raises Unsupported for what it cannot serve.
"""

from __future__ import annotations

from zoo.registry import Registry

C_PARTS = Registry("zoo.microcontroller", "preparation step in C")
