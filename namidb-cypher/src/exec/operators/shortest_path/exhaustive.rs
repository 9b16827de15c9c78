//! All walks from one node to another, those of one length after those of the next shorter one, until some meet the
//! conditions. The number of walks may grow with every step as it does for variable-length patterns; steps that are
//! too far from the end to arrive in time are not taken.

use super::conditions::{Conditions, WholeConditions};
use super::side::Side;
use super::{Found, HOLDER, ShortestPath, Walk};
use crate::error::Error;
use crate::exec::Ticks;

/// Conditions are asked of so many walks at a time.
const ASKED_AT_ONCE: usize = 256;

/// Adds the shortest walks of `least` steps or more that meet the conditions.
#[allow(clippy::too_many_arguments, reason = "a search, what it is about, and what it is to find")]
pub(super) fn walks(
    spec: &ShortestPath,
    start: u64,
    end: u64,
    least: u64,
    to_end: &mut Side,
    conditions: &mut Conditions<'_>,
    whole: &WholeConditions<'_>,
    found: &mut Found<'_>,
) -> Result<(), Error> {
    to_end.start(end);
    while to_end.depth() < spec.max && !to_end.frontier().is_empty() {
        to_end.advance(true, false, conditions)?;
    }
    let mut length = least;
    while length <= spec.max {
        let mut trial = Trial { end, length, to_end, longer: false, asked: Vec::new(), kept: Vec::new() };
        trial.run(spec, start, conditions, whole)?;
        let (longer, kept) = (trial.longer, trial.kept);
        if !kept.is_empty() {
            let wanted = if spec.all { kept.len() } else { 1 };
            return kept.iter().take(wanted).try_for_each(|walk| found.add(walk));
        }
        if !longer {
            break;
        }
        length += 1;
    }
    Ok(())
}

/// The walks of one length.
struct Trial<'s> {
    end: u64,
    length: u64,
    to_end: &'s Side,
    /// Whether some walk could go on, so that a longer one may arrive.
    longer: bool,
    asked: Vec<Walk>,
    kept: Vec<Walk>,
}

impl Trial<'_> {
    fn run(
        &mut self,
        spec: &ShortestPath,
        start: u64,
        conditions: &mut Conditions<'_>,
        whole: &WholeConditions<'_>,
    ) -> Result<(), Error> {
        let cx = conditions.resident().cx;
        let mut memory = cx.reservation();
        let mut held = 0;
        let mut ticks = Ticks::new();
        let mut walk = Walk::at(start);
        let mut first = Vec::new();
        conditions.steps(start, false, &mut first)?;
        // At each node of the walk: its steps, and which is to be tried next.
        let mut levels = vec![(first, 0_usize)];
        while let Some((steps, next)) = levels.last_mut() {
            let Some(&(node, relationship)) = steps.get(*next) else {
                held -= 16 * steps.len() as u64;
                levels.pop();
                walk.relationships.pop();
                walk.nodes.pop();
                continue;
            };
            if *next == 0 {
                held += 16 * steps.len() as u64;
                memory.resize(held, HOLDER)?;
            }
            *next += 1;
            ticks.tick(cx)?;
            if walk.relationships.contains(&relationship) {
                continue;
            }
            let left = self.length - walk.relationships.len() as u64 - 1;
            match self.to_end.distance(node) {
                None => continue,
                Some(distance) if distance > left => {
                    self.longer = true;
                    continue;
                }
                Some(_) => {}
            }
            walk.relationships.push(relationship);
            walk.nodes.push(node);
            if left > 0 {
                let mut steps = Vec::new();
                conditions.steps(node, false, &mut steps)?;
                levels.push((steps, 0));
                continue;
            }
            debug_assert_eq!(node, self.end, "no step is left, and none is needed");
            self.longer = true;
            self.asked.push(walk.clone());
            walk.relationships.pop();
            walk.nodes.pop();
            if self.asked.len() == ASKED_AT_ONCE {
                self.ask(whole)?;
            }
            if !spec.all && !self.kept.is_empty() {
                return Ok(());
            }
        }
        self.ask(whole)
    }

    fn ask(&mut self, whole: &WholeConditions<'_>) -> Result<(), Error> {
        self.kept.extend(whole.keep(std::mem::take(&mut self.asked))?);
        Ok(())
    }
}
