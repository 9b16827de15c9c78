//! Clients that misread what a network does to requests and answers.

use super::catches;

catches! { Network,
    a_retry_is_hidden: RetryIsHidden
        must {
            a_put_whose_answer_is_cut_off_is_never_told_as_lost
            of_puts_whose_requests_and_answers_are_cut_none_is_lost_or_doubled
        }
        may {}
    a_cut_is_told_as_not_applied: CutIsNotApplied
        must {
            a_put_whose_answer_is_cut_off_is_never_told_as_lost
        }
        may {
            of_puts_whose_requests_and_answers_are_cut_none_is_lost_or_doubled
        }
    a_cut_is_told_as_a_mistake: CutIsAMistake
        must {
            a_put_that_is_cut_off_changes_nothing_and_can_be_sent_again
            when_a_proxy_cuts_answers_no_commit_is_lost_or_doubled
        }
        may {
            a_put_whose_answer_is_cut_off_is_never_told_as_lost
            of_puts_whose_requests_and_answers_are_cut_none_is_lost_or_doubled
        }
    a_refusal_is_told_as_forbidden: RefusalIsForbidden
        must {
            a_request_that_is_refused_is_told_as_worth_waiting_for
        }
        may {
            of_puts_whose_requests_and_answers_are_cut_none_is_lost_or_doubled
            when_a_proxy_cuts_answers_no_commit_is_lost_or_doubled
        }
}
