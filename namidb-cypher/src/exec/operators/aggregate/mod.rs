//! Grouping and aggregates.
//!
//! Each aggregate is computed at the group where its arguments and the keys are; how many rows of the table a row
//! there stands for is its weight. So nothing is written out, and counting what an expansion found costs a
//! subtraction of offsets.

mod distinct_nodes;
mod keys;
mod label_sets;

use self::distinct_nodes::DistinctNodes;
use self::keys::Keys;
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::MemoryReservation;
use crate::exec::build::{Origin, build};
use crate::exec::morsel::for_each_morsel;
use crate::exec::operator::{Operator, Resident, Run};
use crate::factor::{Batch, FlatCursor, Placement};
use crate::functions::AggregateFunction;
use crate::functions::aggregate::{Accumulator, Rows, accumulator};
use crate::physical::{Expression, PhysicalPlan};
use crate::vector::Vector;
use namidb_core::residency::missed;
use smallvec::SmallVec;

const HOLDER: &str = "grouping and aggregates";

/// What to compute.
#[derive(Debug)]
pub(crate) struct Aggregate {
    /// The grouping keys.
    pub(crate) keys: Vec<(VarId, Expression)>,
    /// What the keys are computed from.
    pub(crate) source: KeySource,
    /// The aggregates.
    pub(crate) items: Vec<AggregateItem>,
}

/// What grouping keys are computed from. Where that is little, each key is computed once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum KeySource {
    /// Whole rows.
    Row,
    /// One node.
    Node(VarId),
    /// The labels of one node.
    Labels(VarId),
}

/// One aggregate.
#[derive(Debug)]
pub(crate) struct AggregateItem {
    /// The result.
    pub(crate) variable: VarId,
    /// What computes it.
    pub(crate) function: &'static AggregateFunction,
    /// Whether equal values count once.
    pub(crate) distinct: bool,
    /// The arguments.
    pub(crate) arguments: Vec<Expression>,
    /// The variables of the keys and the arguments.
    pub(crate) reads: Vec<VarId>,
}

/// Takes all of its input, then gives a row a group.
pub(crate) struct AggregateOperator<'p> {
    input: &'p PhysicalPlan,
    origin: Origin,
    spec: &'p Aggregate,
    result: Option<Batch>,
    given: usize,
}

impl<'p> AggregateOperator<'p> {
    pub(crate) fn new(input: &'p PhysicalPlan, origin: Origin, spec: &'p Aggregate) -> AggregateOperator<'p> {
        AggregateOperator { input, origin, spec, result: None, given: 0 }
    }

    fn aggregate(&mut self, run: &mut Run<'_>) -> Result<Batch, Error> {
        if matches!(self.origin, Origin::Plan)
            && let Some(batch) = self.in_morsels(run)?
        {
            return Ok(batch);
        }
        let mut input = build(self.input, std::mem::take(&mut self.origin), run.cx);
        self.all(input.as_mut(), run)?.finish()
    }

    /// All of an input. On the heap, as operators stand on each other's stacks while they ask each other.
    fn all(&self, input: &mut dyn Operator, run: &mut Run<'_>) -> Result<Box<Aggregation<'p>>, Error> {
        let mut state = Aggregation::boxed(self.spec, run);
        while let Some(batch) = input.next(run)? {
            run.cx.check()?;
            state.take(batch, run)?;
        }
        Ok(state)
    }

    /// The input in parts on several threads, if it is one that can be parted.
    #[inline(never)]
    fn in_morsels(&self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        let all = |input: &mut dyn Operator, run: &mut Run<'_>| self.all(input, run);
        let Some(parts) = for_each_morsel(self.input, run, all)? else { return Ok(None) };
        let mut parts = parts.into_iter();
        let mut state = parts.next().unwrap_or_else(|| Aggregation::boxed(self.spec, run));
        for part in parts {
            run.cx.check()?;
            state.merge(*part)?;
        }
        state.finish().map(Some)
    }
}

impl Operator for AggregateOperator<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        let batch = match self.result.take() {
            Some(batch) => batch,
            None => self.aggregate(run)?,
        };
        let from = self.given;
        self.given = batch.group(0).len().min(from + run.cx.batch_rows);
        let piece = (from < self.given).then(|| batch.slice(0, from, self.given));
        self.result = Some(batch);
        Ok(piece)
    }
}

/// The groups and their aggregates so far.
struct Aggregation<'p> {
    spec: &'p Aggregate,
    keys: Keys<'p>,
    states: Vec<State>,
    memory: MemoryReservation,
}

enum State {
    Any(Box<dyn Accumulator>),
    /// `count(DISTINCT node)` without keys.
    DistinctNodes(DistinctNodes),
}

impl<'p> Aggregation<'p> {
    #[inline(never)]
    fn boxed(spec: &'p Aggregate, run: &Run<'_>) -> Box<Aggregation<'p>> {
        Box::new(Aggregation::new(spec, run.cx.reservation()))
    }

    fn new(spec: &'p Aggregate, memory: MemoryReservation) -> Aggregation<'p> {
        let state = |item: &AggregateItem| {
            let general = accumulator(item.function, item.distinct);
            let counts_distinct = spec.keys.is_empty()
                && item.distinct
                && item.function.name == "count"
                && item.arguments.len() == 1;
            if counts_distinct {
                State::DistinctNodes(DistinctNodes::new(general))
            } else {
                State::Any(general)
            }
        };
        Aggregation { spec, keys: Keys::new(spec), states: spec.items.iter().map(state).collect(), memory }
    }

    #[inline(never)]
    fn take(&mut self, batch: Batch, run: &mut Run<'_>) -> Result<(), Error> {
        let branches = |reads: &[VarId]| batch.place(reads) == Placement::Branches;
        if branches(self.keys.reads()) || self.spec.items.iter().any(|item| branches(&item.reads)) {
            let mut cursor = FlatCursor::new(batch);
            while let Some(piece) = cursor.next(run.cx.batch_rows) {
                run.cx.check()?;
                run.resolve(|at| self.update(&piece, at))?;
            }
            return Ok(());
        }
        run.resolve(|at| self.update(&batch, at))
    }

    fn update(&mut self, batch: &Batch, at: Resident<'_>) -> Result<(), Error> {
        let Placement::Group(home) = batch.place(self.keys.reads()) else { return Ok(()) };
        self.keys.assign(batch, home, at)?;
        // All arguments are there before the first aggregate takes any.
        let mut arguments: SmallVec<[(usize, SmallVec<[Vector; 2]>); 4]> = SmallVec::new();
        for item in &self.spec.items {
            let Placement::Group(group) = batch.place(&item.reads) else { return Ok(()) };
            let values = item.arguments.iter().map(|argument| argument.evaluate(batch, group, at));
            arguments.push((group, values.collect::<Result<_, Error>>()?));
        }
        if missed() {
            return Ok(());
        }
        let mut placed: SmallVec<[Placed; 2]> = SmallVec::new();
        let items = self.spec.items.iter().zip(&mut self.states);
        for ((item, state), (group, arguments)) in items.zip(arguments) {
            let place = match placed.iter().position(|p| p.group == group) {
                Some(at) => &placed[at],
                None => {
                    placed.push(Placed::new(batch, group, home, &self.keys));
                    &placed[placed.len() - 1]
                }
            };
            let rows = Rows {
                len: batch.group(group).len(),
                groups: place.groups(&self.keys),
                group_count: self.keys.len(),
                weights: place.weights.as_deref().filter(|_| !item.distinct),
            };
            match state {
                State::Any(state) => state.update(&rows, &arguments)?,
                State::DistinctNodes(nodes) => nodes.update(&rows, &arguments)?,
            }
        }
        let states: u64 = self.states.iter().map(State::size_bytes).sum();
        self.memory.resize(self.keys.size_bytes() + states, HOLDER)
    }

    /// Takes in what came after these rows.
    #[inline(never)]
    fn merge(&mut self, later: Aggregation<'p>) -> Result<(), Error> {
        let groups = self.keys.merge(later.keys);
        let count = self.keys.len();
        for (state, later) in self.states.iter_mut().zip(later.states) {
            match (state, later) {
                (State::Any(state), State::Any(later)) => state.merge(later, &groups, count)?,
                (State::DistinctNodes(nodes), State::DistinctNodes(later)) => nodes.merge(later)?,
                // Both were made from one item.
                _ => {}
            }
        }
        let states: u64 = self.states.iter().map(State::size_bytes).sum();
        self.memory.resize(self.keys.size_bytes() + states, HOLDER)
    }

    #[inline(never)]
    fn finish(self: Box<Self>) -> Result<Batch, Error> {
        let len = self.keys.len();
        let mut columns: Vec<(VarId, Vector)> = Vec::with_capacity(self.spec.keys.len() + self.states.len());
        columns.extend(self.spec.keys.iter().map(|(v, _)| *v).zip(self.keys.into_columns()));
        for (item, state) in self.spec.items.iter().zip(self.states) {
            let result = match state {
                State::Any(state) => state.finish(len)?,
                State::DistinctNodes(nodes) => nodes.finish(len)?,
            };
            columns.push((item.variable, result));
        }
        Ok(Batch::flat(len, columns))
    }
}

impl State {
    fn size_bytes(&self) -> u64 {
        match self {
            State::Any(state) => state.size_bytes(),
            State::DistinctNodes(nodes) => nodes.size_bytes(),
        }
    }
}

/// The rows of a group of the batch, for the aggregates that are computed there.
struct Placed {
    group: usize,
    /// The rows' groups, where they are not those of the keys' own rows.
    groups: Option<Vec<u32>>,
    weights: Option<Vec<u64>>,
}

impl Placed {
    fn new(batch: &Batch, group: usize, home: usize, keys: &Keys<'_>) -> Placed {
        let groups = match (keys.groups(), batch.rows_above(group, home)) {
            (Some(groups), Some(mut rows)) => {
                for row in &mut rows {
                    *row = groups[*row as usize];
                }
                Some(rows)
            }
            _ => None,
        };
        Placed { group, groups, weights: batch.multiplicity(group) }
    }

    fn groups<'a>(&'a self, keys: &'a Keys<'_>) -> Option<&'a [u32]> {
        self.groups.as_deref().or(keys.groups())
    }
}
