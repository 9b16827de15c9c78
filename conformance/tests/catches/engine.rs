//! Stores that pass the engine's self-test, and fail it later.

use super::catches;

catches! { Engine,
    loses_to_itself: LosesToItself
        must {
            a_lone_commit_is_one_put
        }
        may {
            a_namespace_copied_byte_for_byte_opens_and_answers_the_same
        }
    no_time_under_the_engine: NoTime
        must {
            a_lone_commit_is_one_put
            opening_takes_two_rounds_whatever_the_history
        }
        may {}
    if_absent_checked_beforehand_under_the_engine: IfAbsentCheckedBeforehand
        must {
            of_engines_that_race_none_loses_a_commit
        }
        may {
            a_first_commit_tries_the_store_before_its_one_put
            a_lone_commit_is_one_put
            a_namespace_copied_byte_for_byte_opens_and_answers_the_same
            a_point_read_takes_few_rounds_cold_and_none_warm
            opening_takes_two_rounds_whatever_the_history
            what_is_checkpointed_and_compacted_is_the_same_graph
            what_is_dead_is_collected
            when_answers_are_lost_no_commit_is_lost_or_doubled
            what_was_acknowledged_survives_a_crash
            every_snapshot_is_a_prefix_of_the_log
            of_transactions_that_write_the_same_the_first_wins
        }
    if_absent_forgotten_in_time: IfAbsentForgottenInTime
        must {
            of_engines_that_race_none_loses_a_commit
            every_snapshot_is_a_prefix_of_the_log
            of_transactions_that_write_the_same_the_first_wins
            when_answers_are_lost_no_commit_is_lost_or_doubled
        }
        may {
            a_first_commit_tries_the_store_before_its_one_put
            a_lone_commit_is_one_put
            a_namespace_copied_byte_for_byte_opens_and_answers_the_same
            a_point_read_takes_few_rounds_cold_and_none_warm
            opening_takes_two_rounds_whatever_the_history
            what_is_checkpointed_and_compacted_is_the_same_graph
            what_is_dead_is_collected
            what_was_acknowledged_survives_a_crash
        }
    others_see_it_later: OthersSeeItLater
        must {
            opening_takes_two_rounds_whatever_the_history
        }
        may {
            what_was_acknowledged_survives_a_crash
            a_namespace_copied_byte_for_byte_opens_and_answers_the_same
            every_snapshot_is_a_prefix_of_the_log
            of_engines_that_race_none_loses_a_commit
            of_transactions_that_write_the_same_the_first_wins
            when_answers_are_lost_no_commit_is_lost_or_doubled
        }
    delete_does_nothing_under_the_engine: DeleteDoesNothing
        must {
            what_is_dead_is_collected
        }
        may {}
    range_is_shifted_under_the_engine: RangeIsShifted
        must {
            a_point_read_takes_few_rounds_cold_and_none_warm
            what_is_checkpointed_and_compacted_is_the_same_graph
        }
        may {
            a_namespace_copied_byte_for_byte_opens_and_answers_the_same
            every_snapshot_is_a_prefix_of_the_log
            what_is_dead_is_collected
            what_was_acknowledged_survives_a_crash
        }
    bytes_are_text_under_the_engine: BytesAreText
        must {
            what_was_acknowledged_survives_a_crash
            a_namespace_copied_byte_for_byte_opens_and_answers_the_same
        }
        may {
            a_first_commit_tries_the_store_before_its_one_put
            a_lone_commit_is_one_put
            a_point_read_takes_few_rounds_cold_and_none_warm
            every_snapshot_is_a_prefix_of_the_log
            of_engines_that_race_none_loses_a_commit
            of_transactions_that_write_the_same_the_first_wins
            opening_takes_two_rounds_whatever_the_history
            what_is_checkpointed_and_compacted_is_the_same_graph
            what_is_dead_is_collected
            when_answers_are_lost_no_commit_is_lost_or_doubled
        }
    if_absent_ignored_under_the_engine: IfAbsentIgnored
        must {
            a_lone_commit_is_one_put
            a_first_commit_tries_the_store_before_its_one_put
        }
        may {
            a_namespace_copied_byte_for_byte_opens_and_answers_the_same
            a_point_read_takes_few_rounds_cold_and_none_warm
            every_snapshot_is_a_prefix_of_the_log
            of_engines_that_race_none_loses_a_commit
            of_transactions_that_write_the_same_the_first_wins
            opening_takes_two_rounds_whatever_the_history
            what_is_checkpointed_and_compacted_is_the_same_graph
            what_is_dead_is_collected
            what_was_acknowledged_survives_a_crash
            when_answers_are_lost_no_commit_is_lost_or_doubled
        }
}
