//! Typed ids: positions in the sorted tables of one index. They mean nothing in
//! another.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $name(pub u32);
        )*
    };
}

ids! {
    /// An image, by position in trie order.
    ImageId,
    /// A node of the layer trie.
    NodeId,
    /// A layer key.
    LayerId,
    /// A blob of a layer.
    BlobId,
    /// A manifest of any kind.
    ManifestId,
    /// A repository.
    RepositoryId,
    /// A tag of a repository.
    TagId,
    /// One observation of a tag.
    ObservationId,
}
