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
    /// Of lineage and export: a graph for Graphviz
    Dot,
    /// Of lineage: a picture
    Svg,
    /// Of lineage: a flowchart that GitHub and GitLab draw
    Mermaid,
    /// Of sbom: CycloneDX 1.6
    Cyclonedx,
    /// Of sbom: SPDX 2.3
    Spdx,
    /// Of export: Apache Parquet
    Parquet,
    /// Of export: CSV, RFC 4180
    Csv,
    /// Of export: JSON Lines
    Jsonl,
    /// Of export: a graph for NetworkX, yEd, Gephi
    Graphml,
    /// Of export: pages to look at
    Html,
}

/// The formats that nearly every answer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plain {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The formats of graphs that lineages are drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picture {
    /// For Graphviz.
    Dot,
    /// To be looked at.
    Svg,
    /// For Markdown.
    Mermaid,
}

impl Format {
    /// Which format of lineages it is; `None` of those that are no picture.
    pub(crate) fn picture(self) -> Option<Picture> {
        match self {
            Self::Dot => Some(Picture::Dot),
            Self::Svg => Some(Picture::Svg),
            Self::Mermaid => Some(Picture::Mermaid),
            Self::Text
            | Self::Json
            | Self::Labels
            | Self::Annotations
            | Self::Renovate
            | Self::Github
            | Self::Junit
            | Self::Sarif
            | Self::Cyclonedx
            | Self::Spdx
            | Self::Parquet
            | Self::Csv
            | Self::Jsonl
            | Self::Graphml
            | Self::Html => None,
        }
    }

    /// Which of the formats that nearly every answer has it is; `None` of those that few have.
    pub(crate) fn plain(self) -> Option<Plain> {
        match self {
            Self::Text => Some(Plain::Text),
            Self::Json => Some(Plain::Json),
            Self::Labels
            | Self::Annotations
            | Self::Renovate
            | Self::Github
            | Self::Junit
            | Self::Sarif
            | Self::Dot
            | Self::Svg
            | Self::Mermaid
            | Self::Cyclonedx
            | Self::Spdx
            | Self::Parquet
            | Self::Csv
            | Self::Jsonl
            | Self::Graphml
            | Self::Html => None,
        }
    }

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
            Self::Dot => "dot",
            Self::Svg => "svg",
            Self::Mermaid => "mermaid",
            Self::Cyclonedx => "cyclonedx",
            Self::Spdx => "spdx",
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Graphml => "graphml",
            Self::Html => "html",
        }
    }
}
