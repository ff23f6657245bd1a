"""Compressions: the smallest file of a trained model within a stated loss, and all that was tried for it."""
