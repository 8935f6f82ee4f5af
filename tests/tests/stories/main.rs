//! The five experiments this project began with, each in one command on
//! images like theirs. Test names begin with the story or the case.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod built;
mod forms;
mod nights;
mod publishing;
mod schema1;
mod storage;

use serde_json::Value;

/// The `reference` of each value in a list.
fn references(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|value| value["reference"].as_str().unwrap()).collect()
}

/// The `dockerfile` of each step in a list.
fn lines(steps: &Value) -> Vec<&str> {
    steps.as_array().unwrap().iter().map(|step| step["dockerfile"].as_str().unwrap()).collect()
}
