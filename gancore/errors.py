"""The exception for everything that a person can put right, and the warning for what goes on without them."""


class GancoreError(ValueError):
    """A wrong setting, file or input. Its message is one sentence: the value, the limit and the way out.

    The command line prints that sentence and exits with 2; any other exception is a defect of ours.
    """


class GancoreWarning(UserWarning):
    """What a person should know although all goes on. Its message is one sentence, which the command line prints."""
