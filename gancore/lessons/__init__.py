"""What the chapters teach with, apart from pictures: exercises, quizzes, and the games that are watched."""
