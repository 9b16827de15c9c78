//! Reads that are stale, or tell something else than there is.

use super::catches;

catches! { Store,
    stale_read: StaleRead
        must {
            a_put_is_seen_by_get_and_head_of_any_client
            a_put_answers_with_the_version_that_it_made
            a_put_always_puts_whatever_is_there
            an_object_of_no_bytes_is_an_object
            a_put_if_match_replaces_the_given_version
            a_large_object_comes_back_whole_and_in_ranges
            a_store_is_a_map_of_paths_with_versions
            a_put_whose_answer_is_lost_is_settled_by_reading_back
            a_request_that_is_throttled_is_sent_again_and_done_once
            a_put_if_match_of_another_version_changes_nothing
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            of_concurrent_puts_if_match_of_one_version_exactly_one_succeeds
            of_concurrent_large_puts_exactly_one_succeeds
        }
        may {
            a_large_put_is_invisible_until_it_is_complete
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
            a_put_whose_answer_is_lost_is_settled_by_reading_back
            a_request_that_is_throttled_is_sent_again_and_done_once
            a_put_if_match_of_another_version_changes_nothing
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            of_concurrent_puts_if_match_of_one_version_exactly_one_succeeds
            of_concurrent_large_puts_exactly_one_succeeds
        }
        may {}
    stale_for_others: StaleForOthers
        must {
            a_put_is_seen_by_get_and_head_of_any_client
            a_put_always_puts_whatever_is_there
            an_object_of_no_bytes_is_an_object
            a_put_if_match_replaces_the_given_version
            a_large_object_comes_back_whole_and_in_ranges
            a_put_whose_answer_is_lost_is_settled_by_reading_back
            a_request_that_is_throttled_is_sent_again_and_done_once
            a_put_if_match_of_another_version_changes_nothing
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            of_concurrent_puts_if_match_of_one_version_exactly_one_succeeds
            of_concurrent_large_puts_exactly_one_succeeds
        }
        may {
            a_large_put_is_invisible_until_it_is_complete
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
            of_concurrent_large_puts_exactly_one_succeeds
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
            a_put_whose_answer_is_lost_is_settled_by_reading_back
            a_request_that_is_throttled_is_sent_again_and_done_once
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
    missing_is_forbidden: MissingIsForbidden
        must {
            a_put_if_match_of_a_missing_object_creates_nothing
            what_clients_do_to_one_path_at_the_same_time_has_an_order
            a_get_or_head_of_a_missing_object_answers_not_found
            a_path_above_an_object_holds_no_object
            a_get_unless_of_a_missing_object_answers_not_found
            a_deleted_object_is_missing
            a_delete_removes_one_object_and_no_other
            a_large_put_whose_condition_does_not_hold_leaves_nothing
            a_put_that_was_dropped_is_applied_whole_or_not_at_all
            a_delete_that_was_dropped_is_applied_or_not
            the_root_holds_no_object
            an_object_under_the_path_of_another_is_refused_or_kept_apart
            every_error_names_its_operation_and_its_path
            a_refusal_says_that_it_changed_nothing
            a_store_is_a_map_of_paths_with_versions
            a_request_that_is_throttled_is_sent_again_and_done_once
        }
        may {
            a_large_put_is_invisible_until_it_is_complete
        }
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
            a_put_whose_answer_is_lost_is_settled_by_reading_back
            a_request_that_is_throttled_is_sent_again_and_done_once
        }
        may {
            readers_see_all_of_a_put_or_none
            of_increments_by_compare_and_swap_none_is_lost
        }
}
