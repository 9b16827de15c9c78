//! All cases: as a list to run, and as a macro that makes a test of each.

use crate::case::{Case, Context, Failure, Needs, Part};
use crate::cases::*;
use crate::engine::*;
use crate::factory::StoreFactory;
use crate::report::{CaseReport, Report, Verdict};
use futures_util::FutureExt;
use namidb_core::runtime::{Runtime, TokioRuntime};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// Gives every case to another macro: its half of the suite, its file, its name, and what the store must claim for it.
#[doc(hidden)]
#[macro_export]
macro_rules! each_case {
    ($($callback:ident)::+ ! { $($arguments:tt)* }) => {
        $($callback)::+! {
            { $($arguments)* }
            Contract {
                put::readers_see_all_of_a_put_or_none: Nothing,
                put::a_put_is_seen_by_get_and_head_of_any_client: Nothing,
                put::a_put_answers_with_the_version_that_it_made: Nothing,
                put::a_put_always_puts_whatever_is_there: Nothing,
                put::different_bytes_have_different_versions: Nothing,
                put::an_object_of_no_bytes_is_an_object: Nothing,
                put::bytes_of_every_value_come_back: Nothing,
                put_if_absent::a_put_if_absent_creates_what_is_missing: Nothing,
                put_if_absent::a_put_if_absent_of_what_is_there_changes_nothing: Nothing,
                put_if_absent::a_put_if_absent_creates_again_what_was_deleted: Nothing,
                put_if_match::a_put_if_match_replaces_the_given_version: Nothing,
                put_if_match::a_put_if_match_of_another_version_changes_nothing: Nothing,
                put_if_match::a_put_if_match_of_a_missing_object_creates_nothing: Nothing,
                put_if_match::a_version_is_the_same_from_every_operation_of_any_client: Nothing,
                race::of_concurrent_puts_if_absent_to_one_path_exactly_one_succeeds: Nothing,
                race::of_concurrent_puts_if_match_of_one_version_exactly_one_succeeds: Nothing,
                race::of_concurrent_large_puts_exactly_one_succeeds: LargeObjects,
                race::of_increments_by_compare_and_swap_none_is_lost: Nothing,
                linear::what_clients_do_to_one_path_at_the_same_time_has_an_order: Nothing,
                get::a_get_or_head_of_a_missing_object_answers_not_found: Nothing,
                get::a_path_above_an_object_holds_no_object: Nothing,
                get::a_get_unless_the_present_version_answers_not_modified: Nothing,
                get::a_get_unless_another_version_answers_the_object: Nothing,
                get::a_get_unless_of_a_missing_object_answers_not_found: Nothing,
                get::a_get_unless_sees_every_replacement: Nothing,
                head::a_head_tells_what_a_get_tells: Nothing,
                range::a_range_gives_its_bytes_and_no_others: Nothing,
                range::a_range_that_passes_the_end_is_cut: Nothing,
                range::a_range_that_is_empty_is_invalid_input: Nothing,
                range::a_range_that_starts_at_or_past_the_end_is_invalid_input: Nothing,
                range::a_range_tells_the_version_and_the_size_of_the_whole_object: Nothing,
                list::a_listing_is_in_ascending_byte_order_of_the_path: Nothing,
                list::a_listing_holds_what_is_under_its_prefix_and_nothing_else: Nothing,
                list::start_after_is_exclusive: Nothing,
                list::a_page_holds_no_more_than_its_limit: Nothing,
                list::following_pages_leaves_nothing_out_and_repeats_nothing: Nothing,
                list::a_limit_of_zero_is_invalid_input: Nothing,
                list::an_empty_prefix_is_the_whole_store: Nothing,
                list::a_listing_of_nothing_is_empty: Nothing,
                delete::a_delete_of_a_missing_object_succeeds: Nothing,
                delete::a_deleted_object_is_missing: Nothing,
                delete::a_delete_removes_one_object_and_no_other: Nothing,
                large::a_large_object_comes_back_whole_and_in_ranges: LargeObjects,
                large::a_large_put_is_invisible_until_it_is_complete: LargeObjects,
                large::a_large_put_whose_condition_does_not_hold_leaves_nothing: LargeObjects,
                dropped::a_put_that_was_dropped_is_applied_whole_or_not_at_all: Nothing,
                dropped::a_delete_that_was_dropped_is_applied_or_not: Nothing,
                paths::every_path_that_the_rules_allow_holds_an_object: Nothing,
                paths::paths_that_differ_are_different_objects: Nothing,
                paths::the_root_holds_no_object: Nothing,
                paths::an_object_under_the_path_of_another_is_refused_or_kept_apart: Nothing,
                errors::every_error_names_its_operation_and_its_path: Nothing,
                errors::a_refusal_says_that_it_changed_nothing: Nothing,
                retried::a_put_whose_answer_is_lost_is_settled_by_reading_back: Nothing,
                retried::a_request_that_is_throttled_is_sent_again_and_done_once: Nothing,
                proxied::a_put_whose_answer_is_cut_off_is_never_told_as_lost: Proxy,
                proxied::a_put_that_is_cut_off_changes_nothing_and_can_be_sent_again: Proxy,
                proxied::a_request_that_is_refused_is_told_as_worth_waiting_for: Proxy,
                proxied::of_puts_whose_requests_and_answers_are_cut_none_is_lost_or_doubled: Proxy,
                time::every_answer_carries_the_time_of_the_store: ServerTime,
                time::every_object_carries_the_time_of_its_writing: ServerTime,
                time::the_time_of_the_store_goes_on_as_time_does: ServerTime,
                model::a_store_is_a_map_of_paths_with_versions: Nothing,
            }
            Engine {
                commits::a_lone_commit_is_one_put: Nothing,
                commits::a_first_commit_tries_the_store_before_its_one_put: Nothing,
                rounds::opening_takes_two_rounds_whatever_the_history: Nothing,
                rounds::a_point_read_takes_few_rounds_cold_and_none_warm: Nothing,
                races::of_engines_that_race_none_loses_a_commit: Nothing,
                races::every_snapshot_is_a_prefix_of_the_log: Nothing,
                races::of_transactions_that_write_the_same_the_first_wins: Nothing,
                crash::what_was_acknowledged_survives_a_crash: Nothing,
                lossy::when_answers_are_lost_no_commit_is_lost_or_doubled: Nothing,
                lossy::when_a_proxy_cuts_answers_no_commit_is_lost_or_doubled: Proxy,
                upkeep::what_is_checkpointed_and_compacted_is_the_same_graph: Nothing,
                upkeep::what_is_dead_is_collected: Nothing,
                upkeep::a_namespace_copied_byte_for_byte_opens_and_answers_the_same: Nothing,
            }
        }
    };
}

macro_rules! list_cases {
    ({} $($part:ident { $($file:ident::$name:ident: $needs:ident,)* })*) => {
        /// Every case, in the order of the contract, then those of the engine.
        pub const CASES: &[Case] = &[
            $($(Case {
                name: stringify!($name),
                part: Part::$part,
                needs: Needs::$needs,
                run: |context| Box::pin($file::$name(context)),
            },)*)*
        ];
    };
}

each_case!(list_cases! {});

/// Makes a module of tests of one store, one for each case: `suite!(my_store, || async { MyStore::new() });`. Each
/// test runs in a runtime of its own.
#[macro_export]
macro_rules! suite {
    ($name:ident, $factory:expr) => {
        #[cfg(test)]
        mod $name {
            #[allow(unused_imports, reason = "the expression may name what is beside the module")]
            use super::*;
            $crate::each_case!($crate::make_tests! { $factory });
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! make_tests {
    ({ $factory:expr } $($part:ident { $($file:ident::$name:ident: $needs:ident,)* })*) => {
        $($(
            #[test]
            fn $name() {
                $crate::check(stringify!($name), &$factory);
            }
        )*)*
    };
}

/// Runs the case with this name in a runtime of its own.
///
/// # Panics
/// If it fails, saying why: this is the body of a test. Also if no case has this name.
#[allow(clippy::panic, clippy::print_stdout, reason = "this is how a test fails, and what it prints")]
pub fn check(name: &str, factory: &dyn StoreFactory) {
    let Some(case) = CASES.iter().find(|case| case.name == name) else {
        panic!("no case is named {name}");
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("there is no runtime: {error}"),
    };
    match runtime.block_on(run_case(case, factory)).verdict {
        Verdict::Passed => {}
        Verdict::NotApplicable(why) => println!("not applicable: {why}"),
        Verdict::Failed(why) => panic!("{}: {why}", name.replace('_', " ")),
    }
}

/// Runs every case, one after the other, on the caller's runtime, which is tokio's.
pub async fn run_all(factory: &dyn StoreFactory) -> Report {
    let mut report = Report::default();
    for case in CASES {
        report.cases.push(run_case(case, factory).await);
    }
    report
}

/// How long a case may take at most: one that waits for ever has failed.
const CASE_MAX: (Duration, Duration) = (Duration::from_secs(10 * 60), Duration::from_secs(2 * 60 * 60));

/// Runs one case, on the caller's runtime, which is tokio's, and removes what it put.
pub async fn run_case(case: &Case, factory: &dyn StoreFactory) -> CaseReport {
    let now = || TokioRuntime::current().map(|runtime| runtime.monotonic()).unwrap_or_default();
    let begun = now();
    let verdict = judge(case, factory).await;
    CaseReport { name: case.name, part: case.part, verdict, took: now().saturating_sub(begun) }
}

async fn judge(case: &Case, factory: &dyn StoreFactory) -> Verdict {
    let clients = factory.clients().await;
    if let Some(lacking) = case.needs.lacking(&clients) {
        return Verdict::NotApplicable(lacking);
    }
    let context = match Context::new(&clients) {
        Ok(context) => context,
        Err(Failure(why)) => return Verdict::Failed(why),
    };
    let limit = context.level.pick(CASE_MAX.0, CASE_MAX.1);
    let outcome = AssertUnwindSafe((case.run)(context.clone())).catch_unwind();
    let outcome = tokio::time::timeout(limit, outcome).await;
    if let Some(proxied) = &clients.proxied {
        proxied.proxy.clear();
    }
    context.clean().await;
    match outcome {
        Ok(Ok(Ok(()))) => Verdict::Passed,
        Ok(Ok(Err(Failure(why)))) => Verdict::Failed(why),
        Ok(Err(_)) => Verdict::Failed("it panicked".into()),
        Err(_) => Verdict::Failed(format!("it did not end within {limit:?}")),
    }
}
