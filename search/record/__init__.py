"""What a study leaves for MLflow and TensorBoard: spools that training appends to, words, and what ships them."""
