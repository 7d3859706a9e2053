"""The exception for everything that a person can put right."""


class GancoreError(ValueError):
    """A wrong setting, file or input. Its message is one sentence: the value, the limit and the way out.

    The command line prints that sentence and exits with 2; any other exception is a defect of ours.
    """
