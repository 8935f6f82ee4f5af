//! Tables: task, outcome, what is known → what follows.

mod chunks;
mod descending;
mod elsewhere;
mod given;
mod lists;
mod shown;
mod single;
mod tags;
