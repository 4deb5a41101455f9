"""What a learner is told about the mistake behind a number: a sentence, the wrong line, the right line."""
