//! Listings that leave out, repeat, or stray.

use super::catches;

catches! { Store,
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
}
