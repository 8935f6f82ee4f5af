//! What answers can be printed as.

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// Of parent: OCI labels that name the base, a line each, for a build
    Labels,
    /// Of parent: OCI annotations that name the base, a line each, for a build
    Annotations,
    /// Of history: a custom datasource of Renovate
    Renovate,
    /// Of check: annotations of GitHub Actions
    Github,
    /// Of check: JUnit XML
    Junit,
    /// Of check: SARIF 2.1.0
    Sarif,
    /// Of export: Apache Parquet
    Parquet,
    /// Of export: CSV, RFC 4180
    Csv,
    /// Of export: JSON Lines
    Jsonl,
}

impl Format {
    /// As it is written on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Labels => "labels",
            Self::Annotations => "annotations",
            Self::Renovate => "renovate",
            Self::Github => "github",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }
}
