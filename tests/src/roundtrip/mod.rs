//! Round trip: Dockerfiles are built for real, reconstructed from the config
//! that the builder wrote, built again by the same builder on the same parent
//! from the same context, and compared. Every line that claims to be exact or
//! recovered must come back.

pub mod base;
pub mod buildah;
pub mod compare;
pub mod corpus;
pub mod docker;
pub mod golden;
pub mod judge;
pub mod known;
pub mod original;
pub mod real;
pub mod rebuilt;
pub mod report;
pub mod run;
pub mod substitute;
