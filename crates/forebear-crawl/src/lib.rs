//! forebear-crawl
