//! Deletes that remove too little or too much.

use super::catches;

catches! { Store,
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
            a_request_that_is_throttled_is_sent_again_and_done_once
        }
        may {
            what_clients_do_to_one_path_at_the_same_time_has_an_order
        }
    delete_removes_what_is_below: DeleteRemovesWhatIsBelow
        must {
            a_delete_removes_one_object_and_no_other
        }
        may {}
}
