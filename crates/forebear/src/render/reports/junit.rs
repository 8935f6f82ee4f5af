//! JUnit XML, as CI systems read it: a test case for each image
//! (<https://github.com/testmoapp/junitxml>).

use std::fmt::Write as _;

use forebear_ask::check::{CheckAnswer, CheckVerdict};
use forebear_image::escape::for_terminal;
use quick_xml::escape::escape;

use super::problem;

/// One suite. What is not known to be approved is a failure: a job that looks at
/// nothing else is to be red.
pub(in crate::render) fn render(answer: &CheckAnswer) -> String {
    let count = |wanted: fn(CheckVerdict) -> bool| answer.images.iter().filter(|one| wanted(one.verdict)).count();
    let errors = count(|verdict| verdict == CheckVerdict::Error);
    let failures = count(|verdict| !matches!(verdict, CheckVerdict::Approved | CheckVerdict::Error));
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", answer.images.len());
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    _ = writeln!(out, "<testsuites name=\"forebear\" {counts}>");
    _ = writeln!(out, "  <testsuite name=\"forebear check\" {counts}>");
    for judged in &answer.images {
        let case = format!("    <testcase classname=\"forebear.check\" name=\"{}\"", text(&judged.reference));
        match problem(judged) {
            None => _ = writeln!(out, "{case}/>"),
            Some((code, message)) => {
                let element = if judged.verdict == CheckVerdict::Error { "error" } else { "failure" };
                _ = writeln!(out, "{case}>");
                _ = writeln!(out, "      <{element} type=\"{code}\" message=\"{}\"/>", text(message));
                _ = writeln!(out, "    </testcase>");
            }
        }
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// Text of an attribute: characters that XML does not have are escaped before.
fn text(text: &str) -> String {
    let seen: String = for_terminal(text, false).chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    escape(&seen).into_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn p524_what_xml_does_not_have() {
        assert_eq!(super::text("a<b>&\"\u{1}\u{ffff}'"), "a&lt;b&gt;&amp;&quot;\\u{1}&apos;");
    }
}
