//! `inspect:`: what `docker image inspect` prints. It carries no history: what
//! the index knows of the same image fills that in, else layers speak alone.

use std::path::{Path, PathBuf};

use forebear_image::{Platform, inspect};

use crate::error::Problem;
use crate::files::document;
use crate::kind::{Contents, Kind};
use crate::local_image::LocalImage;

pub(super) static INSPECT: Kind = Kind { name: "inspect", takes_name: false, open };

fn open(path: &Path, _: Option<&str>) -> Result<Box<dyn Contents>, Problem> {
    Ok(Box::new(Inspected(path.to_owned())))
}

#[derive(Debug)]
struct Inspected(PathBuf);

impl Contents for Inspected {
    fn image(&self, _: Option<&Platform>) -> Result<LocalImage, Problem> {
        let inspected = inspect::parse(&document(&self.0)?)?;
        Ok(LocalImage::of(inspected.name, inspected.image))
    }
}
