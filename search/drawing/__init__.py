"""What a study draws its trials from, and how: spaces side by side, what users narrow, samplers and values."""
