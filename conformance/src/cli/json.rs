//! A report as data.

use conformance::{Level, Part, Report, Verdict};
use serde_json::{Value, json};

/// The report of a run: what was asked, what became of each case, and how many objects could not be removed.
pub(crate) fn document(store: &str, level: Level, report: &Report, left: usize) -> Value {
    let cases = report.cases.iter().map(|case| {
        let (outcome, reason) = match &case.verdict {
            Verdict::Passed => ("passed", None),
            Verdict::Failed(why) => ("failed", Some(why.as_str())),
            Verdict::NotApplicable(why) => ("not applicable", Some(*why)),
        };
        json!({
            "case": case.name,
            "part": match case.part { Part::Contract => "contract", Part::Engine => "engine" },
            "outcome": outcome,
            "reason": reason,
            "seconds": (case.took.as_secs_f64() * 1_000.0).round() / 1_000.0,
        })
    });
    json!({
        "store": store,
        "level": match level { Level::Quick => "quick", Level::Full => "full" },
        "passed": report.passed(),
        "failed": report.failed().len(),
        "not_applicable": report.not_applicable(),
        "objects_left": left,
        "cases": cases.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use conformance::CaseReport;
    use std::time::Duration;

    #[test]
    fn a_document_says_what_the_table_says() {
        let case = CaseReport {
            name: "it_is_fast",
            part: Part::Engine,
            verdict: Verdict::Failed("it is slow".into()),
            took: Duration::from_micros(1_234_567),
        };
        let found = document("memory://a", Level::Full, &Report { cases: vec![case] }, 2);
        let expected = json!({
            "store": "memory://a", "level": "full", "passed": 0, "failed": 1, "not_applicable": 0, "objects_left": 2,
            "cases": [{
                "case": "it_is_fast", "part": "engine", "outcome": "failed", "reason": "it is slow", "seconds": 1.235,
            }],
        });
        assert_eq!(found, expected);
    }
}
