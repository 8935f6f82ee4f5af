//! `forebear index`: the file itself.

use std::path::PathBuf;

use forebear_image::human::bytes;
use forebear_index::Index;
use serde::Serialize;

use crate::common::Common;
use crate::exit::Exit;
use crate::output::{self, Format};

/// `index verify --format json`.
#[derive(Debug, Serialize)]
struct VerifyIndexAnswer {
    file: PathBuf,
    /// Bytes of the file, all of them read.
    bytes: usize,
    intact: bool,
    /// What is wrong with it.
    problem: Option<String>,
}

/// Reads all of the index and says whether it is intact.
pub(crate) fn verify(index: &Index, common: &Common) -> anyhow::Result<Exit> {
    let problem = index.verify().err().map(|error| error.to_string());
    let file = index.file().to_owned();
    let answer = VerifyIndexAnswer { file, bytes: index.bytes().len(), intact: problem.is_none(), problem };
    match (common.format, &answer.problem) {
        (Format::Json, _) => output::json(&answer)?,
        (Format::Text, None) => {
            output::text(&format!("intact: {}, {}", answer.file.display(), bytes(answer.bytes as u64)));
        }
        (Format::Text, Some(problem)) => output::text(&format!("not intact: {problem}")),
    }
    Ok(if answer.intact { Exit::Found } else { Exit::NotFound })
}
