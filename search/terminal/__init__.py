"""The commands of studies, and what a person sees of them in a terminal."""
