//! Whether what several clients did to one path, all at once, has an order that explains every answer.
//!
//! Each operation takes effect at one moment between its call and its answer. The search for such moments tries, from
//! each state, every operation whose call precedes all answers that are still open (Wing and Gong, "Testing and
//! verifying concurrent objects", 1993), and never looks twice at the same set of operations done and state reached
//! (Lowe, "Testing for linearizability", 2017).

use crate::case::{Context, Failure, Outcome, ensure, unique};
use crate::together::together;
use bytes::Bytes;
use namidb_core::hash::HashSet;
use namidb_core::object_store::{
    Effect, Error as StoreError, ErrorKind, ObjectPath, ObjectStore, ObjectStoreExt, ObjectVersion,
    Result as StoreResult,
};
use namidb_core::runtime::{TokioRuntime, system, within};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const CLIENTS: usize = 4;
const STEPS: usize = 12;
const ROUNDS: (usize, usize) = (8, 100);

/// An answer that has not come after so long is not waited for, and neither is another of that round: some servers lock an
/// object for ever whose get meets its delete. What was answered needs an order all the same.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// After so many rounds in which the store fell silent there is no other.
const SILENT_ROUNDS_MAX: usize = 3;

/// So many steps must have been answered, of a few hundred.
const ANSWERED_MIN: usize = 32;

/// What was asked, and what the answer says of the object.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Action {
    /// A get that found these bytes, or nothing.
    Read(Option<Bytes>),
    /// A put of these bytes, whatever is there, that succeeded.
    Overwrite(Bytes),
    /// A put if absent, and whether it succeeded.
    Create(Bytes, bool),
    /// A put of the second bytes in the place of the first, and whether it succeeded.
    Replace(Bytes, Bytes, bool),
    Delete,
}

/// What one client did, and when: calls and answers are numbered in one order.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Event {
    called: u64,
    answered: u64,
    action: Action,
}

/// When an action is answered whose answer was lost. It may take effect at any moment after its call, or never.
const LOST: u64 = u64::MAX;

impl Action {
    /// The object after this action on `object`; none if its answer does not fit.
    fn apply(&self, object: Option<&Bytes>) -> Option<Option<Bytes>> {
        let kept = object.cloned();
        match self {
            Action::Read(found) => (found.as_ref() == object).then_some(kept),
            Action::Overwrite(bytes) => Some(Some(bytes.clone())),
            Action::Create(bytes, true) => object.is_none().then(|| Some(bytes.clone())),
            Action::Create(_, false) => object.is_some().then_some(kept),
            Action::Replace(old, new, true) => (object == Some(old)).then(|| Some(new.clone())),
            Action::Replace(old, _, false) => (object != Some(old)).then_some(kept),
            Action::Delete => Some(None),
        }
    }
}

/// Whether the events have an order that begins with no object. At most 64 events.
fn has_order(events: &[Event]) -> bool {
    let answered = events.iter().enumerate().filter(|(_, event)| event.answered != LOST);
    let all = answered.fold(0u64, |all, (number, _)| all | 1 << number);
    let mut looked: HashSet<(u64, Option<Bytes>)> = HashSet::default();
    let mut open = vec![(0u64, None::<Bytes>)];
    while let Some((done, object)) = open.pop() {
        if done & all == all {
            return true;
        }
        if !looked.insert((done, object.clone())) {
            continue;
        }
        let left = || events.iter().enumerate().filter(|(number, _)| done >> number & 1 == 0);
        let first_answer = left().map(|(_, event)| event.answered).min().unwrap_or(u64::MAX);
        for (number, event) in left().filter(|(_, event)| event.called < first_answer) {
            if let Some(next) = event.action.apply(object.as_ref()) {
                open.push((done | 1 << number, next));
            }
        }
    }
    false
}

pub(crate) async fn what_clients_do_to_one_path_at_the_same_time_has_an_order(context: Context) -> Outcome {
    let (mut answered, mut silent_rounds) = (0, 0);
    for round in 0..context.level.pick(ROUNDS.0, ROUNDS.1) {
        let context = context.below(format!("{round}"))?;
        let clock = Arc::new(AtomicU64::new(0));
        let clients = together(CLIENTS, |number| {
            let store = context.client(number);
            act(context.clone(), store, Arc::clone(&clock))
        })
        .await?;
        let fell_silent = clients.iter().any(|(_, fell_silent)| *fell_silent);
        let events = clients.into_iter().flat_map(|(events, _)| events).collect::<Vec<_>>();
        ensure!(has_order(&events), "no order explains {events:#?}");
        answered += events.iter().filter(|event| event.answered != LOST).count();
        silent_rounds += usize::from(fell_silent);
        if silent_rounds == SILENT_ROUNDS_MAX {
            break;
        }
    }
    ensure!(answered >= ANSWERED_MIN, "only {answered} steps were answered in time");
    Ok(())
}

/// The last version that a client has seen, and its bytes. Others may have put since.
type Known = Option<(Bytes, ObjectVersion)>;

/// What to do next, as it is if it succeeds.
fn draw(known: &Known) -> Action {
    let bytes = unique("");
    match (system::random_u128() % 10, known) {
        (0, _) => Action::Delete,
        (1, _) => Action::Overwrite(bytes),
        (2..=3, _) => Action::Create(bytes, true),
        (4..=7, Some((old, _))) => Action::Replace(old.clone(), bytes, true),
        _ => Action::Read(None),
    }
}

/// Does what was drawn, and gives what came of it.
async fn perform(
    store: &dyn ObjectStore,
    path: &ObjectPath,
    action: &Action,
    known: &mut Known,
) -> StoreResult<Action> {
    let is = |error: &StoreError, kind| error.kind() == kind;
    let (put, bytes, lost) = match action {
        Action::Delete => return store.delete(path).await.map(|()| Action::Delete),
        Action::Read(_) => {
            return match store.read(path).await {
                Ok(object) => {
                    *known = Some((object.bytes.clone(), object.meta.version));
                    Ok(Action::Read(Some(object.bytes)))
                }
                Err(error) if is(&error, ErrorKind::NotFound) => Ok(Action::Read(None)),
                Err(error) => Err(error),
            };
        }
        Action::Overwrite(bytes) => (store.overwrite(path, bytes.clone()).await, bytes, None),
        Action::Create(bytes, _) => {
            let lost = (ErrorKind::AlreadyExists, Action::Create(bytes.clone(), false));
            (store.create(path, bytes.clone()).await, bytes, Some(lost))
        }
        Action::Replace(old, bytes, _) => {
            let lost = (ErrorKind::VersionMismatch, Action::Replace(old.clone(), bytes.clone(), false));
            let version = known.take().map_or_else(|| ObjectVersion::new(""), |(_, version)| version);
            (store.replace(path, bytes.clone(), version).await, bytes, Some(lost))
        }
    };
    match (put, lost) {
        (Ok(receipt), _) => {
            *known = Some((bytes.clone(), receipt.version));
            Ok(action.clone())
        }
        (Err(error), Some((kind, lost))) if is(&error, kind) => Ok(lost),
        (Err(error), _) => Err(error),
    }
}

/// One client: draws its steps, and notes what came of them. Also gives whether the store fell silent.
async fn act(
    context: Context,
    store: Arc<dyn ObjectStore>,
    clock: Arc<AtomicU64>,
) -> Result<(Vec<Event>, bool), Failure> {
    let runtime = TokioRuntime::current().ok_or_else(|| Failure("there is no runtime".into()))?;
    let path = context.path("object")?;
    let mut known = None;
    let mut events = Vec::new();
    for _ in 0..STEPS {
        let action = draw(&known);
        let called = clock.fetch_add(1, Ordering::SeqCst);
        let answer = within(&runtime, SILENCE_MAX, perform(&*store, &path, &action, &mut known)).await;
        let answered = clock.fetch_add(1, Ordering::SeqCst);
        let is_silent = answer.is_none();
        match answer {
            Some(Ok(action)) => events.push(Event { called, answered, action }),
            Some(Err(error)) if !error.is_transient() => return Err(error.into()),
            // Answers of servers are lost now and then. Nothing was learnt of the object, and nothing done to it.
            Some(Err(error)) if error.effect() == Effect::NotApplied => {}
            None if matches!(action, Action::Read(_)) => {}
            Some(Err(_)) | None => events.push(Event { called, answered: LOST, action }),
        }
        if is_silent {
            return Ok((events, true));
        }
        tokio::task::yield_now().await;
    }
    Ok((events, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, literally: some order of all events keeps that an event that was answered before another was
    /// called comes first, and explains every answer. Events whose answer was lost may be left out.
    fn has_order_by_definition(events: &[Event], left: &[usize], object: Option<&Bytes>) -> bool {
        left.iter().all(|&event| events[event].answered == LOST)
            || left.iter().any(|&first| {
                let rest: Vec<usize> = left.iter().copied().filter(|&other| other != first).collect();
                let is_first = rest.iter().all(|&other| events[other].answered > events[first].called);
                let next = events[first].action.apply(object);
                is_first && next.is_some_and(|next| has_order_by_definition(events, &rest, next.as_ref()))
            })
    }

    fn action() -> impl Strategy<Value = Action> {
        let bytes = || (0..3u8).prop_map(|n| Bytes::from(vec![n]));
        prop_oneof![
            3 => proptest::option::of(bytes()).prop_map(Action::Read),
            1 => bytes().prop_map(Action::Overwrite),
            2 => (bytes(), any::<bool>()).prop_map(|(bytes, won)| Action::Create(bytes, won)),
            3 => (bytes(), bytes(), any::<bool>()).prop_map(|(old, new, won)| Action::Replace(old, new, won)),
            1 => Just(Action::Delete),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn an_order_is_found_just_where_the_definition_has_one(
            actions in proptest::collection::vec((action(), 0..12u64, 1..8u64), 0..6),
        ) {
            let events: Vec<Event> = actions
                .into_iter()
                .enumerate()
                // No two calls or answers are at one moment.
                .map(|(place, (action, called, took))| {
                    let moment = |time: u64| time * 8 + place as u64;
                    let answered = if took == 7 { LOST } else { moment(called + took) };
                    event(moment(called), answered, action)
                })
                .collect();
            let all: Vec<usize> = (0..events.len()).collect();
            prop_assert_eq!(has_order(&events), has_order_by_definition(&events, &all, None));
        }
    }

    fn event(called: u64, answered: u64, action: Action) -> Event {
        Event { called, answered, action }
    }

    #[test]
    fn an_order_is_found_if_there_is_one_and_only_then() {
        let (a, b) = (Bytes::from_static(b"a"), Bytes::from_static(b"b"));
        let create = |bytes: &Bytes, won| Action::Create(bytes.clone(), won);
        let both_won = [event(0, 2, create(&a, true)), event(1, 3, create(&b, true))];
        assert!(!has_order(&both_won));
        let one_won = [event(0, 2, create(&a, true)), event(1, 3, create(&b, false))];
        assert!(has_order(&one_won));
        let lost_to_nobody = [event(0, 1, create(&b, false)), event(2, 3, create(&a, true))];
        assert!(!has_order(&lost_to_nobody));
        let read = |found: Option<&Bytes>| Action::Read(found.cloned());
        let while_it_is_put = |found| [event(0, 3, create(&a, true)), event(1, 2, read(found))];
        assert!(has_order(&while_it_is_put(None)) && has_order(&while_it_is_put(Some(&a))));
        let stale = [
            event(0, 1, create(&a, true)),
            event(2, 3, Action::Replace(a.clone(), b.clone(), true)),
            event(4, 5, read(Some(&a))),
        ];
        assert!(!has_order(&stale));
        let late = [
            event(0, LOST, create(&a, true)),
            event(1, 2, read(None)),
            event(3, 4, read(Some(&a))),
            event(5, 6, read(Some(&a))),
        ];
        assert!(has_order(&late) && has_order(&late[..2]));
        let seen_and_unseen =
            [event(0, 5, create(&a, true)), event(1, 2, read(Some(&a))), event(3, 4, read(None))];
        assert!(!has_order(&seen_and_unseen));
        let resurrected = [
            event(0, 1, create(&a, true)),
            event(2, 3, Action::Delete),
            event(4, 5, Action::Replace(a.clone(), b.clone(), true)),
        ];
        assert!(!has_order(&resurrected));
    }
}
