//! Distributions measured on the official images (`docs/benchmarks.md`, "The
//! world it is measured on"), and those that are invented, as is said of each.

/// Layers and steps of an image without a parent, by how often.
pub(super) const ROOTS: &[(u32, (u8, u8))] = &[(136, (1, 2)), (15, (2, 3)), (52, (6, 8)), (6, (8, 8)), (12, (13, 13))];

/// Layers and steps an image has on top of its parent, by how often.
pub(super) const ADDED: &[(u32, (u8, u8))] = &[
    (218, (1, 1)),
    (11, (1, 2)),
    (12, (1, 6)),
    (21, (2, 2)),
    (42, (2, 7)),
    (72, (2, 8)),
    (6, (3, 7)),
    (4, (3, 8)),
    (109, (3, 12)),
    (47, (4, 8)),
    (70, (4, 13)),
    (43, (5, 9)),
    (22, (5, 13)),
    (21, (5, 14)),
    (3, (6, 15)),
];

/// How many ancestors the images of an application have. Of images measured:
/// 221, 414, 84, 79, 82, 42. Bases have more images each than what is built on
/// them, so fewer applications are some.
pub(super) const LEVELS: &[(u32, u8)] = &[(80, 0), (414, 1), (110, 2), (110, 3), (110, 4), (60, 5)];

/// Bytes of a text whose step makes a layer.
pub(super) const RUN_LENGTH: &[(f64, f64)] = &[
    (0.0, 17.0),
    (0.1, 28.0),
    (0.2, 50.0),
    (0.3, 94.0),
    (0.5, 139.0),
    (0.6, 639.0),
    (0.7, 835.0),
    (0.8, 1507.0),
    (0.9, 2188.0),
    (0.99, 4678.0),
    (1.0, 4709.0),
];

/// Bytes of a text whose step makes none.
pub(super) const NOP_LENGTH: &[(f64, f64)] =
    &[(0.0, 11.0), (0.1, 15.0), (0.2, 20.0), (0.6, 25.0), (0.8, 39.0), (0.9, 87.0), (1.0, 173.0)];

/// How many names a build has in one listing, by how often.
pub(super) const NAMES: &[(u32, u8)] = &[(47, 1), (34, 2), (16, 3), (23, 4), (5, 5), (2, 6), (5, 8)];

/// OS, architecture, variant, OS version, and the share of indexes that list it.
type Platform = (&'static str, &'static str, Option<&'static str>, Option<&'static str>, f64);

/// Platforms of official indexes.
pub(super) const PLATFORMS: &[Platform] = &[
    ("linux", "amd64", None, None, 0.96),
    ("linux", "386", None, None, 0.96),
    ("linux", "arm64", Some("v8"), None, 0.90),
    ("linux", "ppc64le", None, None, 0.90),
    ("linux", "s390x", None, None, 0.86),
    ("linux", "arm", Some("v7"), None, 0.76),
    ("linux", "arm", Some("v5"), None, 0.47),
    ("linux", "arm", Some("v6"), None, 0.18),
    ("windows", "amd64", None, Some("10.0.14393.2007"), 0.08),
];
/// The platforms that images of users are made for, as bits: amd64, arm64.
pub(super) const USUAL: u16 = 0b101;

/// Share of the applications that are official (invented: the data has no
/// others).
pub(super) const OFFICIAL: f64 = 0.3;
/// Share of official applications that were built again between two dates;
/// of the tags measured, 54 % had moved.
pub(super) const REBUILT: f64 = 0.54;
