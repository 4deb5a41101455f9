"""What a learner is told about the mistake behind a number: sentences, the wrong line beside the right one."""
