//! `forebear sbom`.

use std::path::Path;

use anyhow::{Context as _, bail};
use forebear_ask::Target;
use forebear_print::print;
use forebear_sbom::{Chain, cyclonedx, enrich, spdx};

use crate::exit::Exit;
use crate::format::Format;
use crate::many::STDIN;
use crate::output;
use crate::session::Session;

/// The largest SBOM that is enriched, in bytes.
const LARGEST: u64 = 512 << 20;
const STDIN_NAME: &str = "standard input";

pub(crate) fn sbom(session: &Session, image: &str, with: Option<&Path>) -> anyhow::Result<Exit> {
    let write = match (session.chosen_format(), with) {
        (None | Some(Format::Cyclonedx), _) => cyclonedx,
        (Some(Format::Spdx), _) => spdx,
        (Some(other), _) => {
            bail!("an SBOM cannot be written as {}; --format takes cyclonedx, spdx here", other.name())
        }
    };
    let target = Target::parse(image)?;
    if target.is_stdin() && with.is_some_and(|file| name(file) == STDIN_NAME) {
        bail!("standard input holds the SBOM, so that no image can be read from it");
    }
    let asker = session.asker_about(&[&target])?;
    let located = session.locate(&asker, &target)?;
    let parent = asker.parent(&located);
    let exit = if parent.parent.is_some() { Exit::Found } else { Exit::NotFound };
    let chain = Chain::new(parent, asker.lineage(&located));
    let Some(file) = with else {
        print(&forebear_print::json::document(&write(&chain))?)?;
        return Ok(exit);
    };
    let name = name(file);
    if session.chosen_format().is_some() {
        bail!("--enrich keeps the format of {name}; leave --format out");
    }
    let text = match file == Path::new(STDIN) {
        true => forebear_files::read_stdin_text(LARGEST),
        false => forebear_files::read_text(file, LARGEST),
    };
    let enriched = enrich(&text.with_context(|| name.clone())?, &chain).with_context(|| name.clone())?;
    if let Some(other) = &enriched.other_image {
        output::warning(&format!(
            "{name} is about another image, {other}; the chain that was added is that of {}",
            located.reference
        ));
    }
    print(&enriched.text)?;
    Ok(exit)
}

/// How the SBOM that somebody gave is called.
fn name(file: &Path) -> String {
    match file == Path::new(STDIN) || file == Path::new("/dev/stdin") {
        true => STDIN_NAME.to_owned(),
        false => file.display().to_string(),
    }
}
