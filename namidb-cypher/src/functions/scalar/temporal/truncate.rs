//! `date.truncate(unit, value, components)` and its like.

use super::fields::Fields;
use super::kind::{Kind, invalid, offset_of};
use crate::functions::scalar::prelude::*;
use namidb_core::value::temporal::zone::TimeZone;
use namidb_core::value::temporal::{Moment, Unit};
use namidb_core::value::{LocalTime, Map};

impl Kind {
    /// Its `truncate`.
    pub(super) fn truncate(self, call: &Call<'_>) -> Result<Vector, Error> {
        let nothing = Map::new();
        call.strict(|values| {
            let unit = self.unit(call, call.text(&values[0])?)?;
            let moment =
                Moment::of(&values[1]).ok_or_else(|| call.refuse("a date, a time or both", &values[1]))?;
            let map = match values.get(2) {
                None => &nothing,
                Some(map) => map.as_map().ok_or_else(|| call.refuse("a map", map))?,
            };
            self.truncated(call, unit, &moment, map, offset_of(&values[1]))
        })
    }

    fn unit(self, call: &Call<'_>, name: &str) -> Result<Unit, Error> {
        let fits =
            |unit: &Unit| (self.has_time() || *unit >= Unit::Day) && (self.has_date() || *unit <= Unit::Day);
        Unit::parse(name).filter(fits).ok_or_else(|| {
            let units: Vec<&str> =
                Unit::ALL.iter().filter(|unit| fits(unit)).map(|unit| unit.name()).collect();
            let shown: String = name.chars().take(40).collect();
            invalid(format!("{} knows no unit '{shown}', but {}", call.name(), units.join(", ")))
        })
    }

    fn truncated(
        self,
        call: &Call<'_>,
        unit: Unit,
        moment: &Moment,
        map: &Map,
        offset: Option<i32>,
    ) -> Result<Value, Error> {
        let fields = Fields::new(call, self, map, &[])?;
        let outside = || errors::temporal_overflow(&format!("the result of {}", call.name()));
        let date = match moment.date {
            Some(date) if self.has_date() => fields.date(Some(date.truncate(unit).ok_or_else(outside)?))?,
            _ => None,
        };
        let time = match moment.time {
            Some(time) if self.has_time() => fields.time(Some(time.truncate(unit)), Some(unit))?,
            None if self.has_date() => fields.time(Some(LocalTime::MIDNIGHT), Some(unit))?,
            _ => None,
        };
        let named = fields.zone()?;
        // A time has no day of its own, so that it keeps the offset and not the zone.
        let own = if self == Kind::Time { offset.map(TimeZone::Fixed) } else { moment.zone };
        self.build(call, &Moment { date, time, zone: named.or(own) }, offset)
    }
}
