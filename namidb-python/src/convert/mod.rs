//! Python's values to Cypher's and back: one table, one implementation.
//!
//! | Python in | value | Python out |
//! |---|---|---|
//! | `None`, `NaT`, `pandas.NA` | NULL | `None` |
//! | `bool`, `numpy.bool_` | BOOLEAN | `bool` |
//! | `int`, `IntEnum`, numpy integers within 64 bits | INTEGER | `int` |
//! | `float`, numpy floats | FLOAT | `float` |
//! | `str`, `StrEnum`, `uuid.UUID` | STRING | `str` |
//! | `bytes`, `bytearray`, `memoryview` | BYTES | `bytes` |
//! | `list`, `tuple`, `range`, arrays, series | LIST | `list` |
//! | one-dimensional arrays of 32-bit floats | VECTOR | `list[float]` |
//! | mappings with `str` keys, dataclasses, pydantic models | MAP | `dict` |
//! | `date` | DATE | `date` or `values.Date` |
//! | `time`, naive or aware | LOCAL TIME, TIME | `time` or `values.LocalTime`, `values.Time` |
//! | `datetime`, naive or aware | LOCAL DATETIME, DATETIME | `datetime` or `values.LocalDateTime`, `values.DateTime` |
//! | `timedelta`, `values.Duration` | DURATION | `values.Duration` |
//! | `values.Point` | POINT | `values.Point` |
//!
//! `bool` is looked at before `int`. What is not in the table is refused with the place of the value; nothing is
//! rounded, cut or guessed.

pub(crate) mod classes;
pub(crate) mod foreign;
pub(crate) mod from_py;
pub(crate) mod keys;
pub(crate) mod temporal_from_py;
pub(crate) mod temporal_to_py;
pub(crate) mod text;
pub(crate) mod to_py;
pub(crate) mod unmappable;

pub(crate) use from_py::FromPy;
pub(crate) use text::Text;
pub(crate) use to_py::{ToPy, Zones};
