//! The forest of all images as one file that graph tools open.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use forebear_graph::{Edge, Node, dot, graphml};
use forebear_index::{ImageId, ImageView, View};
use rayon::prelude::*;

use crate::error::ExportError;
use crate::scope::{Filter, Scope};
use crate::tables::image::{called, key};

/// Images that are looked up at a time.
const CHUNK: usize = 16_384;

/// A format of graphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphFormat {
    /// DOT, for Graphviz.
    Dot,
    /// GraphML, for NetworkX, yEd, Gephi and Cytoscape.
    GraphMl,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Graphed {
    /// Images.
    pub nodes: u64,
    /// Images with a known parent.
    pub edges: u64,
}

/// Writes images and their parents into `file`, which is replaced as a whole. The same index
/// gives the same bytes.
///
/// # Errors
/// [`ExportError`]; the file is then as it was.
pub fn export_graph(view: &View, file: &Path, format: GraphFormat, filter: Filter) -> Result<Graphed, ExportError> {
    let scope = Scope::new(view, filter, false)?;
    let failed = || ExportError::write(file);
    if file.is_dir() {
        return Err(ExportError::NoFile(file.to_owned()));
    }
    // A pipe or a terminal is written to as it is.
    if file.exists() && !file.is_file() {
        return write(&scope, format, &mut BufWriter::new(File::create(file).map_err(failed())?)).map_err(failed());
    }
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let new = tempfile::Builder::new().prefix(".forebear-export-").tempfile_in(parent).map_err(failed())?;
    let mut out = BufWriter::new(new);
    let graphed = write(&scope, format, &mut out).map_err(failed())?;
    let new = out.into_inner().map_err(|error| failed()(error.into_error()))?;
    new.as_file().sync_all().map_err(failed())?;
    as_any_file(new.as_file()).map_err(failed())?;
    new.persist(file).map_err(|error| failed()(error.error))?;
    Ok(graphed)
}

/// Temporary files are their owner's alone.
#[cfg(unix)]
fn as_any_file(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn as_any_file(_file: &File) -> io::Result<()> {
    Ok(())
}

fn write(scope: &Scope, format: GraphFormat, out: &mut impl Write) -> io::Result<Graphed> {
    let mut graphed = Graphed::default();
    match format {
        GraphFormat::Dot => dot::begin(out)?,
        GraphFormat::GraphMl => graphml::begin(out)?,
    }
    for chunk in scope.images.chunks(CHUNK) {
        let made: Vec<(Node, Option<Edge>)> = chunk.par_iter().filter_map(|image| one(scope, *image)).collect();
        for (node, edge) in &made {
            match format {
                GraphFormat::Dot => dot::node(out, node)?,
                GraphFormat::GraphMl => graphml::node(out, node)?,
            }
            graphed.nodes += 1;
            let Some(edge) = edge else { continue };
            match format {
                GraphFormat::Dot => dot::edge(out, edge)?,
                GraphFormat::GraphMl => graphml::edge(out, edge)?,
            }
            graphed.edges += 1;
        }
    }
    match format {
        GraphFormat::Dot => dot::end(out)?,
        GraphFormat::GraphMl => graphml::end(out)?,
    }
    out.flush()?;
    Ok(graphed)
}

/// An image, and what it is built on.
fn one(scope: &Scope, id: ImageId) -> Option<(Node, Option<Edge>)> {
    let view = &scope.view;
    let image = view.load(id, None)?;
    let own_key = key(view, id)?;
    let (reference, manifest) = called(view, id);
    let node = Node {
        key: own_key.clone(),
        reference,
        config: view.image(id).filter(ImageView::is_read).map(|own| own.identity().digest()),
        manifest: manifest.and_then(|own| view.manifest_digest(own)),
        platform: image.platform.clone(),
        created: image.created.filter(|time| !time.is_placeholder()),
        layers: image.layers.len(),
        steps: image.history.as_ref().map(Vec::len),
        asked: scope.is_selected(id),
    };
    let edge = scope.parent_with(id).and_then(|(parent, agreement)| {
        let below = view.load(parent, None)?;
        let now = view.freshness(parent, &view.names_of(parent), &image.declared, |_| true);
        let steps = image.history.as_ref().zip(below.history.as_ref());
        Some(Edge {
            child: own_key,
            parent: key(view, parent)?,
            evidence: None,
            agreement,
            layers: image.layers.len().saturating_sub(below.layers.len()),
            steps: steps.map(|(own, its)| own.len().saturating_sub(its.len())),
            freshness: now.as_ref().map(|own| own.state),
            builds_behind: now.as_ref().map(|own| own.builds_behind),
            days_behind: now.as_ref().map(|own| own.days_behind),
        })
    });
    Some((node, edge))
}
