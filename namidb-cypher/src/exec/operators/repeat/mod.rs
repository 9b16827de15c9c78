//! Follows a path that is repeated.
//!
//! One repetition is a plan of its own, which runs for many walks at once. Without a choice among walks they are
//! followed depth first, in pieces, so that what waits is as deep as the walks are long and not as wide as there are
//! walks. Where only some count between each two ends, all walks of one length come before the longer ones, and what
//! comes to a node after enough others is followed no further; where that would lose trails, each end is searched for by
//! itself ([`trails`]).

mod trails;

use super::var_expand::End;
use crate::binder::bound::VarId;
use crate::binder::bound_query::Selection;
use crate::error::Error;
use crate::exec::exclusion::{Excluded, Exclusion};
use crate::exec::fan_out::FanOut;
use crate::exec::ids::{self, EntityIds};
use crate::exec::inner::InnerRun;
use crate::exec::operator::{Operator, Run};
use crate::exec::{ExecutionContext, MemoryReservation, Ticks};
use crate::factor::{Batch, FlatCursor};
use crate::logical::RepeatedStep;
use crate::physical::InnerPlan;
use crate::vector::{Vector, value_bytes};
use namidb_core::hash::HashMap;
use namidb_core::{RelId, Value};
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use trails::Trails;

const HOLDER: &str = "a repeated path";
/// Walks that are followed at once.
const PIECE: usize = 512;

/// What to follow.
#[derive(Debug)]
pub(crate) struct Repeat {
    /// One repetition.
    pub(crate) inner: InnerPlan,
    /// The node that walks begin at.
    pub(crate) from: VarId,
    /// The node where a repetition begins.
    pub(crate) inner_from: VarId,
    /// The node where it ends.
    pub(crate) inner_to: VarId,
    /// The node at the end.
    pub(crate) to: End,
    /// The list of all relationships; none if nobody reads it.
    pub(crate) relationships: Option<VarId>,
    /// The relationships of a repetition.
    pub(crate) steps: Vec<VarId>,
    /// Variables of a repetition and their lists, as far as anybody reads them.
    pub(crate) groups: Vec<(VarId, VarId)>,
    /// Whether repetitions are followed from the end of the text.
    pub(crate) reversed: bool,
    /// The fewest repetitions.
    pub(crate) min: u64,
    /// The most.
    pub(crate) max: u64,
    /// Whether no relationship may come twice in a walk.
    pub(crate) differ: bool,
    /// Relationships and lists of them that no step may be.
    pub(crate) distinct_from: Vec<VarId>,
    /// Which walks count between two ends.
    pub(crate) selection: Option<Selection>,
    /// What is repeated.
    pub(crate) step: RepeatedStep,
}

impl Repeat {
    /// The search for each end by itself, if that is how the walks that count are found: those that may take no
    /// relationship twice, and do not by themselves. Where one path of a directed relationship is enough, the first
    /// walk to come to a node is all that counts there, and nothing has to be searched for.
    fn trails(&self) -> Option<Selection> {
        let selection = self.selection.filter(|_| self.differ && self.min <= 1)?;
        (self.step != RepeatedStep::Path && !self.prunes()).then_some(selection)
    }

    /// Whether walks that come to a node after those that count there lead to none that counts.
    fn prunes(&self) -> bool {
        let first = matches!(self.selection, Some(Selection::Paths(1) | Selection::Lengths(1)));
        self.selection.is_some()
            && (!self.differ || first && self.step == RepeatedStep::Directed && self.min <= 1)
    }
}

/// What has been chosen between two ends, of walks that come in the order of their lengths.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Chosen {
    /// How many walks, or how many lengths.
    count: u64,
    last: Option<u64>,
}

impl Chosen {
    /// Whether a walk counts. It is then among the chosen ones.
    pub(crate) fn admit(&mut self, selection: Selection, length: u64) -> bool {
        let (limit, new) = match selection {
            Selection::Paths(limit) => (limit, true),
            Selection::Lengths(limit) => (limit, self.last != Some(length)),
        };
        if !new {
            return true;
        }
        if self.count >= limit {
            return false;
        }
        self.count += 1;
        self.last = Some(length);
        true
    }

    /// Whether no walk of this length or a greater one counts any more.
    fn is_full(&self, selection: Selection, length: u64) -> bool {
        match selection {
            Selection::Paths(limit) => self.count >= limit,
            Selection::Lengths(limit) => self.count >= limit && self.last.is_some_and(|last| last < length),
        }
    }
}

/// A repetition of a walk, and those before it.
#[derive(Debug)]
struct Link {
    before: Option<Arc<Link>>,
    relationships: SmallVec<[u64; 2]>,
    /// The values of the groups.
    values: Box<[Value]>,
    bytes: u64,
    held: Arc<AtomicU64>,
}

impl Link {
    fn behind(
        before: Option<Arc<Link>>,
        relationships: SmallVec<[u64; 2]>,
        values: Box<[Value]>,
        held: &Arc<AtomicU64>,
    ) -> Arc<Link> {
        let bytes = 96 + 8 * relationships.len() as u64 + values.iter().map(value_bytes).sum::<u64>();
        held.fetch_add(bytes, Ordering::Relaxed);
        Arc::new(Link { before, relationships, values, bytes, held: Arc::clone(held) })
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes, Ordering::Relaxed);
        // A long walk is let go link by link: not by recursion.
        let mut next = self.before.take();
        while let Some(mut link) = next.and_then(Arc::into_inner) {
            next = link.before.take();
        }
    }
}

/// A walk that is to be followed further.
#[derive(Clone, Debug)]
struct Walk {
    node: u64,
    link: Option<Arc<Link>>,
}

/// Walks of one length.
struct Piece {
    length: u64,
    walks: Vec<Walk>,
}

/// The walks of one row.
struct Walks {
    waiting: VecDeque<Piece>,
    chosen: HashMap<u64, Chosen>,
    /// By node, and by the length as far as the least length has a say: what came there.
    arrived: HashMap<(u64, u64), Chosen>,
    prunes: bool,
    end: Option<Option<u64>>,
    excluded: Excluded,
}

/// What was found for the rows of a batch.
#[derive(Default)]
struct Found {
    nodes: Vec<u64>,
    lists: Vec<Value>,
    groups: Vec<Vec<Value>>,
    len: usize,
}

/// A flat batch of the input at work.
struct Current {
    batch: Batch,
    row: usize,
    walks: Option<Search>,
}

/// The search for the walks of one row.
enum Search {
    Walks(Walks),
    Trails(Box<Trails>),
}

/// Adds to each row its walks.
pub(crate) struct RepeatOperator<'p> {
    input: Box<dyn Operator + 'p>,
    spec: &'p Repeat,
    dead: &'p [VarId],
    flat: Option<FlatCursor>,
    current: Option<Current>,
    held: Arc<AtomicU64>,
    memory: Option<MemoryReservation>,
}

impl<'p> RepeatOperator<'p> {
    pub(crate) fn new(
        input: Box<dyn Operator + 'p>,
        spec: &'p Repeat,
        dead: &'p [VarId],
    ) -> RepeatOperator<'p> {
        RepeatOperator { input, spec, dead, flat: None, current: None, held: Arc::default(), memory: None }
    }

    fn start(&mut self, run: &mut Run<'_>) -> Result<Option<Current>, Error> {
        loop {
            if let Some(batch) = self.flat.as_mut().and_then(|cursor| cursor.next(run.cx.batch_rows)) {
                return Ok(Some(Current { batch, row: 0, walks: None }));
            }
            match self.input.next(run)? {
                Some(batch) => self.flat = Some(FlatCursor::new(batch)),
                None => return Ok(None),
            }
        }
    }

    /// Goes on with a batch until there are enough results for one, or it is done.
    fn advance(&mut self, current: &mut Current, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        let spec = self.spec;
        let batch = &current.batch;
        let from = EntityIds::nodes(batch, spec.from, 0)?;
        let ends = match spec.to {
            End::Bound(to) => Some(EntityIds::nodes(batch, to, 0)?),
            End::New(_) => None,
        };
        let exclusion = Exclusion::new(batch, &spec.distinct_from, 0)?;
        let first = current.row;
        let rows = batch.group(0).len();
        let mut found = Found { groups: vec![Vec::new(); spec.groups.len()], ..Found::default() };
        let mut offsets = vec![0];
        while current.row < rows && found.len < run.cx.batch_rows {
            run.cx.check()?;
            let mut search = match current.walks.take() {
                Some(search) => search,
                None => {
                    let end = ends.as_ref().map(|ends| ends.get(current.row));
                    let start = from.get(current.row).filter(|_| end != Some(None));
                    let excluded = exclusion.of(current.row);
                    match (spec.trails(), start) {
                        (Some(selection), Some(start)) => {
                            let end = end.flatten();
                            Search::Trails(Box::new(Trails::new(spec, selection, start, end, excluded)))
                        }
                        _ => {
                            let mut walks = Walks::new(spec, start, end, excluded);
                            if let Some(start) = start {
                                walks.meet(spec, start, 0, None, &mut found);
                            }
                            Search::Walks(walks)
                        }
                    }
                }
            };
            let row = Row { spec, batch, row: current.row };
            let mut done = false;
            while !done && found.len < run.cx.batch_rows {
                done = match &mut search {
                    Search::Trails(trails) => !trails.next(&row, &mut found, run)?,
                    Search::Walks(walks) => match walks.next(spec) {
                        Some(piece) => {
                            self.follow(&row, piece, walks, &mut found, run)?;
                            walks.waiting.is_empty()
                        }
                        None => true,
                    },
                };
            }
            offsets.push(found.len as u64);
            if done {
                current.row += 1;
            } else {
                current.walks = Some(search);
                break;
            }
        }
        let end = first + offsets.len() - 1;
        let piece = if first == 0 && end == rows { batch.clone() } else { batch.slice(0, first, end) };
        Ok(FanOut { offsets, columns: found.columns(spec) }.apply(piece, 0))
    }

    /// Runs one more repetition for some walks.
    fn follow(
        &mut self,
        row: &Row<'_>,
        piece: Piece,
        walks: &mut Walks,
        found: &mut Found,
        run: &mut Run<'_>,
    ) -> Result<(), Error> {
        let spec = self.spec;
        let length = piece.length + 1;
        let mut further: Vec<Walk> = Vec::new();
        let mut ticks = Ticks::new();
        let from = piece.walks.iter().map(|walk| walk.node).collect();
        let (held, memory) = (&self.held, &mut self.memory);
        row.repetitions(from, run, |cx, at, repetition| {
            let Some(walk) = piece.walks.get(at) else { return Ok(()) };
            let Repetition { node, relationships, values } = repetition;
            if relationships.iter().any(|r| walks.excluded.contains(r)) {
                return Ok(());
            }
            if spec.differ && walk.has_any(&relationships, &mut ticks, cx)? {
                return Ok(());
            }
            let link = Link::behind(walk.link.clone(), relationships, values, held);
            walks.meet(spec, node, length, Some(&link), found);
            if length < spec.max && walks.may_go_on(spec, node, length) {
                further.push(Walk { node, link: Some(link) });
            }
            let held = held.load(Ordering::Relaxed);
            let memory = memory.get_or_insert_with(|| cx.reservation());
            if held > memory.bytes() {
                memory.resize(held + held / 4, HOLDER)?;
            }
            Ok(())
        })?;
        walks.wait(spec, length, further);
        Ok(())
    }
}

/// The row whose walks are looked for.
struct Row<'a> {
    spec: &'a Repeat,
    batch: &'a Batch,
    row: usize,
}

/// One repetition from a node: where it leads, and over what.
struct Repetition {
    node: u64,
    relationships: SmallVec<[u64; 2]>,
    /// The values of the groups.
    values: Box<[Value]>,
}

impl Row<'_> {
    /// Calls `f` with each repetition from some nodes, and which of these nodes it begins at.
    fn repetitions(
        &self,
        from: Vec<u64>,
        run: &mut Run<'_>,
        mut f: impl FnMut(&ExecutionContext, usize, Repetition) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Row { spec, batch, row } = self;
        let len = from.len();
        let mut columns = Vec::with_capacity(spec.inner.arguments.len());
        let mut from = Some(from);
        for variable in &spec.inner.arguments {
            columns.push(if *variable == spec.inner_from {
                (*variable, Vector::nodes(from.take().unwrap_or_default()))
            } else {
                (*variable, Vector::constant(ids::column(batch, *variable, 0)?.value(*row), len))
            });
        }
        let mut inner = InnerRun::new(&spec.inner, Batch::flat(len, columns));
        let mut ticks = Ticks::new();
        while let Some(part) = inner.next(run)? {
            let (part, rows) = part.flat()?;
            let to = EntityIds::nodes(&part, spec.inner_to, 0)?;
            let mut steps = Vec::with_capacity(spec.steps.len());
            for step in &spec.steps {
                steps.push(EntityIds::relationships(&part, *step, 0)?);
            }
            let mut values = Vec::with_capacity(spec.groups.len());
            for (inner, _) in &spec.groups {
                values.push(ids::column(&part, *inner, 0)?);
            }
            for (at, walk) in rows.iter().enumerate() {
                ticks.tick(run.cx)?;
                let Some(node) = to.get(at) else { continue };
                let relationships = steps.iter().filter_map(|step| step.get(at)).collect();
                let values = values.iter().map(|column| column.value(at)).collect();
                f(run.cx, *walk as usize, Repetition { node, relationships, values })?;
            }
        }
        Ok(())
    }
}

impl Operator for RepeatOperator<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        loop {
            let mut current = match self.current.take() {
                Some(current) => current,
                None => match self.start(run)? {
                    Some(current) => current,
                    None => return Ok(None),
                },
            };
            let output = self.advance(&mut current, run)?;
            if current.row < current.batch.group(0).len() {
                self.current = Some(current);
            }
            if let Some(mut batch) = output {
                if !self.dead.is_empty() {
                    batch.retain_columns(|v| !self.dead.contains(&v));
                }
                return Ok(Some(batch));
            }
        }
    }
}

impl Walk {
    /// Whether it went over any of these relationships.
    fn has_any(
        &self,
        relationships: &[u64],
        ticks: &mut Ticks,
        cx: &ExecutionContext,
    ) -> Result<bool, Error> {
        let mut link = self.link.as_deref();
        while let Some(here) = link {
            ticks.tick(cx)?;
            if here.relationships.iter().any(|r| relationships.contains(r)) {
                return Ok(true);
            }
            link = here.before.as_deref();
        }
        Ok(false)
    }
}

impl Walks {
    fn new(spec: &Repeat, start: Option<u64>, end: Option<Option<u64>>, excluded: Excluded) -> Walks {
        let mut walks = Walks {
            waiting: VecDeque::new(),
            chosen: HashMap::default(),
            arrived: HashMap::default(),
            prunes: spec.prunes(),
            end,
            excluded,
        };
        if let Some(node) = start.filter(|_| spec.max > 0 && spec.min <= spec.max)
            && walks.may_go_on(spec, node, 0)
        {
            walks.wait(spec, 0, vec![Walk { node, link: None }]);
        }
        walks
    }

    /// The walks to follow next.
    fn next(&mut self, spec: &Repeat) -> Option<Piece> {
        let Some(selection) = spec.selection else {
            let last = self.waiting.back_mut()?;
            let length = last.length;
            let walks = last.walks.split_off(last.walks.len().saturating_sub(PIECE));
            if last.walks.is_empty() {
                self.waiting.pop_back();
            }
            return Some(Piece { length, walks });
        };
        let length = self.waiting.front()?.length;
        let end = self.end.flatten().and_then(|end| self.chosen.get(&end));
        if end.is_some_and(|chosen| chosen.is_full(selection, length + 1)) {
            self.waiting.clear();
            return None;
        }
        self.waiting.pop_front()
    }

    /// Takes walks to follow later.
    fn wait(&mut self, spec: &Repeat, length: u64, mut walks: Vec<Walk>) {
        if walks.is_empty() {
            return;
        }
        if spec.selection.is_none() {
            // The piece is taken from its end.
            walks.reverse();
            self.waiting.push_back(Piece { length, walks });
            return;
        }
        while walks.len() > PIECE {
            let rest = walks.split_off(PIECE);
            self.waiting.push_back(Piece { length, walks: std::mem::replace(&mut walks, rest) });
        }
        self.waiting.push_back(Piece { length, walks });
    }

    /// Whether a walk to a node is followed from there.
    fn may_go_on(&mut self, spec: &Repeat, node: u64, length: u64) -> bool {
        match spec.selection {
            Some(selection) if self.prunes => {
                let arrived = self.arrived.entry((node, length.min(spec.min))).or_default();
                arrived.admit(selection, length)
            }
            _ => true,
        }
    }

    /// Notes a walk, if it is one that counts.
    fn meet(&mut self, spec: &Repeat, node: u64, length: u64, link: Option<&Arc<Link>>, found: &mut Found) {
        if length < spec.min || length > spec.max || self.end.is_some_and(|end| end != Some(node)) {
            return;
        }
        if let Some(selection) = spec.selection
            && !self.chosen.entry(node).or_default().admit(selection, length)
        {
            return;
        }
        found.add(spec, node, link);
    }
}

impl Found {
    fn add(&mut self, spec: &Repeat, node: u64, link: Option<&Arc<Link>>) {
        if let End::New(Some(_)) = spec.to {
            self.nodes.push(node);
        }
        let mut links: Vec<&Link> = Vec::new();
        if spec.relationships.is_some() || !spec.groups.is_empty() {
            let mut next = link.map(|link| &**link);
            while let Some(link) = next {
                links.push(link);
                next = link.before.as_deref();
            }
            if !spec.reversed {
                links.reverse();
            }
        }
        if spec.relationships.is_some() {
            let all = links.iter().flat_map(|link| link.relationships.iter());
            self.lists.push(all.map(|r| Value::Relationship(RelId(*r))).collect());
        }
        for (at, lists) in self.groups.iter_mut().enumerate() {
            let values = links.iter().map(|link| link.values.get(at).cloned().unwrap_or_default());
            lists.push(values.collect());
        }
        self.len += 1;
    }

    fn columns(self, spec: &Repeat) -> Vec<(VarId, Vector)> {
        let mut columns = Vec::with_capacity(2 + self.groups.len());
        if let End::New(Some(to)) = spec.to {
            columns.push((to, Vector::nodes(self.nodes)));
        }
        if let Some(relationships) = spec.relationships {
            columns.push((relationships, Vector::from_values(self.lists)));
        }
        let groups = spec.groups.iter().zip(self.groups);
        columns.extend(groups.map(|((_, group), lists)| (*group, Vector::from_values(lists))));
        columns
    }
}
