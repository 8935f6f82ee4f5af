//! forebear-testkit
