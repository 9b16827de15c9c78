"""How often, and how soon, work that failed in a way that can be retried is done again."""

import random
import time
from dataclasses import dataclass

from namidb.errors import NamiError

__all__ = ["Retry"]


@dataclass(frozen=True, slots=True)
class Retry:
    """How often, and how soon, to try again.

    >>> namidb.Retry(max_attempts=3).multiplier
    2.0
    """

    max_time: float = 30.0
    """Seconds to go on, from the first attempt."""
    initial_delay: float = 0.05
    """Seconds of the first pause."""
    multiplier: float = 2.0
    """How much longer each pause is than the one before."""
    jitter: float = 0.2
    """How much of a pause is left to chance, as a fraction: two that collided do not collide again."""
    max_attempts: int | None = None
    """How many attempts, the first included; None for as many as the time allows."""

    def __post_init__(self) -> None:
        if not (self.max_time >= 0 and self.initial_delay >= 0 and self.multiplier >= 1 and 0 <= self.jitter <= 1):
            raise ValueError("times are not negative, the multiplier is at least 1, and the jitter from 0 to 1")
        if self.max_attempts is not None and self.max_attempts < 1:
            raise ValueError("max_attempts is at least 1, or None")


class Attempts:
    """The attempts of one call."""

    def __init__(self, retry: Retry) -> None:
        """Begins with the first."""
        self._retry = retry
        self._begun = time.monotonic()
        self._made = 1
        self._delay = retry.initial_delay

    def pause(self, failed: BaseException) -> float | None:
        """Seconds until the next attempt; None if what failed must not be done again, or has been often enough."""
        retry = self._retry
        again = isinstance(failed, NamiError) and failed.retryable and failed.outcome == "not_applied"
        if not again or self._made == retry.max_attempts:
            return None
        pause = self._delay * (1 + retry.jitter * random.uniform(-1, 1))
        if time.monotonic() - self._begun + pause > retry.max_time:
            return None
        self._made += 1
        self._delay *= retry.multiplier
        return pause
