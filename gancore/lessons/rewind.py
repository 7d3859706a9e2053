"""The way back: the last states of a trainer, frame by frame."""

from collections import deque

from gancore.training.trainer import Trainer

FRAMES = 200  # that a reader can go back


class Rewind:
    """Remembers the last `frames` states of `trainer`. After going back, the same game is played again, bit for bit."""

    def __init__(self, trainer: Trainer, frames: int = FRAMES) -> None:
        self.trainer = trainer
        self.states: deque[dict] = deque(maxlen=frames)

    def __len__(self) -> int:
        return len(self.states)

    def remember(self) -> None:
        """Keep the state as it is now: call this before each frame."""
        self.states.append(self.trainer.state_dict())

    def back(self, frames: int = 1) -> int:
        """Go `frames` frames back, or as far as there are; returns how many it was."""
        gone = min(frames, len(self.states))
        for _ in range(gone):
            state = self.states.pop()
        if gone:
            self.trainer.load_state_dict(state)
        return gone
