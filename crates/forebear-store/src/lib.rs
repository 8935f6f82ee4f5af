//! forebear-store
