//! Ranges that give other bytes than were asked for.

use super::catches;

catches! { Store,
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
}
