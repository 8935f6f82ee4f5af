//! A picture of our own: images from the root down, a row each, as version control draws its
//! branches. What has one child goes straight on; where there are several, they stand one lane
//! to the right. So 500 images are as readable as five: the picture gets longer, not smaller.

mod draw;
mod fit;
mod layout;

pub use draw::svg;
