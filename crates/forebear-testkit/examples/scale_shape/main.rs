//! Measures the shape of sets of images, one column each:
//! `scale_shape NAME=PATH[,PATH]...`. A path is a file of rows that
//! `scale_world` wrote, or an unpacked registry storage; several storages of
//! one column are the same registry at one date after another.

#![expect(clippy::print_stdout, reason = "a tool of development")]

mod read;
mod shape;
mod storage;

use std::error::Error;
use std::path::Path;

use forebear_testkit::scale::RowFile;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut columns = Vec::new();
    for argument in std::env::args().skip(1) {
        let (name, paths) = argument.split_once('=').ok_or("scale_shape NAME=PATH[,PATH]...")?;
        let paths: Vec<&Path> = paths.split(',').map(Path::new).collect();
        let world = match paths.as_slice() {
            [file] if file.is_file() => read::read(&RowFile::open(file)?)?,
            folders => read::read(&storage::facts(folders)?)?,
        };
        columns.push((name.to_owned(), shape::figures(&world)));
    }
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    println!("| figure | {} |\n|---|{}", names.join(" | "), "---:|".repeat(names.len()));
    for (at, (figure, _)) in columns.first().map(|(_, figures)| figures).into_iter().flatten().enumerate() {
        let values = columns.iter().filter_map(|(_, figures)| figures.get(at)).map(|(_, value)| value.as_str());
        println!("| {figure} | {} |", values.collect::<Vec<_>>().join(" | "));
    }
    Ok(())
}
