//! What each command asks, and prints.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use forebear_ask::check::{Approved, CheckRequest, Limits};
use forebear_ask::{
    AskError, Asker, ChildrenAnswer, ChildrenRequest, DockerfileAnswer, ErrorCode, FindRequest, LayersAnswer, Located,
    Note, OutdatedAnswer, OutdatedRequest, RepositoriesRequest, StatsAnswer, StatsRequest, Target,
};
use forebear_graph::Graph;
use forebear_print::{print, stream};

use crate::exit::{Exit, Outcome};
use crate::format::{Format, Picture};
use crate::many::{self, Pace, STDIN};
use crate::output;
use crate::render::{self, Render, ensure, write_files, write_outdated};
use crate::session::{Session, runtime};
use crate::view::View;

/// Answers a question about each image, wherever it is.
fn about<A: Render + Outcome>(
    session: &Session,
    images: &[String],
    ask: impl Fn(&Asker, &Located) -> A + Sync,
) -> anyhow::Result<Exit> {
    let ask = |asker: &Asker, image: &str| -> anyhow::Result<A> {
        Ok(ask(asker, &session.locate(asker, &Target::parse(image)?)?))
    };
    many::each(session, images, Pace::SideBySide, || asker_for(session, images), ask)
}

/// The index, or none for images at hand; what the one image that is asked about
/// is not is told before.
fn asker_for(session: &Session, images: &[String]) -> anyhow::Result<Asker> {
    if let [only] = images
        && only != STDIN
    {
        return session.asker_about(&[&Target::parse(only)?]);
    }
    session.asker_for(images)
}

/// Answers for one image after the other, each by itself. Of several, JSON is a line each, as in [`many::each`].
fn one_by_one(
    session: &Session,
    images: &[String],
    mut answer: impl FnMut(&str, View) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    let from_stdin = images.iter().any(|image| image == STDIN);
    let images = many::all(images)?;
    if let ([only], false) = (images.as_slice(), from_stdin) {
        return answer(only, session.view());
    }
    let format = session.chosen_format().unwrap_or(if from_stdin { Format::Json } else { Format::Text });
    let view = View { format, json_lines: true, ..session.view() };
    let mut exit = Exit::Found;
    for image in &images {
        let code = match answer(image, view) {
            Ok(code) => code,
            Err(error) if format == Format::Json => {
                print(&many::error_line(image, &error)?)?;
                Exit::Error
            }
            Err(error) => {
                output::error(&error);
                Exit::Error
            }
        };
        exit = many::worst(exit, code);
    }
    Ok(exit)
}

/// Fails where several images are to come from standard input, which is read
/// once.
fn one_stdin<'a>(targets: impl IntoIterator<Item = &'a Target>) -> anyhow::Result<()> {
    match targets.into_iter().filter(|target| target.is_stdin()).count() {
        0 | 1 => Ok(()),
        _ => bail!("standard input holds one image: '-' can stand in one place only"),
    }
}

pub(crate) fn parent(session: &Session, images: &[String]) -> anyhow::Result<Exit> {
    about(session, images, Asker::parent)
}

pub(crate) fn lineage(session: &Session, images: &[String]) -> anyhow::Result<Exit> {
    match session.chosen_format().and_then(Format::picture) {
        Some(kind) => picture(session, images, kind),
        None => about(session, images, Asker::lineage),
    }
}

/// The lineages of all images as one graph.
fn picture(session: &Session, images: &[String], kind: Picture) -> anyhow::Result<Exit> {
    let images = many::all(images)?;
    let asker = asker_for(session, &images)?;
    let mut exit = Exit::Found;
    let mut answers = Vec::new();
    for image in &images {
        match Target::parse(image).map_err(Into::into).and_then(|target| session.locate(&asker, &target)) {
            Ok(located) => {
                let answer = asker.lineage(&located);
                exit = many::worst(exit, answer.exit());
                answers.push(answer);
            }
            // What the others are built on is drawn all the same.
            Err(error) if images.len() > 1 => {
                output::error(&error);
                exit = Exit::Error;
            }
            Err(error) => return Err(error),
        }
    }
    print(&render::picture(&Graph::of_lineages(&answers), kind))?;
    Ok(exit)
}

pub(crate) fn layers(session: &Session, images: &[String]) -> anyhow::Result<Exit> {
    about(session, images, Asker::layers)
}

/// Layers with their files: these are printed while they are read.
pub(crate) fn files(session: &Session, images: &[String]) -> anyhow::Result<Exit> {
    ensure::<LayersAnswer>(session.format())?;
    one_by_one(session, images, |image, view| {
        let target = Target::parse(image)?;
        let asker = session.asker_about(&[&target])?;
        let runtime = runtime()?;
        let files = runtime.block_on(asker.files(&target, session.bars()))?;
        session.tell(&files.notes);
        stream(|mut out| write_files(&mut out, &files, view))?;
        if files.has_failed() {
            output::note(&Note::LayersCutShort);
            return Ok(Exit::Error);
        }
        Ok(Exit::Found)
    })
}

pub(crate) fn dockerfile(session: &Session, images: &[String]) -> anyhow::Result<Exit> {
    about(session, images, Asker::dockerfile)
}

/// A Dockerfile that names the files that COPY and ADD brought.
pub(crate) fn dockerfile_with_files(session: &Session, images: &[String]) -> anyhow::Result<Exit> {
    ensure::<DockerfileAnswer>(session.format())?;
    one_by_one(session, images, |image, view| {
        let target = Target::parse(image)?;
        let asker = session.asker_about(&[&target])?;
        let (answer, notes) = runtime()?.block_on(asker.dockerfile_with_files(&target, session.bars()))?;
        session.tell(&notes);
        print(&answer.render(view)?)?;
        Ok(answer.exit())
    })
}

pub(crate) fn children(session: &Session, images: &[String], request: ChildrenRequest) -> anyhow::Result<Exit> {
    let ask = |asker: &Asker, image: &str| children_of(session, asker, image, request);
    many::each(session, images, Pace::SideBySide, || session.asker(), ask)
}

fn children_of(
    session: &Session,
    asker: &Asker,
    image: &str,
    request: ChildrenRequest,
) -> anyhow::Result<ChildrenAnswer> {
    let target = Target::parse(image)?;
    match session.locate(asker, &target) {
        Ok(located) => Ok(asker.children(&located, request)?),
        // A base that was never crawled may be declared all the same.
        Err(error) if is_unknown(&error) => asker.declarers(&target, request)?.ok_or(error),
        Err(error) => Err(error),
    }
}

fn is_unknown(error: &anyhow::Error) -> bool {
    error.downcast_ref::<AskError>().is_some_and(|error| error.code() == ErrorCode::NotFound)
}

/// Outdated images are printed while they are looked up: there may be millions.
pub(crate) fn outdated(session: &Session, request: &OutdatedRequest) -> anyhow::Result<Exit> {
    ensure::<OutdatedAnswer>(session.format())?;
    let answer = session.asker()?.outdated(request)?;
    stream(|mut out| write_outdated(&mut out, &answer, session.view()))?;
    Ok(answer.exit())
}

pub(crate) fn diff(session: &Session, a: &str, b: &str) -> anyhow::Result<Exit> {
    session.print(|| {
        let (a, b) = (Target::parse(a)?, Target::parse(b)?);
        one_stdin([&a, &b])?;
        let asker = session.asker_about(&[&a, &b])?;
        let (a, b) = (session.locate(&asker, &a)?, session.locate(&asker, &b)?);
        Ok(asker.diff(&a, &b))
    })
}

pub(crate) fn check(
    session: &Session,
    images: &[String],
    approved: &Path,
    limits: Limits,
    verify: bool,
) -> anyhow::Result<Exit> {
    session.print(|| {
        let targets: Vec<Target> = images.iter().filter_map(|image| Target::parse(image).ok()).collect();
        one_stdin(&targets)?;
        let reads_list = images.iter().any(|image| image == STDIN) || targets.iter().any(Target::is_stdin);
        if reads_list && approved == Path::new(STDIN) {
            bail!("standard input holds the approved bases, so that no image can be read from it");
        }
        let asker = session.asker()?;
        let approved = Arc::new(read_approved(approved)?);
        let images = many::all(images)?;
        let request = CheckRequest { approved, limits, verify };
        let (answer, notes) = runtime()?.block_on(asker.check(&images, &request));
        session.tell(&notes);
        Ok(answer)
    })
}

/// The approved bases of a file, or of standard input.
fn read_approved(file: &Path) -> anyhow::Result<Approved> {
    if file != Path::new(STDIN) {
        return Ok(Approved::read(file)?);
    }
    let text = std::io::read_to_string(std::io::stdin().lock()).context("standard input cannot be read")?;
    Ok(Approved::parse(&text, Path::new("standard input"))?)
}

pub(crate) fn find(session: &Session, digests: &[String], limit: usize) -> anyhow::Result<Exit> {
    let ask = |asker: &Asker, digest: &str| -> anyhow::Result<_> {
        Ok(asker.find(&FindRequest { query: digest.to_owned(), limit })?)
    };
    many::each(session, digests, Pace::SideBySide, || session.asker(), ask)
}

pub(crate) fn verify(session: &Session, images: &[String]) -> anyhow::Result<Exit> {
    let ask = |asker: &Asker, image: &str| -> anyhow::Result<_> {
        let target = Target::parse(image)?;
        Ok(runtime()?.block_on(asker.verify(&target, session.bars()))?)
    };
    many::each(session, images, Pace::OneByOne, || session.asker_without_index(), ask)
}

pub(crate) fn repositories(session: &Session, request: &RepositoriesRequest) -> anyhow::Result<Exit> {
    session.print(|| Ok(session.asker()?.repositories(request)?))
}

pub(crate) fn tags(session: &Session, repositories: &[String]) -> anyhow::Result<Exit> {
    let ask = |asker: &Asker, repository: &str| -> anyhow::Result<_> {
        let (answer, notes) = asker.tags(repository)?;
        session.tell(&notes);
        Ok(answer)
    };
    many::each(session, repositories, Pace::SideBySide, || session.asker(), ask)
}

pub(crate) fn history(session: &Session, names: &[String]) -> anyhow::Result<Exit> {
    let ask = |asker: &Asker, name: &str| -> anyhow::Result<_> {
        let (answer, notes) = asker.history(name)?;
        session.tell(&notes);
        Ok(answer)
    };
    many::each(session, names, Pace::SideBySide, || session.asker(), ask)
}

/// Names for a completion script, a line each. Nothing that goes wrong helps
/// whoever is typing.
pub(crate) fn complete(session: &Session, word: &str) -> anyhow::Result<Exit> {
    let names = session.asker().map(|asker| asker.completions(word)).unwrap_or_default();
    let lines: String = names.into_iter().map(|name| name + "\n").collect();
    print(&lines)?;
    Ok(Exit::Found)
}

pub(crate) fn stats(session: &Session, request: StatsRequest, sections: bool) -> anyhow::Result<Exit> {
    ensure::<StatsAnswer>(session.format())?;
    let answer = session.asker()?.stats(request)?;
    let view = View { sections, ..session.view() };
    print(&answer.render(view)?)?;
    Ok(Exit::Found)
}

pub(crate) fn verify_index(session: &Session) -> anyhow::Result<Exit> {
    session.print(|| Ok(session.asker()?.verify_index()?))
}
