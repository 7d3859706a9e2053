"""An interrupt takes effect between two rounds, and what it leaves can be used and continued."""

import os
import signal
import threading

import pytest
from helpers.small import PointGame, point_trainer, same
from torch import Tensor

from gancore.data import Batch
from gancore.training.interrupt import deferred_interrupt
from gancore.training.recorders import History, Record
from gancore.training.trainer import Trainer

ROUND = 5  # during which the interrupt comes


class Interrupting(PointGame):
    """Interrupts this very process in the middle of a round, between the players' moves."""

    rounds = 0

    def generator_loss(self, batch: Batch) -> Tensor:
        self.rounds += 1
        if self.rounds == ROUND:
            os.kill(os.getpid(), signal.SIGINT)
        return super().generator_loss(batch)


class Impatient(Record):
    """Interrupts twice while the recorders are told of a round."""

    def on_step(self, trainer: Trainer) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)


def test_interrupted_run_stops_after_the_whole_round_and_can_be_continued() -> None:
    history = History()
    trainer = point_trainer(Interrupting(), recorders=(history,))
    with pytest.raises(KeyboardInterrupt):
        trainer.run(steps=20)
    assert trainer.round == ROUND
    trainer.run(steps=20 - ROUND)
    uninterrupted = point_trainer()
    uninterrupted.run(steps=20)
    assert same(trainer.state_dict(), uninterrupted.state_dict())


def test_interrupt_in_the_last_round_is_not_lost() -> None:
    trainer = point_trainer(Interrupting())
    with pytest.raises(KeyboardInterrupt):
        trainer.run(steps=ROUND)
    assert trainer.round == ROUND


def test_second_interrupt_stops_at_once() -> None:
    trainer = point_trainer(recorders=(Impatient(),))
    with pytest.raises(KeyboardInterrupt):
        trainer.run(steps=20)
    assert trainer.round == 1


def test_interrupts_are_handled_as_before_once_the_run_is_over() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        point_trainer(Interrupting()).run(steps=20)
    assert signal.getsignal(signal.SIGINT) is before
    point_trainer().run(steps=1)
    assert signal.getsignal(signal.SIGINT) is before


def test_run_in_another_thread_is_played_as_well() -> None:
    trainer = point_trainer()
    thread = threading.Thread(target=lambda: trainer.run(steps=3))
    thread.start()
    thread.join()
    assert trainer.round == 3


def test_without_an_interrupt_nothing_is_raised() -> None:
    with deferred_interrupt() as interrupted:
        interrupted.raise_if_asked()
    assert not interrupted.asked
