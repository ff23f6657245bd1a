"""What files hold, cell by cell and line by line: read alike to train and to predict, with NumPy and Pillow alone."""
