//! The shortest trails to each end, where what is repeated takes no relationship of another repetition: see
//! [`RepeatedStep`].
//!
//! Lawler's way of ranking shortest paths: once the shortest trail is found, the others are those that leave it at some node
//! by another relationship. For each of these nodes the shortest of them is searched for, breadth first, without the
//! relationships before the node; the shortest of all is the next one. A search takes no relationship twice by itself:
//! of a shortest way no node comes twice. So the next trail costs some searches, however many trails there are.
//! (E. L. Lawler, "A procedure for computing the k best solutions to discrete optimization problems", 1972.)

use super::{Found, HOLDER, Link, Repeat, Repetition, Row};
use crate::binder::bound_query::Selection;
use crate::error::Error;
use crate::exec::exclusion::Excluded;
use crate::exec::operator::Run;
use crate::exec::{MemoryReservation, Ticks};
use crate::logical::RepeatedStep;
use crate::vector::value_bytes;
use namidb_core::hash::{HashMap, HashSet};
use std::cmp::{Ordering, Reverse};
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// A step from a node: the node, and which of those from there.
type StepRef = (u64, u32);

/// The trails of one row, end by end.
pub(super) struct Trails {
    selection: Selection,
    start: u64,
    excluded: HashSet<u64>,
    steps: Steps,
    /// Ends that were met and not searched for, the nearest first.
    ends: VecDeque<u64>,
    /// Where to look for further ends; none if the end is known.
    reach: Option<Reach>,
    current: Option<Ranking>,
    held: Arc<AtomicU64>,
}

/// The steps of the nodes that were looked at.
#[derive(Default)]
struct Steps {
    of: HashMap<u64, Vec<Repetition>>,
    bytes: u64,
    memory: Option<MemoryReservation>,
    ticks: Ticks,
}

/// Nodes around the start, ring by ring.
struct Reach {
    met: HashSet<u64>,
    ring: Vec<u64>,
    depth: u64,
}

/// The trails to one end, in the order of their lengths.
struct Ranking {
    end: u64,
    waiting: BinaryHeap<Reverse<Candidate>>,
    candidates: u64,
    /// How many have been given, or how many lengths.
    given: u64,
    last: Option<usize>,
}

/// The shortest of the trails that begin with the first steps of this one, and go on with none of the `banned`.
struct Candidate {
    trail: Vec<StepRef>,
    prefix: usize,
    banned: Vec<u32>,
    /// In which order they were found.
    number: u64,
}

impl Trails {
    pub(super) fn new(
        spec: &Repeat,
        selection: Selection,
        start: u64,
        end: Option<u64>,
        excluded: Excluded,
    ) -> Trails {
        let mut trails = Trails {
            selection,
            start,
            excluded: excluded.iter().copied().collect(),
            steps: Steps::default(),
            ends: VecDeque::new(),
            reach: None,
            current: None,
            held: Arc::default(),
        };
        match end {
            Some(end) => trails.ends.push_back(end),
            None => {
                let mut reach = Reach { met: HashSet::default(), ring: vec![start], depth: 0 };
                if spec.min == 0 {
                    reach.met.insert(start);
                    trails.ends.push_back(start);
                }
                trails.reach = Some(reach);
            }
        }
        trails
    }

    /// Looks for the next trail; whether there is more to look for.
    pub(super) fn next(
        &mut self,
        row: &Row<'_>,
        found: &mut Found,
        run: &mut Run<'_>,
    ) -> Result<bool, Error> {
        if let Some(mut ranking) = self.current.take() {
            if self.advance(&mut ranking, row, found, run)? {
                self.current = Some(ranking);
            }
            return Ok(true);
        }
        if let Some(end) = self.ends.pop_front() {
            let mut ranking =
                Ranking { end, waiting: BinaryHeap::new(), candidates: 0, given: 0, last: None };
            if row.spec.min == 0 && end == self.start {
                ranking.admit(self.selection, 0);
                found.add(row.spec, end, None);
            }
            self.add_candidate(&mut ranking, Vec::new(), Vec::new(), row, run)?;
            self.current = Some(ranking);
            return Ok(true);
        }
        self.widen(row, run)
    }

    /// Gives the shortest trail that waits, and looks for what comes after it. False if no more of them count.
    fn advance(
        &mut self,
        ranking: &mut Ranking,
        row: &Row<'_>,
        found: &mut Found,
        run: &mut Run<'_>,
    ) -> Result<bool, Error> {
        let Some(Reverse(next)) = ranking.waiting.pop() else { return Ok(false) };
        if !ranking.admit(self.selection, next.trail.len()) {
            return Ok(false);
        }
        let mut link: Option<Arc<Link>> = None;
        for (node, at) in &next.trail {
            let Some(step) = self.steps.get(*node, *at) else { return Ok(false) };
            let (relationships, values) = (step.relationships.clone(), step.values.clone());
            link = Some(Link::behind(link, relationships, values, &self.held));
        }
        found.add(row.spec, ranking.end, link.as_ref());
        if self.selection == Selection::Paths(ranking.given) {
            return Ok(false);
        }
        for kept in next.prefix..=next.trail.len() {
            let mut banned = if kept == next.prefix { next.banned.clone() } else { Vec::new() };
            banned.extend(next.trail.get(kept).map(|(_, at)| *at));
            let prefix = next.trail.get(..kept).unwrap_or_default().to_vec();
            self.add_candidate(ranking, prefix, banned, row, run)?;
        }
        Ok(true)
    }

    /// Adds the shortest trail to the end that begins so.
    fn add_candidate(
        &mut self,
        ranking: &mut Ranking,
        prefix: Vec<StepRef>,
        banned: Vec<u32>,
        row: &Row<'_>,
        run: &mut Run<'_>,
    ) -> Result<(), Error> {
        let kept = prefix.len();
        let most = row.spec.max.saturating_sub(kept as u64);
        let mut used = self.excluded.clone();
        let mut from = self.start;
        for (node, at) in &prefix {
            let Some(step) = self.steps.get(*node, *at) else { return Ok(()) };
            used.extend(step.relationships.iter().copied());
            from = step.node;
        }
        self.steps.look(vec![from], row, run)?;
        let mut first: Vec<u32> = (0..self.steps.count(from)).filter(|at| !banned.contains(at)).collect();
        first.retain(|at| self.steps.get(from, *at).is_some_and(|step| !step.takes_any(&used)));
        let mut trail = prefix;
        let shortest = if row.spec.step == RepeatedStep::Directed {
            self.steps.shortest(from, &first, ranking.end, &used, most, row, run)?
        } else {
            // A way back over the first step is one of its own: each first step has a search without its relationships.
            let mut shortest: Option<Vec<StepRef>> = None;
            for at in first {
                let best =
                    shortest.as_ref().map_or(most, |way| (way.len() as u64).saturating_sub(1).min(most));
                let Some(step) = self.steps.get(from, at) else { continue };
                let own: Vec<u64> = step.relationships.iter().copied().filter(|r| used.insert(*r)).collect();
                let way = self.steps.shortest(from, &[at], ranking.end, &used, best, row, run)?;
                own.iter().for_each(|r| _ = used.remove(r));
                shortest = way.or(shortest);
            }
            shortest
        };
        if let Some(way) = shortest {
            trail.extend(way);
            let number = ranking.candidates;
            ranking.candidates += 1;
            self.steps.hold(16 * trail.len() as u64 + 96, run)?;
            ranking.waiting.push(Reverse(Candidate { trail, prefix: kept, banned, number }));
        }
        Ok(())
    }

    /// Takes one step further from the start, and notes which nodes are met first; false if there is nothing further.
    fn widen(&mut self, row: &Row<'_>, run: &mut Run<'_>) -> Result<bool, Error> {
        let Some(reach) = &mut self.reach else { return Ok(false) };
        if reach.depth >= row.spec.max || reach.ring.is_empty() {
            return Ok(false);
        }
        reach.depth += 1;
        self.steps.look(reach.ring.clone(), row, run)?;
        let mut ring = Vec::new();
        for node in std::mem::take(&mut reach.ring) {
            for step in self.steps.of.get(&node).map(Vec::as_slice).unwrap_or_default() {
                self.steps.ticks.tick(run.cx)?;
                if !step.takes_any(&self.excluded) && reach.met.insert(step.node) {
                    ring.push(step.node);
                }
            }
        }
        self.steps.hold(32 * ring.len() as u64, run)?;
        self.ends.extend(ring.iter().copied());
        // From the start itself the first step was taken.
        ring.retain(|node| *node != self.start);
        reach.ring = ring;
        Ok(true)
    }
}

impl Repetition {
    fn takes_any(&self, used: &HashSet<u64>) -> bool {
        self.relationships.iter().any(|r| used.contains(r))
    }
}

impl Steps {
    fn get(&self, node: u64, at: u32) -> Option<&Repetition> {
        self.of.get(&node)?.get(at as usize)
    }

    fn count(&self, node: u64) -> u32 {
        self.of.get(&node).map_or(0, |steps| steps.len() as u32)
    }

    /// Counts bytes that are held until the row is done.
    fn hold(&mut self, bytes: u64, run: &Run<'_>) -> Result<(), Error> {
        self.bytes += bytes;
        let memory = self.memory.get_or_insert_with(|| run.cx.reservation());
        if self.bytes > memory.bytes() { memory.resize(self.bytes + self.bytes / 4, HOLDER) } else { Ok(()) }
    }

    /// Looks at the steps of those of the nodes that were not looked at.
    fn look(&mut self, mut nodes: Vec<u64>, row: &Row<'_>, run: &mut Run<'_>) -> Result<(), Error> {
        nodes.retain(|node| !self.of.contains_key(node));
        if nodes.is_empty() {
            return Ok(());
        }
        let mut steps: Vec<Vec<Repetition>> = nodes.iter().map(|_| Vec::new()).collect();
        let mut bytes = 64 * nodes.len() as u64;
        row.repetitions(nodes.clone(), run, |_, at, step| {
            bytes += 64 + step.values.iter().map(value_bytes).sum::<u64>();
            if let Some(steps) = steps.get_mut(at) {
                steps.push(step);
            }
            Ok(())
        })?;
        self.of.extend(nodes.into_iter().zip(steps));
        self.hold(bytes, run)
    }

    /// The shortest way from a node to an end that begins with one of these steps, has so many steps at most, and takes
    /// none of the relationships that are used.
    #[allow(clippy::too_many_arguments, reason = "a search, and what it is about")]
    fn shortest(
        &mut self,
        from: u64,
        first: &[u32],
        end: u64,
        used: &HashSet<u64>,
        most: u64,
        row: &Row<'_>,
        run: &mut Run<'_>,
    ) -> Result<Option<Vec<StepRef>>, Error> {
        // How each node was met first, and how many steps away.
        let mut met: HashMap<u64, (StepRef, u64)> = HashMap::default();
        let mut ring: Vec<u64> = Vec::new();
        for at in first.iter().filter(|_| most > 0) {
            let Some(step) = self.get(from, *at) else { continue };
            if let Entry::Vacant(new) = met.entry(step.node) {
                new.insert(((from, *at), 1));
                ring.push(step.node);
            }
        }
        let mut depth = 1;
        while !met.contains_key(&end) && depth < most && !ring.is_empty() {
            self.look(ring.clone(), row, run)?;
            depth += 1;
            let mut next = Vec::new();
            for node in ring {
                for (at, step) in self.of.get(&node).map(Vec::as_slice).unwrap_or_default().iter().enumerate()
                {
                    self.ticks.tick(run.cx)?;
                    if !step.takes_any(used) && !met.contains_key(&step.node) {
                        met.insert(step.node, ((node, at as u32), depth));
                        next.push(step.node);
                    }
                }
            }
            ring = next;
        }
        let mut way = Vec::new();
        let mut at = end;
        while let Some((step, depth)) = met.get(&at) {
            way.push(*step);
            if *depth == 1 {
                way.reverse();
                return Ok(Some(way));
            }
            at = step.0;
        }
        Ok(None)
    }
}

impl Ranking {
    /// Whether the next trail counts, in the order of their lengths.
    fn admit(&mut self, selection: Selection, length: usize) -> bool {
        let (most, new) = match selection {
            Selection::Paths(most) => (most, true),
            Selection::Lengths(most) => (most, self.last != Some(length)),
        };
        if new && self.given >= most {
            return false;
        }
        self.given += u64::from(new);
        self.last = Some(length);
        true
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Candidate) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Candidate) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Candidate) -> Ordering {
        (self.trail.len(), self.number).cmp(&(other.trail.len(), other.number))
    }
}
