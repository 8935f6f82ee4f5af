//! Layer prefixes as columns of little-endian numbers, for other programs.
//!
//! `stack.u64`, `depth.u32`, `parent.u32`: of each image what stands for all
//! its layers, how many they are, its parent (all ones for none).
//! `prefix.u64`, `prefix_depth.u32`, `prefix_image.u32`: the same of every
//! prefix of every image's layers, longest first, and the image.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use forebear_index::{ImageId, NodeId, View};

use crate::chance::scramble;

pub(crate) fn export(view: &View, folder: &Path) -> std::io::Result<()> {
    let column = |name: &str| std::io::Result::Ok(BufWriter::new(File::create(folder.join(name))?));
    let (mut stacks, mut depths, mut parents) = (column("stack.u64")?, column("depth.u32")?, column("parent.u32")?);
    let (mut prefixes, mut prefix_depths, mut images) =
        (column("prefix.u64")?, column("prefix_depth.u32")?, column("prefix_image.u32")?);
    for id in 0..view.image_count() {
        let Some(image) = view.image(ImageId(id)) else { continue };
        let parent = view.stored_parent(ImageId(id)).map_or(u32::MAX, |(parent, _)| parent.0);
        let mut own = image.node().0;
        let mut at = view.node(image.node());
        // A prefix is a node of the trie. Its number is scrambled, as the
        // hashes that services keep are in no order either.
        stacks.write_all(&scramble(u64::from(own)).to_le_bytes())?;
        depths.write_all(&at.map_or(0, |node| node.depth).to_le_bytes())?;
        parents.write_all(&parent.to_le_bytes())?;
        while let Some(node) = at.filter(|node| node.depth > 0) {
            prefixes.write_all(&scramble(u64::from(own)).to_le_bytes())?;
            prefix_depths.write_all(&node.depth.to_le_bytes())?;
            images.write_all(&id.to_le_bytes())?;
            own = node.parent.map_or(u32::MAX, |parent| parent.0);
            at = view.node(NodeId(own));
        }
    }
    for mut column in [stacks, depths, parents, prefixes, prefix_depths, images] {
        column.flush()?;
    }
    Ok(())
}
