"""The exercises and the quiz of each chapter: `EXERCISES` and `QUIZ`."""
