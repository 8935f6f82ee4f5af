//! forebear-index
