//! What a store promises beyond its types, as tests that any store can be given to.
//!
//! A store's own tests call [`facts()`], [`frontier()`] and [`runs()`] with a way to make
//! places where it can be opened. Everything that the crawler takes for granted of
//! a store is in here; what only one store does (damage, upgrades) is not.
//!
//! # Panics
//! Every function here does, at the first promise that is broken.

mod facts;
mod frontier;
mod made;
mod place;
mod runs;
mod workers;

pub use place::{NewPlace, Place};

/// Checks what is promised of facts.
pub fn facts(new: NewPlace<'_>) {
    facts::documents_come_back_as_they_were_fetched(&*new().open());
    facts::many_keys_are_answered_in_their_order(&*new().open());
    facts::an_observation_replaces_the_one_of_its_first_time(&*new().open());
    facts::open_observations_come_in_pages(&*new().open());
    facts::failures_are_counted_by_run_and_forgotten(&*new().open());
    facts::repositories_come_by_registry_in_pages(&*new().open());
    facts::an_index_is_built_from_what_was_committed(&*new().open());
    facts::what_was_synced_is_there_when_opened_again(&*new());
}

/// Checks what is promised of the frontier.
pub fn frontier(new: NewPlace<'_>) {
    frontier::runs_have_numbers_of_their_own(&*new());
    frontier::a_claim_gives_each_task_once(&*new().open());
    frontier::a_run_and_a_stage_are_their_own(&*new().open());
    frontier::adding_a_task_twice_changes_nothing(&*new().open());
    frontier::what_is_done_is_given_to_nobody(&*new().open());
    frontier::a_frontier_that_was_lost_is_begun_again(&*new().open());
    frontier::what_a_run_notes_comes_back(&*new().open());
    frontier::receipts_are_honoured_by_a_sync(&*new().open());
    frontier::pending_tasks_outlive_the_process(&*new());
    workers::two_share_what_there_is(&*new().open());
    workers::a_lease_ends_is_renewed_and_is_given_back(&*new().open());
    workers::tasks_that_come_with_a_claim_are_the_worker_s(&*new().open());
    workers::a_late_commit_counts(&*new().open());
    workers::many_at_once_do_each_task_once(new().open());
}

/// Checks what is promised of runs and holds.
pub fn runs(new: NewPlace<'_>) {
    runs::a_run_that_ended_has_nothing_left(&*new());
    runs::holds_are_kept_at_once(&*new());
    runs::a_checkpoint_changes_no_answer(&*new());
}
