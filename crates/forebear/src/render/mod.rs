//! From an answer to what is printed: a function of the answer and a width,
//! a file for each format.

mod files_json;
mod json;
mod labels;
mod renovate;
mod reports;
mod text;

use std::io::{self, Write};

use anyhow::anyhow;
use forebear_ask::check::CheckAnswer;
use forebear_ask::diff::DiffAnswer;
use forebear_ask::files::LayerFiles;
use forebear_ask::verify::VerifyAnswer;
use forebear_ask::{
    ChildrenAnswer, DockerfileAnswer, FindAnswer, HistoryAnswer, IndexAnswer, LayersAnswer, LineageAnswer,
    OutdatedAnswer, ParentAnswer, RepositoriesAnswer, StatsAnswer, TagsAnswer,
};
use forebear_graph::Graph;
use serde::Serialize;

use crate::format::{Format, Picture, Plain};
use crate::view::View;

use crate::fit::fitted;
pub(crate) use json::line as json_line;

/// An answer that can be shown.
pub(crate) trait Render: Serialize {
    /// What it can be printed as.
    const FORMATS: &'static [Format] = &[Format::Text, Format::Json];

    /// Whether text is a file's: then its lines stay as they are, whatever reads them.
    const IS_FILE: bool = false;

    /// For people.
    fn text(&self, view: View) -> String;

    /// For people, no wider than their terminal.
    fn fitted(&self, view: View) -> String {
        if Self::IS_FILE { self.text(view) } else { fitted(&self.text(view), view.wrap_at) }
    }

    /// As it is printed.
    fn render(&self, view: View) -> anyhow::Result<String> {
        ensure::<Self>(view.format)?;
        match view.format.plain() {
            Some(Plain::Text) => Ok(self.fitted(view)),
            Some(Plain::Json) => json::one(self, view),
            None => self.special(view.format),
        }
    }

    /// In a format that few answers have.
    fn special(&self, format: Format) -> anyhow::Result<String> {
        Err(refused::<Self>(format))
    }
}

/// Whether an answer can be printed so.
///
/// # Errors
/// With what it can be printed as.
pub(crate) fn ensure<A: Render + ?Sized>(format: Format) -> anyhow::Result<()> {
    if A::FORMATS.contains(&format) { Ok(()) } else { Err(refused::<A>(format)) }
}

fn refused<A: Render + ?Sized>(format: Format) -> anyhow::Error {
    let formats: Vec<&str> = A::FORMATS.iter().map(|format| format.name()).collect();
    anyhow!("this answer cannot be printed as {}; --format takes {} here", format.name(), formats.join(", "))
}

/// A graph in one of the formats of pictures.
pub(crate) fn picture(graph: &Graph, picture: Picture) -> String {
    match picture {
        Picture::Dot => forebear_graph::dot::dot(graph),
        Picture::Svg => forebear_graph::svg(graph),
        Picture::Mermaid => forebear_graph::mermaid(graph),
    }
}

/// Writes an image's layers with their files, while they are read.
pub(crate) fn write_files(out: &mut impl Write, files: &LayerFiles, view: View) -> io::Result<()> {
    match view.format.plain() {
        Some(Plain::Json) => files_json::write(out, files, view.json_lines),
        Some(Plain::Text) => text::files::write(out, files, view),
        None => Err(io::Error::other(refused::<LayersAnswer>(view.format))),
    }
}

/// Writes outdated images, while they are looked up.
pub(crate) fn write_outdated(out: &mut impl Write, answer: &OutdatedAnswer, view: View) -> io::Result<()> {
    match view.format.plain() {
        Some(Plain::Json) => json::write(out, answer),
        Some(Plain::Text) => text::outdated::write(out, answer, view.wrap_at),
        None => Err(io::Error::other(refused::<OutdatedAnswer>(view.format))),
    }
}

impl Render for ParentAnswer {
    const FORMATS: &'static [Format] = &[Format::Text, Format::Json, Format::Labels, Format::Annotations];

    fn text(&self, view: View) -> String {
        text::parent::render(self, view)
    }

    fn special(&self, _format: Format) -> anyhow::Result<String> {
        Ok(labels::render(self))
    }
}

impl Render for LineageAnswer {
    const FORMATS: &'static [Format] = &[Format::Text, Format::Json, Format::Dot, Format::Svg, Format::Mermaid];

    fn special(&self, format: Format) -> anyhow::Result<String> {
        let kind = format.picture().ok_or_else(|| refused::<Self>(format))?;
        Ok(picture(&Graph::of_lineages(std::slice::from_ref(self)), kind))
    }

    fn text(&self, view: View) -> String {
        text::lineage::render(self, view)
    }
}

impl Render for LayersAnswer {
    fn text(&self, view: View) -> String {
        text::layers::render(self, view)
    }
}

impl Render for DockerfileAnswer {
    /// What is copied from a terminal is what a pipe would give.
    const IS_FILE: bool = true;

    fn text(&self, _view: View) -> String {
        self.dockerfile.clone()
    }
}

impl Render for ChildrenAnswer {
    fn text(&self, view: View) -> String {
        text::children::render(self, view.paint)
    }
}

impl Render for OutdatedAnswer {
    fn text(&self, view: View) -> String {
        let mut out = Vec::new();
        // A vector takes what is written to it.
        _ = text::outdated::write(&mut out, self, view.wrap_at);
        String::from_utf8_lossy(&out).into_owned()
    }
}

impl Render for DiffAnswer {
    fn text(&self, view: View) -> String {
        text::diff::render(self, view)
    }
}

impl Render for CheckAnswer {
    const FORMATS: &'static [Format] = &[Format::Text, Format::Json, Format::Github, Format::Junit, Format::Sarif];

    fn text(&self, view: View) -> String {
        text::check::render(self, view.paint)
    }

    fn special(&self, format: Format) -> anyhow::Result<String> {
        match format {
            Format::Github => Ok(reports::github(self)),
            Format::Junit => Ok(reports::junit(self)),
            Format::Sarif => reports::sarif(self),
            other => Err(refused::<Self>(other)),
        }
    }
}

impl Render for FindAnswer {
    fn text(&self, _view: View) -> String {
        text::find::render(self)
    }
}

impl Render for RepositoriesAnswer {
    fn text(&self, _view: View) -> String {
        text::listed::repositories(self)
    }
}

impl Render for TagsAnswer {
    fn text(&self, view: View) -> String {
        text::listed::tags(self, view)
    }
}

impl Render for HistoryAnswer {
    const FORMATS: &'static [Format] = &[Format::Text, Format::Json, Format::Renovate];

    fn text(&self, view: View) -> String {
        text::history::render(self, view)
    }

    fn special(&self, _format: Format) -> anyhow::Result<String> {
        renovate::render(self)
    }
}

impl Render for VerifyAnswer {
    fn text(&self, view: View) -> String {
        text::verify::render(self, view.paint)
    }
}

impl Render for StatsAnswer {
    fn text(&self, view: View) -> String {
        text::stats::render(self, view.sections)
    }
}

impl Render for IndexAnswer {
    fn text(&self, _view: View) -> String {
        text::index_file::render(self)
    }
}
