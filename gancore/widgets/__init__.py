"""The interactive views of the course, one a file, and what they are built from."""
