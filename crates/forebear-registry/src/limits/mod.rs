//! What an answer says about limits, and what is made of it.
//!
//! What is believed, and why:
//!
//! - 429 is a limit. 403 and 503 are where one of a closed list of signs says
//!   so ([`signs`]).
//! - A wait is believed whatever it is; one above a week is asked about again,
//!   once an hour at most, by a process that did not meet it itself ([`kept`]). Dates are
//!   compared with the server's own `Date`, so that a wrong clock here does not
//!   shorten them ([`pause`]).
//! - Windows and resets are believed up to ten years, so that one too large to
//!   be added to now is a long hold and not none ([`pause`], [`quota`]).
//! - Of several quotas the one with least left counts. More left than the
//!   limit is cut to the limit, less than nothing is nothing, and what is no
//!   number says nothing ([`quota`]).
//! - What is left may rise (a window ends, old pulls drop out of it), but not
//!   by an answer that was under way before a lower one came ([`ledger`]).
//! - What a request costs is seen in the header's own steps. A GET of a
//!   manifest costs at least one, whatever they show ([`ledger`]).
//! - Where a reserve is to be kept and nothing is told, as when a process
//!   begins, pulls go one at a time until one tells what is left, or comes
//!   through and tells nothing ([`ledger`]).
//! - A 429 that follows another without a success between lengthens the
//!   registry's hold, whichever request met it ([`holds`]).
//! - What a registry asked for outlives the process where somebody keeps it, and
//!   is never shortened by that ([`kept`]).

pub(crate) mod holds;
pub(crate) mod kept;
mod kind;
pub(crate) mod ledger;
mod pause;
mod quota;
mod signs;
mod structured;

pub use kept::{DOUBTED_ABOVE, HoldKeeper, KeptHold};
pub use kind::LimitKind;
pub(crate) use pause::{asked_pause, end_of, may_be_limit};
pub use quota::Quota;
pub(crate) use signs::is_limit;
