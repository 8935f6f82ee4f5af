//! What each command asks, and prints.

use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use forebear_ask::check::{Approved, CheckRequest, Limits};
use forebear_ask::{
    AskError, Asker, ChildrenRequest, ErrorCode, FindRequest, LayersAnswer, Located, Note, OutdatedAnswer,
    OutdatedRequest, StatsAnswer, StatsRequest, Target,
};
use forebear_print::{print, stream};

use crate::bars::Bars;
use crate::exit::{Exit, Outcome as _};
use crate::output;
use crate::render::{Render as _, ensure, write_files, write_outdated};
use crate::session::{Session, runtime, tell};

/// Finds the image that most commands are about, in the index or at hand.
fn about(session: &Session, image: &str) -> anyhow::Result<(Asker, Located)> {
    let target = Target::parse(image)?;
    let asker = session.asker_about(&[&target])?;
    let located = session.locate(&asker, &target)?;
    Ok((asker, located))
}

/// Fails where several images are to come from standard input, which is read
/// once.
fn one_stdin<'a>(targets: impl IntoIterator<Item = &'a Target>) -> anyhow::Result<()> {
    match targets.into_iter().filter(|target| target.is_stdin()).count() {
        0 | 1 => Ok(()),
        _ => bail!("standard input holds one image: '-' can stand in one place only"),
    }
}

pub(crate) fn parent(session: &Session, image: &str) -> anyhow::Result<Exit> {
    session.print(|| about(session, image).map(|(asker, image)| asker.parent(&image)))
}

pub(crate) fn lineage(session: &Session, image: &str) -> anyhow::Result<Exit> {
    session.print(|| about(session, image).map(|(asker, image)| asker.lineage(&image)))
}

pub(crate) fn layers(session: &Session, image: &str) -> anyhow::Result<Exit> {
    session.print(|| about(session, image).map(|(asker, image)| asker.layers(&image)))
}

/// Layers with their files: these are printed while they are read.
pub(crate) fn files(session: &Session, image: &str) -> anyhow::Result<Exit> {
    ensure::<LayersAnswer>(session.format)?;
    let target = Target::parse(image)?;
    let asker = session.asker_about(&[&target])?;
    let runtime = runtime()?;
    let files = runtime.block_on(asker.files(&target, Arc::new(Bars::new())))?;
    tell(&files.notes);
    stream(|mut out| write_files(&mut out, &files, session.view()))?;
    if files.has_failed() {
        output::note(&Note::LayersCutShort);
        return Ok(Exit::Error);
    }
    Ok(Exit::Found)
}

pub(crate) fn dockerfile(session: &Session, image: &str) -> anyhow::Result<Exit> {
    session.print(|| about(session, image).map(|(asker, image)| asker.dockerfile(&image)))
}

/// A Dockerfile that names the files that COPY and ADD brought.
pub(crate) fn dockerfile_with_files(session: &Session, image: &str) -> anyhow::Result<Exit> {
    session.print(|| {
        let target = Target::parse(image)?;
        let asker = session.asker_about(&[&target])?;
        let (answer, notes) = runtime()?.block_on(asker.dockerfile_with_files(&target, Arc::new(Bars::new())))?;
        tell(&notes);
        Ok(answer)
    })
}

pub(crate) fn children(session: &Session, image: &str, request: ChildrenRequest) -> anyhow::Result<Exit> {
    session.print(|| {
        let asker = session.asker()?;
        let target = Target::parse(image)?;
        match session.locate(&asker, &target) {
            Ok(located) => Ok(asker.children(&located, request)?),
            // A base that was never crawled may be declared all the same.
            Err(error) if is_unknown(&error) => asker.declarers(&target, request)?.ok_or(error),
            Err(error) => Err(error),
        }
    })
}

fn is_unknown(error: &anyhow::Error) -> bool {
    error.downcast_ref::<AskError>().is_some_and(|error| error.code() == ErrorCode::NotFound)
}

/// Outdated images are printed while they are looked up: there may be millions.
pub(crate) fn outdated(session: &Session, request: &OutdatedRequest) -> anyhow::Result<Exit> {
    ensure::<OutdatedAnswer>(session.format)?;
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
        let asker = session.asker()?;
        let request = CheckRequest { approved: Arc::new(Approved::read(approved)?), limits, verify };
        let (answer, notes) = runtime()?.block_on(asker.check(images, &request));
        tell(&notes);
        Ok(answer)
    })
}

pub(crate) fn find(session: &Session, request: &FindRequest) -> anyhow::Result<Exit> {
    session.print(|| Ok(session.asker()?.find(request)?))
}

pub(crate) fn verify(session: &Session, image: &str) -> anyhow::Result<Exit> {
    session.print(|| {
        let target = Target::parse(image)?;
        let asker = session.asker_without_index()?;
        Ok(runtime()?.block_on(asker.verify(&target, Arc::new(Bars::new())))?)
    })
}

pub(crate) fn stats(session: &Session, request: StatsRequest, sections: bool) -> anyhow::Result<Exit> {
    ensure::<StatsAnswer>(session.format)?;
    let answer = session.asker()?.stats(request)?;
    let view = crate::render::View { sections, ..session.view() };
    print(&answer.render(view)?)?;
    Ok(Exit::Found)
}

pub(crate) fn verify_index(session: &Session) -> anyhow::Result<Exit> {
    session.print(|| Ok(session.asker()?.verify_index()?))
}
