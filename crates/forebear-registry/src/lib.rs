//! forebear-registry
