//! Running jobs when they are due: one at a time, none over itself, each
//! caught up once after a pause, until told to stop.

mod folder;
mod observer;
mod plan;
mod scheduler;

pub use folder::{read, read_all};
pub use observer::ScheduleObserver;
pub use plan::Memory;
pub use scheduler::run;
