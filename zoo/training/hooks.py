"""The hooks that callbacks of a training may have; whoever passes them on to another process needs no Keras for it."""

from __future__ import annotations

HOOKS = ("on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end", "on_resume", "set_model")
