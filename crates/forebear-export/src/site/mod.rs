//! The pages of an index as a folder of files, to be opened from a disk or served as they are.
//!
//! Which pages there are and what each is told is decided here; how they look is decided in
//! `forebear-page`. Images are done in parallel, a bounded number at a time.

mod images;
mod making;
mod repositories;
mod sheets;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use forebear_ask::{Asker, StatsRequest};
use forebear_image::Digest;
use forebear_page::{ASSETS, address, overview_page, search};

use crate::error::ExportError;
use crate::folder::NewFolder;
use crate::manifest::{self, Manifest};
use crate::observer::ExportObserver;
use crate::scope::{Filter, Scope};
use making::Making;
use sheets::Sheets;

/// What was written.
#[derive(Clone, Debug)]
pub struct SiteWritten {
    /// Where it is.
    pub folder: PathBuf,
    /// Images with a page.
    pub images: usize,
    /// Repositories with one.
    pub repositories: usize,
    /// Files in all.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Writes pages into `folder`, which is missing, empty, or an earlier export that is replaced as
/// a whole. The same index gives the same bytes.
///
/// # Errors
/// [`ExportError`]; there is then nothing new under the folder's name.
pub fn export_site(
    asker: &Asker,
    folder: &Path,
    filter: Filter,
    observer: &dyn ExportObserver,
) -> Result<SiteWritten, ExportError> {
    let view = asker.view()?;
    let new = NewFolder::beside(folder)?;
    let scope = Scope::new(view, filter.clone(), false)?;
    let estate = {
        let wanted: HashSet<Digest> =
            scope.images.iter().filter_map(|id| Some(view.image(*id)?.identity().digest())).collect();
        asker.estate(&|digest| wanted.contains(digest))?
    };
    let sheets = Sheets::new(new.path());
    let repositories = repositories::in_scope(&scope);
    let making = Making {
        asker,
        estate: &estate,
        repositories: repositories.iter().cloned().collect(),
        users: estate.users(),
        sheets: &sheets,
        observer,
    };
    observer.planned((estate.images().len() + repositories.len()) as u64);

    for (address, text) in ASSETS {
        sheets.put(address, text)?;
    }
    let stats = asker.stats(StatsRequest::default())?;
    let overview = estate.overview();
    sheets.put(address::OVERVIEW, &making.with_site(0, |site| overview_page(site, &overview, &stats)))?;
    let mut digests = images::write(&making)?;
    let named = repositories::write(&making, &repositories, &mut digests)?;
    for file in search::names(&named).into_iter().chain(digests.files()) {
        sheets.put(&file.address, &file.text)?;
    }

    let mut manifest = Manifest::of(view, &filter, "html");
    manifest.files = sheets.sums();
    let text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    let path = new.path().join(manifest::FILE);
    std::fs::write(&path, format!("{text}\n")).map_err(ExportError::write(&path))?;
    sheets.sync()?;
    let (images, repositories) = (estate.images().len(), repositories.len());
    let files = manifest.files.iter().map(|file| file.rows).sum();
    let bytes = manifest.files.iter().map(|file| file.bytes).sum();
    Ok(SiteWritten { folder: new.put()?, images, repositories, files, bytes })
}
