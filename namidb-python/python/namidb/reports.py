"""What the engine tells about itself and about a statement."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

__all__ = ["CacheStats", "Summary", "UriParts"]


class Summary(NamedTuple):
    """What is known of a statement beside its rows."""

    kind: Literal["r", "w", "rw", "s"]
    """Whether it reads, writes, does both, or changes the schema."""
    counters: dict[str, int]
    """What it changed, by name."""
    sequence: int
    """The commit that it made; if it made none, the newest one that it saw."""
    elapsed_ms: float
    """How long it took, waiting for the store included."""
    query: str
    """Its text."""


class UriParts(NamedTuple):
    """What a URI names. Its text holds no option but the namespace, and no secret."""

    scheme: str
    namespace: str
    prefix: str
    """Where the namespace lies in its store."""
    uri: str
    """The URI, written the one way."""

    def __str__(self) -> str:
        return self.uri


class CacheStats(tuple[int, int, int, int]):
    """Numbers of the cache: a tuple of hits, misses, inserts and bytes in use, which can also be asked by name.

    `stats["hit"]`, `stats.keys()` and `dict(stats)` work, and know `evict` as well.
    """

    _names: dict[str, int]

    def __new__(cls, numbers: dict[str, int]) -> "CacheStats":
        """Makes it of numbers by name."""
        stats = super().__new__(cls, (numbers["hit"], numbers["miss"], numbers["insert"], numbers["usage_bytes"]))
        stats._names = dict(numbers)
        return stats

    def __getitem__(self, key: Any) -> Any:
        return self._names[key] if isinstance(key, str) else super().__getitem__(key)

    def keys(self) -> Iterator[str]:
        """The names."""
        return iter(self._names)

    def __repr__(self) -> str:
        return f"CacheStats({', '.join(f'{name}={number}' for name, number in self._names.items())})"
