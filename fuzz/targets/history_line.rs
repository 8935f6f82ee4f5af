//! One line of history, in every builder's clothes.

#![no_main]

use forebear_image::dockerfile::{Context, From, reconstruct, render};
use forebear_image::history::{HistoryEntry, LayerLink, Step};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let dressed = [
        text.to_string(),
        format!("/bin/sh -c {text}"),
        format!("/bin/sh -c #(nop) {text}"),
        format!("RUN {text} # buildkit"),
        format!("|2 {text}"),
    ];
    for created_by in dressed {
        for comment in [None, Some("buildkit.dockerfile.v0".to_owned())] {
            let entry = HistoryEntry { created_by: created_by.clone(), comment, ..HistoryEntry::default() };
            let steps = [Step { position: Some(0), entry, link: LayerLink::Empty }];
            let lines = reconstruct(&steps, Context::default());
            assert_eq!(lines.len(), 1);
            let out = render(&From::Scratch, &lines);
            assert!(!out.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{out:?}");
            assert_eq!(out.lines().filter(|line| line.starts_with("FROM ")).count(), 1 + froms_in_heredoc(&out), "{out}");
        }
    }
});

/// A heredoc's body is text, whatever it says.
fn froms_in_heredoc(out: &str) -> usize {
    let Some((_, body)) = out.split_once("<<") else { return 0 };
    body.lines().skip(1).filter(|line| line.starts_with("FROM ")).count()
}
