//! Errors that say too little, and times that are none.

use super::catches;

catches! { Store,
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
