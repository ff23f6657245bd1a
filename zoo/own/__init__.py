"""Parts of a user's own: their files, what their functions must look like, and their place among the zoo's."""
