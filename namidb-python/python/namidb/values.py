"""Values that Python's own types cannot hold, and helpers for values.

Results hold `datetime` objects wherever those are exact. What is finer than a microsecond or outside the years 1 to
9999 comes as one of the classes here, and so do durations, which know months, and points. All are immutable
and hashable, and may be given as parameters and properties. `iso` is their text in ISO 8601.
"""

import array
import datetime as _datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import total_ordering
from typing import Any

from namidb import _namidb

__all__ = [
    "CARTESIAN",
    "CARTESIAN_3D",
    "WGS_84",
    "WGS_84_3D",
    "Date",
    "DateTime",
    "Duration",
    "LocalDateTime",
    "LocalTime",
    "Point",
    "Time",
    "cartesian",
    "cartesian_3d",
    "date",
    "datetime",
    "duration",
    "is_binary",
    "is_node",
    "is_path",
    "is_point",
    "is_relationship",
    "is_temporal",
    "is_vector",
    "localdatetime",
    "localtime",
    "time",
    "vector",
    "wgs84",
    "wgs84_3d",
]

CARTESIAN = 7203
"""The plane, as an SRID."""
CARTESIAN_3D = 9157
"""Space, as an SRID."""
WGS_84 = 4326
"""Longitude and latitude, as an SRID."""
WGS_84_3D = 4979
"""Longitude, latitude and height, as an SRID."""


class _Temporal:
    """What the classes below share: they are checked when made, and have a text and an order."""

    __slots__ = ()

    def __post_init__(self) -> None:
        _namidb._text(self)

    @property
    def iso(self) -> str:
        """The text in ISO 8601."""
        return _namidb._text(self)

    def __str__(self) -> str:
        return self.iso

    def __lt__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return _namidb._compare(self, other) < 0


@total_ordering
@dataclass(frozen=True, slots=True)
class Duration(_Temporal):
    """Months, days, seconds and nanoseconds, each kept apart, since a month has no fixed number of days.

    Ordered as ORDER BY does it: by length, with months of 30.436875 days.
    """

    months: int = 0
    days: int = 0
    seconds: int = 0
    nanoseconds: int = 0

    def __post_init__(self) -> None:
        carry, nanoseconds = divmod(self.nanoseconds, 1_000_000_000)
        object.__setattr__(self, "seconds", self.seconds + carry)
        object.__setattr__(self, "nanoseconds", nanoseconds)
        _namidb._text(self)

    def timedelta(self) -> _datetime.timedelta:
        """The same as a `timedelta`, rounded down to microseconds. Raises ValueError if it has months."""
        if self.months:
            raise ValueError("a duration with months has no fixed length")
        return _datetime.timedelta(days=self.days, seconds=self.seconds, microseconds=self.nanoseconds // 1_000)


@total_ordering
@dataclass(frozen=True, slots=True)
class Date(_Temporal):
    """A date outside the years 1 to 9999."""

    year: int
    month: int = 1
    day: int = 1


@total_ordering
@dataclass(frozen=True, slots=True)
class LocalTime(_Temporal):
    """A time of day with nanoseconds."""

    hour: int
    minute: int = 0
    second: int = 0
    nanosecond: int = 0


@total_ordering
@dataclass(frozen=True, slots=True)
class Time(_Temporal):
    """A time of day with nanoseconds and an offset from UTC in seconds."""

    hour: int
    minute: int = 0
    second: int = 0
    nanosecond: int = 0
    offset_seconds: int = 0


@total_ordering
@dataclass(frozen=True, slots=True)
class LocalDateTime(_Temporal):
    """A date and time of day with nanoseconds, or outside the years 1 to 9999."""

    year: int
    month: int = 1
    day: int = 1
    hour: int = 0
    minute: int = 0
    second: int = 0
    nanosecond: int = 0


@total_ordering
@dataclass(frozen=True, slots=True)
class DateTime(_Temporal):
    """An instant with nanoseconds, or outside the years 1 to 9999; with its offset and, if known, its zone."""

    year: int
    month: int = 1
    day: int = 1
    hour: int = 0
    minute: int = 0
    second: int = 0
    nanosecond: int = 0
    offset_seconds: int = 0
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A point in one of the four coordinate systems, which its SRID names."""

    srid: int
    x: float
    y: float
    z: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "x", float(self.x))
        object.__setattr__(self, "y", float(self.y))
        if self.z is not None:
            object.__setattr__(self, "z", float(self.z))
        _namidb._text(self)

    @property
    def crs(self) -> str:
        """The name of the coordinate system."""
        names = {CARTESIAN: "cartesian", CARTESIAN_3D: "cartesian-3d", WGS_84: "wgs-84", WGS_84_3D: "wgs-84-3d"}
        return names[self.srid]

    @property
    def longitude(self) -> float:
        """The first coordinate of a point on the Earth."""
        return self.x

    @property
    def latitude(self) -> float:
        """The second coordinate of a point on the Earth."""
        return self.y


def cartesian(x: float, y: float) -> Point:
    """A point in the plane."""
    return Point(CARTESIAN, x, y)


def cartesian_3d(x: float, y: float, z: float) -> Point:
    """A point in space."""
    return Point(CARTESIAN_3D, x, y, z)


def wgs84(longitude: float, latitude: float) -> Point:
    """A point on the Earth."""
    return Point(WGS_84, longitude, latitude)


def wgs84_3d(longitude: float, latitude: float, height: float) -> Point:
    """A point on, over or under the Earth."""
    return Point(WGS_84_3D, longitude, latitude, height)


def vector(items: Iterable[float]) -> "array.array[float]":
    """Numbers as a vector of 32-bit floats; a plain list of floats stays a list of 64-bit ones."""
    return array.array("f", items)


def date(text: str) -> _datetime.date | Date:
    """Reads a date in any form that Cypher's `date()` reads: `2015-07-21`, `2015-W30-2`, `2015-202`."""
    found: _datetime.date | Date = _namidb._parse("date", text)
    return found


def localtime(text: str) -> _datetime.time | LocalTime:
    """Reads a time of day: `21:40:32.142`."""
    found: _datetime.time | LocalTime = _namidb._parse("localtime", text)
    return found


def time(text: str) -> _datetime.time | Time:
    """Reads a time of day with an offset: `21:40:32.142+01:00`; without one it is UTC."""
    found: _datetime.time | Time = _namidb._parse("time", text)
    return found


def localdatetime(text: str) -> _datetime.datetime | LocalDateTime:
    """Reads a date and time of day: `2015-07-21T21:40:32.142`."""
    found: _datetime.datetime | LocalDateTime = _namidb._parse("localdatetime", text)
    return found


def datetime(text: str) -> _datetime.datetime | DateTime:
    """Reads an instant: `2015-07-21T21:40:32.142+02:00[Europe/Stockholm]`; without an offset it is UTC."""
    found: _datetime.datetime | DateTime = _namidb._parse("datetime", text)
    return found


def duration(
    text: str | None = None, *, months: int = 0, days: int = 0, seconds: int = 0, nanoseconds: int = 0
) -> Duration:
    """Reads a duration, `P1Y2M3DT4H5M6.7S`, or makes one of its parts."""
    if text is None:
        return Duration(months, days, seconds, nanoseconds)
    found: Duration = _namidb._parse("duration", text)
    return found


def _kind(value: object) -> Any:
    return value.get("_kind") if isinstance(value, Mapping) else None


def is_node(value: object) -> bool:
    """Whether a value of a result is a node."""
    return bool(_kind(value) == "node")


def is_relationship(value: object) -> bool:
    """Whether a value of a result is a relationship."""
    return bool(_kind(value) == "rel")


def is_path(value: object) -> bool:
    """Whether a value of a result is a path: nodes and relationships by turns."""
    return (
        isinstance(value, list)
        and len(value) % 2 == 1
        and all(is_relationship(part) if at % 2 else is_node(part) for at, part in enumerate(value))
    )


def is_point(value: object) -> bool:
    """Whether a value is a point."""
    return isinstance(value, Point)


def is_temporal(value: object) -> bool:
    """Whether a value is a date, a time, a date with a time, or a duration."""
    own = _Temporal | _datetime.date | _datetime.time | _datetime.timedelta
    return isinstance(value, own)


def is_vector(value: object) -> bool:
    """Whether a value is given as a vector of 32-bit floats."""
    if isinstance(value, array.array):
        return value.typecode == "f"
    return type(value).__module__ == "numpy" and str(getattr(value, "dtype", "")) == "float32"


def is_binary(value: object) -> bool:
    """Whether a value is bytes."""
    return isinstance(value, bytes | bytearray | memoryview)
