//! Pages to look at: an image, a repository, all images of an index, and the search over them.
//!
//! Every page is a function of answers of `forebear-ask` and of a [`Site`], which says how pages
//! are linked and which there are. Templates are compiled and escape whatever they are given;
//! what cannot be seen is made visible before ([`Text`]). Pages work without scripts, but for
//! the search, and ask no other host for anything. Nothing here reads an index, a file or a
//! clock, so that a folder of files and a server show the same.

#![forbid(unsafe_code)]

pub mod address;
mod assets;
mod badge;
mod chart;
mod frame;
mod image;
mod listing;
mod name;
mod overview;
mod parts;
mod repository;
pub mod search;
mod site;
mod text;

pub use assets::ASSETS;
pub use badge::badge;
pub use image::{CHILDREN_A_PAGE, CHILDREN_SHOWN, ImageAnswers, LINES_SHOWN, children_page, image_page};
pub use listing::{Listed, REPOSITORIES_A_PAGE, listing_page};
pub use name::LATEST;
pub use overview::overview_page;
pub use repository::{RepositoryAnswers, TAGS_A_PAGE, default_image, repository_page};
pub use site::Site;
pub use text::Text;
