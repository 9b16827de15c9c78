//! The suite against stores that break the contract in one way each: just the cases that the defect touches must fail,
//! its own among them.

#![allow(clippy::unwrap_used, reason = "this is a test")]

mod broken;

use broken::{Broken, Defect};
use conformance::{CASES, Clients, run_all};
use std::collections::BTreeSet;

/// A defect, the cases that must fail, and those that may: a race, or chance, decides them.
struct Catch {
    defect: Defect,
    must: &'static [&'static str],
    may: &'static [&'static str],
}

fn check(catch: &Catch) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let report = runtime.block_on(run_all(&|| async {
        let store = Broken::new(catch.defect);
        Clients::two(store.clone(), store.other()).with_large_objects(1 << 20)
    }));
    let failed: BTreeSet<&str> = report.failed().into_iter().collect();
    let missed: Vec<_> = catch.must.iter().filter(|name| !failed.contains(**name)).collect();
    let known = |name: &&&str| catch.must.contains(*name) || catch.may.contains(*name);
    let others: Vec<_> = failed.iter().filter(|name| !known(name)).collect();
    assert!(missed.is_empty() && others.is_empty(), "missed {missed:?}, and failed {others:?}\n{report}");
}

macro_rules! catches {
    ($($name:ident: $defect:ident must { $($must:ident)* } may { $($may:ident)* })*) => {
        const CATCHES: &[Catch] = &[$(Catch {
            defect: Defect::$defect,
            must: &[$(stringify!($must)),*],
            may: &[$(stringify!($may)),*],
        }),*];

        /// A test for each defect.
        mod caught {
            $(
                #[test]
                fn $name() {
                    let catch = super::CATCHES.iter().find(|catch| catch.defect == super::Defect::$defect);
                    super::check(catch.unwrap());
                }
            )*
        }
    };
}

#[test]
fn every_case_catches_a_defect_and_names_only_cases() {
    let cases: BTreeSet<&str> = CASES.iter().map(|case| case.name).collect();
    let caught: BTreeSet<&str> = CATCHES.iter().flat_map(|catch| catch.must).copied().collect();
    assert_eq!(cases, caught);
    assert_eq!(cases.len(), CASES.len(), "no two cases have one name");
}

catches! {
    if_absent_ignored: IfAbsentIgnored
        must {
            a_put_if_absent_of_what_is_there_changes_nothing
            of_concurrent_puts_if_absent_to_one_path_exactly_one_succeeds
            what_clients_do_to_one_path_at_the_same_time_has_an_order
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    if_absent_checked_beforehand: IfAbsentCheckedBeforehand
        must {
            of_concurrent_puts_if_absent_to_one_path_exactly_one_succeeds
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
        }
    if_absent_of_equal_bytes_succeeds: IfAbsentOfEqualBytesSucceeds
        must {
            a_put_if_absent_of_what_is_there_changes_nothing
        }
        may {}
    if_absent_of_what_was_deleted_fails: IfAbsentOfWhatWasDeletedFails
        must {
            a_put_if_absent_creates_again_what_was_deleted
            an_object_under_the_path_of_another_is_refused_or_kept_apart
            a_store_is_a_map_of_paths_with_versions
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
        }
    if_match_ignored: IfMatchIgnored
        must {
            a_put_if_match_of_another_version_changes_nothing
            a_put_if_match_of_a_missing_object_creates_nothing
            of_concurrent_puts_if_match_of_one_version_exactly_one_succeeds
            what_clients_do_to_one_path_at_the_same_time_has_an_order
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            a_store_is_a_map_of_paths_with_versions
        }
        may {
            of_increments_by_compare_and_swap_none_is_lost
        }
    if_match_checked_beforehand: IfMatchCheckedBeforehand
        must {
            of_concurrent_puts_if_match_of_one_version_exactly_one_succeeds
            of_increments_by_compare_and_swap_none_is_lost
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
        }
    if_match_creates_what_is_missing: IfMatchCreatesWhatIsMissing
        must {
            a_put_if_match_of_a_missing_object_creates_nothing
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            a_store_is_a_map_of_paths_with_versions
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
        }
    if_match_of_what_is_missing_is_not_found: IfMatchOfWhatIsMissingIsNotFound
        must {
            a_put_if_match_of_a_missing_object_creates_nothing
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            a_store_is_a_map_of_paths_with_versions
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
        }
    if_match_always_fails: IfMatchAlwaysFails
        must {
            a_put_is_seen_by_get_and_head_of_any_client
            a_put_answers_with_the_version_that_it_made
            an_object_of_no_bytes_is_an_object
            a_put_if_match_replaces_the_given_version
            a_put_if_match_of_another_version_changes_nothing
            a_version_is_the_same_from_every_operation_of_any_client
            of_concurrent_puts_if_match_of_one_version_exactly_one_succeeds
            of_increments_by_compare_and_swap_none_is_lost
            a_get_unless_sees_every_replacement
            a_large_object_comes_back_whole_and_in_ranges
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            every_answer_carries_the_time_of_the_store
            a_store_is_a_map_of_paths_with_versions
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
        }
    always_fails_if_absent: AlwaysFailsIfAbsent
        must {
            readers_see_all_of_a_put_or_none
            a_put_always_puts_whatever_is_there
            different_bytes_have_different_versions
            what_clients_do_to_one_path_at_the_same_time_has_an_order
            a_range_gives_its_bytes_and_no_others
            a_range_that_passes_the_end_is_cut
            a_range_that_is_empty_is_invalid_input
            a_range_that_starts_at_or_past_the_end_is_invalid_input
            a_range_tells_the_version_and_the_size_of_the_whole_object
            every_object_carries_the_time_of_its_writing
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    put_seen_in_parts: PutSeenInParts
        must {
            readers_see_all_of_a_put_or_none
        }
        may {}
    large_put_seen_in_parts: LargePutSeenInParts
        must {
            a_large_put_is_invisible_until_it_is_complete
        }
        may {}
    large_put_truncated: LargePutTruncated
        must {
            a_large_object_comes_back_whole_and_in_ranges
            a_large_put_is_invisible_until_it_is_complete
        }
        may {}
    refused_large_put_leaves_a_part: RefusedLargePutLeavesAPart
        must {
            a_large_put_whose_condition_does_not_hold_leaves_nothing
        }
        may {}
    dropped_put_leaves_a_part: DroppedPutLeavesAPart
        must {
            a_put_that_was_dropped_is_applied_whole_or_not_at_all
        }
        may {}
    dropped_delete_leaves_a_part: DroppedDeleteLeavesAPart
        must {
            a_delete_that_was_dropped_is_applied_or_not
        }
        may {}
    stale_read: StaleRead
        must {
            a_put_is_seen_by_get_and_head_of_any_client
            a_put_answers_with_the_version_that_it_made
            a_put_always_puts_whatever_is_there
            an_object_of_no_bytes_is_an_object
            a_put_if_match_replaces_the_given_version
            a_large_object_comes_back_whole_and_in_ranges
            a_large_put_is_invisible_until_it_is_complete
            a_store_is_a_map_of_paths_with_versions
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
            of_increments_by_compare_and_swap_none_is_lost
        }
    stale_head: StaleHead
        must {
            a_put_is_seen_by_get_and_head_of_any_client
            a_put_always_puts_whatever_is_there
            different_bytes_have_different_versions
            an_object_of_no_bytes_is_an_object
            a_put_if_match_replaces_the_given_version
            a_version_is_the_same_from_every_operation_of_any_client
            a_large_object_comes_back_whole_and_in_ranges
            a_large_put_is_invisible_until_it_is_complete
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    stale_for_others: StaleForOthers
        must {
            a_put_is_seen_by_get_and_head_of_any_client
            a_put_always_puts_whatever_is_there
            an_object_of_no_bytes_is_an_object
            a_put_if_match_replaces_the_given_version
            a_large_object_comes_back_whole_and_in_ranges
            a_large_put_is_invisible_until_it_is_complete
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
        }
    version_is_the_size: VersionIsTheSize
        must {
            different_bytes_have_different_versions
            a_put_if_match_of_another_version_changes_nothing
            of_concurrent_puts_if_match_of_one_version_exactly_one_succeeds
            a_get_unless_sees_every_replacement
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            a_store_is_a_map_of_paths_with_versions
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
            of_increments_by_compare_and_swap_none_is_lost
        }
    version_of_the_put_is_another: VersionOfThePutIsAnother
        must {
            a_put_answers_with_the_version_that_it_made
            different_bytes_have_different_versions
            a_put_if_absent_of_what_is_there_changes_nothing
            a_put_if_match_replaces_the_given_version
            a_put_if_match_of_another_version_changes_nothing
            a_version_is_the_same_from_every_operation_of_any_client
            a_get_unless_the_present_version_answers_not_modified
            a_get_unless_of_a_missing_object_answers_not_found
            a_get_unless_sees_every_replacement
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            every_answer_carries_the_time_of_the_store
            a_store_is_a_map_of_paths_with_versions
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
            of_increments_by_compare_and_swap_none_is_lost
        }
    version_of_each_client: VersionOfEachClient
        must {
            a_put_is_seen_by_get_and_head_of_any_client
            a_version_is_the_same_from_every_operation_of_any_client
            a_get_unless_the_present_version_answers_not_modified
            a_get_unless_sees_every_replacement
            a_range_tells_the_version_and_the_size_of_the_whole_object
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    empty_object_is_missing: EmptyObjectIsMissing
        must {
            different_bytes_have_different_versions
            an_object_of_no_bytes_is_an_object
            a_head_tells_what_a_get_tells
            a_range_that_starts_at_or_past_the_end_is_invalid_input
        }
        may {}
    bytes_are_text: BytesAreText
        must {
            different_bytes_have_different_versions
            bytes_of_every_value_come_back
            a_range_gives_its_bytes_and_no_others
            a_range_that_passes_the_end_is_cut
            a_range_that_starts_at_or_past_the_end_is_invalid_input
            a_large_object_comes_back_whole_and_in_ranges
            a_large_put_is_invisible_until_it_is_complete
            a_put_that_was_dropped_is_applied_whole_or_not_at_all
        }
        may {}
    missing_is_forbidden: MissingIsForbidden
        must {
            a_put_if_match_of_a_missing_object_creates_nothing
            what_clients_do_to_one_path_at_the_same_time_has_an_order
            a_get_or_head_of_a_missing_object_answers_not_found
            a_path_above_an_object_holds_no_object
            a_get_unless_of_a_missing_object_answers_not_found
            a_deleted_object_is_missing
            a_delete_removes_one_object_and_no_other
            a_large_put_is_invisible_until_it_is_complete
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            a_put_that_was_dropped_is_applied_whole_or_not_at_all
            a_delete_that_was_dropped_is_applied_or_not
            the_root_holds_no_object
            an_object_under_the_path_of_another_is_refused_or_kept_apart
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    above_an_object_is_an_object: AboveAnObjectIsAnObject
        must {
            a_path_above_an_object_holds_no_object
            a_listing_is_in_ascending_byte_order_of_the_path
            a_listing_holds_what_is_under_its_prefix_and_nothing_else
            start_after_is_exclusive
            every_path_that_the_rules_allow_holds_an_object
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    unless_ignored: UnlessIgnored
        must {
            a_get_unless_the_present_version_answers_not_modified
            a_get_unless_of_a_missing_object_answers_not_found
            a_get_unless_sees_every_replacement
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    unless_any_version: UnlessAnyVersion
        must {
            a_get_unless_another_version_answers_the_object
            a_get_unless_sees_every_replacement
        }
        may {}
    unless_remembers_the_first: UnlessRemembersTheFirst
        must {
            a_get_unless_sees_every_replacement
        }
        may {}
    unless_of_what_is_missing_is_not_modified: UnlessOfWhatIsMissingIsNotModified
        must {
            a_get_unless_of_a_missing_object_answers_not_found
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    head_tells_the_next_size: HeadTellsTheNextSize
        must {
            a_put_is_seen_by_get_and_head_of_any_client
            a_put_always_puts_whatever_is_there
            an_object_of_no_bytes_is_an_object
            a_put_if_absent_creates_what_is_missing
            a_put_if_absent_of_what_is_there_changes_nothing
            a_put_if_absent_creates_again_what_was_deleted
            a_put_if_match_replaces_the_given_version
            a_put_if_match_of_another_version_changes_nothing
            of_concurrent_puts_if_absent_to_one_path_exactly_one_succeeds
            of_concurrent_puts_if_match_of_one_version_exactly_one_succeeds
            a_head_tells_what_a_get_tells
            a_range_tells_the_version_and_the_size_of_the_whole_object
            a_delete_removes_one_object_and_no_other
            a_large_object_comes_back_whole_and_in_ranges
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            a_put_that_was_dropped_is_applied_whole_or_not_at_all
            every_path_that_the_rules_allow_holds_an_object
            paths_that_differ_are_different_objects
            an_object_under_the_path_of_another_is_refused_or_kept_apart
            a_store_is_a_map_of_paths_with_versions
        }
        may {
            readers_see_all_of_a_put_or_none
            of_increments_by_compare_and_swap_none_is_lost
        }
    range_is_shifted: RangeIsShifted
        must {
            a_range_gives_its_bytes_and_no_others
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    range_is_not_cut: RangeIsNotCut
        must {
            a_range_that_passes_the_end_is_cut
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    empty_range_accepted: EmptyRangeAccepted
        must {
            a_range_that_is_empty_is_invalid_input
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    range_past_the_end_accepted: RangePastTheEndAccepted
        must {
            a_range_that_starts_at_or_past_the_end_is_invalid_input
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    range_past_the_end_is_not_found: RangePastTheEndIsNotFound
        must {
            a_range_that_starts_at_or_past_the_end_is_invalid_input
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    range_tells_its_own_size: RangeTellsItsOwnSize
        must {
            a_range_tells_the_version_and_the_size_of_the_whole_object
        }
        may {}
    list_in_order_of_parts: ListInOrderOfParts
        must {
            a_listing_is_in_ascending_byte_order_of_the_path
            start_after_is_exclusive
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    list_by_text: ListByText
        must {
            a_listing_holds_what_is_under_its_prefix_and_nothing_else
            start_after_is_exclusive
        }
        may {}
    list_of_root_is_empty: ListOfRootIsEmpty
        must {
            an_empty_prefix_is_the_whole_store
        }
        may {}
    start_after_is_inclusive: StartAfterIsInclusive
        must {
            a_listing_is_in_ascending_byte_order_of_the_path
            start_after_is_exclusive
            following_pages_leaves_nothing_out_and_repeats_nothing
        }
        may {}
    start_after_must_exist: StartAfterMustExist
        must {
            start_after_is_exclusive
            following_pages_leaves_nothing_out_and_repeats_nothing
            an_empty_prefix_is_the_whole_store
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    limit_ignored: LimitIgnored
        must {
            a_page_holds_no_more_than_its_limit
        }
        may {}
    limit_of_zero_accepted: LimitOfZeroAccepted
        must {
            a_limit_of_zero_is_invalid_input
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
        }
        may {}
    first_page_is_the_last: FirstPageIsTheLast
        must {
            a_listing_is_in_ascending_byte_order_of_the_path
            a_page_holds_no_more_than_its_limit
            following_pages_leaves_nothing_out_and_repeats_nothing
        }
        may {}
    page_skips_a_path: PageSkipsAPath
        must {
            start_after_is_exclusive
            following_pages_leaves_nothing_out_and_repeats_nothing
        }
        may {}
    empty_pages_for_ever: EmptyPagesForEver
        must {
            a_listing_is_in_ascending_byte_order_of_the_path
            a_listing_holds_what_is_under_its_prefix_and_nothing_else
            following_pages_leaves_nothing_out_and_repeats_nothing
            a_listing_of_nothing_is_empty
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            every_path_that_the_rules_allow_holds_an_object
        }
        may {}
    empty_list_is_not_found: EmptyListIsNotFound
        must {
            a_listing_holds_what_is_under_its_prefix_and_nothing_else
            a_listing_of_nothing_is_empty
            every_object_carries_the_time_of_its_writing
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    delete_of_what_is_missing_fails: DeleteOfWhatIsMissingFails
        must {
            a_delete_of_a_missing_object_succeeds
            a_delete_removes_one_object_and_no_other
            a_delete_that_was_dropped_is_applied_or_not
            the_root_holds_no_object
            a_store_is_a_map_of_paths_with_versions
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
        }
    delete_does_nothing: DeleteDoesNothing
        must {
            a_put_if_absent_creates_again_what_was_deleted
            a_put_if_match_of_a_missing_object_creates_nothing
            a_get_unless_of_a_missing_object_answers_not_found
            a_deleted_object_is_missing
            a_delete_removes_one_object_and_no_other
            a_delete_that_was_dropped_is_applied_or_not
            an_object_under_the_path_of_another_is_refused_or_kept_apart
            a_store_is_a_map_of_paths_with_versions
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
        }
    delete_removes_what_is_below: DeleteRemovesWhatIsBelow
        must {
            a_delete_removes_one_object_and_no_other
        }
        may {}
    long_paths_refused: LongPathsRefused
        must {
            every_path_that_the_rules_allow_holds_an_object
        }
        may {}
    paths_folded: PathsFolded
        must {
            a_listing_is_in_ascending_byte_order_of_the_path
            a_listing_holds_what_is_under_its_prefix_and_nothing_else
            start_after_is_exclusive
            a_page_holds_no_more_than_its_limit
            every_path_that_the_rules_allow_holds_an_object
            paths_that_differ_are_different_objects
            a_store_is_a_map_of_paths_with_versions
        }
        may {}
    root_is_an_object: RootIsAnObject
        must {
            the_root_holds_no_object
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
        }
        may {}
    below_an_object_replaces_it: BelowAnObjectReplacesIt
        must {
            an_object_under_the_path_of_another_is_refused_or_kept_apart
        }
        may {}
    error_without_path: ErrorWithoutPath
        must {
            every_error_names_its_operation_and_its_path
        }
        may {}
    error_of_another_operation: ErrorOfAnotherOperation
        must {
            every_error_names_its_operation_and_its_path
        }
        may {}
    error_of_unknown_effect: ErrorOfUnknownEffect
        must {
            a_refusal_says_that_it_changed_nothing
        }
        may {}
    no_time: NoTime
        must {
            every_answer_carries_the_time_of_the_store
            every_object_carries_the_time_of_its_writing
            the_time_of_the_store_goes_on_as_time_does
        }
        may {}
    time_of_writing_is_now: TimeOfWritingIsNow
        must {
            a_head_tells_what_a_get_tells
            every_object_carries_the_time_of_its_writing
        }
        may {}
    time_goes_back: TimeGoesBack
        must {
            a_head_tells_what_a_get_tells
            every_object_carries_the_time_of_its_writing
            the_time_of_the_store_goes_on_as_time_does
        }
        may {}
    time_runs: TimeRuns
        must {
            a_head_tells_what_a_get_tells
            every_object_carries_the_time_of_its_writing
            the_time_of_the_store_goes_on_as_time_does
        }
        may {}
}
