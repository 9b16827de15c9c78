//! Paths that are refused, folded, or in each other's way.

use super::catches;

catches! { Store,
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
}
