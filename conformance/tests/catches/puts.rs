//! Puts that are seen in parts, cut short, or left behind.

use super::catches;

catches! { Store,
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
            of_concurrent_large_puts_exactly_one_succeeds
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
            of_concurrent_large_puts_exactly_one_succeeds
        }
        may {}
}
