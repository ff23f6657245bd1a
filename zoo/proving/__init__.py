"""What a file is worth beside the model that it was made from, and what it takes of a device."""
