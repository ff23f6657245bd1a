"""Rows with their right answers, read from files of every kind and prepared as a bundle prepares its rows."""
