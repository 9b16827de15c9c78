//! Puts whose condition is not kept.

use super::catches;

catches! { Store,
    if_absent_ignored: IfAbsentIgnored
        must {
            a_put_if_absent_of_what_is_there_changes_nothing
            of_concurrent_puts_if_absent_to_one_path_exactly_one_succeeds
            what_clients_do_to_one_path_at_the_same_time_has_an_order
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            a_store_is_a_map_of_paths_with_versions
            a_put_whose_answer_is_lost_is_settled_by_reading_back
            of_concurrent_large_puts_exactly_one_succeeds
        }
        may {}
    if_absent_checked_beforehand: IfAbsentCheckedBeforehand
        must {
            of_concurrent_puts_if_absent_to_one_path_exactly_one_succeeds
        }
        may {
            of_concurrent_large_puts_exactly_one_succeeds
            what_clients_do_to_one_path_at_the_same_time_has_an_order
        }
    large_if_absent_checked_beforehand: LargeIfAbsentCheckedBeforehand
        must {
            of_concurrent_large_puts_exactly_one_succeeds
        }
        may {}
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
            of_concurrent_large_puts_exactly_one_succeeds
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
            of_concurrent_large_puts_exactly_one_succeeds
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
            a_put_whose_answer_is_lost_is_settled_by_reading_back
            a_request_that_is_throttled_is_sent_again_and_done_once
            of_concurrent_large_puts_exactly_one_succeeds
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
}
