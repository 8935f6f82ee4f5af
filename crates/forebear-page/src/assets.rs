//! What pages need beside themselves.

/// Addresses and contents of files.
pub const ASSETS: [(&str, &str); 4] = [
    ("assets/page.css", include_str!("../assets/page.css")),
    ("assets/page.js", include_str!("../assets/page.js")),
    ("assets/theme.js", include_str!("../assets/theme.js")),
    ("assets/icon.svg", include_str!("../assets/icon.svg")),
];
