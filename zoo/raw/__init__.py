"""What files hold, cell by cell and line by line: read alike for training and for predictions, with NumPy alone."""
