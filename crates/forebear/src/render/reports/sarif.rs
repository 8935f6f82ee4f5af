//! SARIF 2.1.0, as code scanning reads it
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

use forebear_ask::check::{BecauseCode, CheckAnswer, CheckVerdict, JudgedAnswer};
use serde_json::{Value, json};

use super::{code, problem};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// Every rule, whether it has results or not.
const RULES: [(BecauseCode, &str); 8] = [
    (BecauseCode::Behind, "The approved base has been rebuilt since"),
    (BecauseCode::Gone, "The approved base's tag is gone from its registry"),
    (BecauseCode::Unproven, "Nothing proves that the layers are those of the approved base"),
    (BecauseCode::NotApproved, "Neither the image nor any image it is built on is approved"),
    (BecauseCode::Scratch, "The image is built on nothing"),
    (BecauseCode::Unknown, "Nothing is known to judge by"),
    (BecauseCode::IndexTooOld, "The index observed too long ago to judge by"),
    (BecauseCode::Error, "The image could not be checked"),
];

/// A run with a result for each image that is not approved.
pub(in crate::render) fn render(answer: &CheckAnswer) -> anyhow::Result<String> {
    let rule = |(id, text): &(BecauseCode, &str)| json!({ "id": code(*id), "shortDescription": { "text": text } });
    let rules: Vec<Value> = RULES.iter().map(rule).collect();
    let results: Vec<Value> = answer.images.iter().filter_map(result).collect();
    let driver = json!({ "name": "forebear", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    crate::render::json::document(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "results": results }],
    }))
}

fn result(judged: &JudgedAnswer) -> Option<Value> {
    let (rule, message) = problem(judged)?;
    let level = match judged.verdict {
        CheckVerdict::Unknown => "warning",
        CheckVerdict::Approved | CheckVerdict::Outdated | CheckVerdict::NotApproved | CheckVerdict::Error => "error",
    };
    Some(json!({
        "ruleId": rule,
        "level": level,
        "message": { "text": format!("{}: {message}", judged.reference) },
        // Who shows results asks for a file and a line: as other scanners of images do it.
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(&judged.reference) },
                "region": { "startLine": 1 },
            },
            "logicalLocations": [{ "fullyQualifiedName": judged.reference, "kind": "resource" }],
        }],
        "partialFingerprints": { "forebear/v1": format!("{rule} {}", judged.reference) },
    }))
}

/// A reference as a relative URI, in which a colon may not stand in the first part.
fn uri(reference: &str) -> String {
    let mut uri = String::with_capacity(reference.len());
    for byte in reference.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    #[test]
    fn p524_a_reference_as_a_relative_uri() {
        assert_eq!(super::uri("127.0.0.1:5000/a/b:1@x"), "127.0.0.1%3A5000/a/b%3A1%40x");
    }
}
