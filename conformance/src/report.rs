//! What came of a run.

use crate::case::Part;
use std::fmt;
use std::time::Duration;

/// What became of one case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The sentence holds.
    Passed,
    /// It does not, and why.
    Failed(String),
    /// The store does not claim what the sentence speaks of.
    NotApplicable(&'static str),
}

/// What became of a case, and how long it took.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseReport {
    /// The case.
    pub name: &'static str,
    /// Which half of the suite it is in.
    pub part: Part,
    /// What became of it.
    pub verdict: Verdict,
    /// How long it took.
    pub took: Duration,
}

/// A row of the table, and the reason below it.
impl fmt::Display for CaseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = self.name.replace('_', " ");
        let seconds = self.took.as_secs_f64();
        match &self.verdict {
            Verdict::Passed => write!(f, "passed {seconds:>8.2} s  {sentence}"),
            Verdict::Failed(why) => write!(f, "FAILED {seconds:>8.2} s  {sentence}\n{:19}{why}", ""),
            Verdict::NotApplicable(why) => write!(f, "n/a    {:>8}    {sentence}\n{:19}{why}", "", ""),
        }
    }
}

/// What became of every case, in the order of the suite. Printed, it is a table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// What became of the cases.
    pub cases: Vec<CaseReport>,
}

impl Report {
    /// The names of the cases that failed.
    pub fn failed(&self) -> Vec<&'static str> {
        let failed = self.cases.iter().filter(|case| matches!(case.verdict, Verdict::Failed(_)));
        failed.map(|case| case.name).collect()
    }

    /// How many cases passed.
    pub fn passed(&self) -> usize {
        self.cases.iter().filter(|case| case.verdict == Verdict::Passed).count()
    }

    /// How many cases do not apply to the store.
    pub fn not_applicable(&self) -> usize {
        self.cases.iter().filter(|case| matches!(case.verdict, Verdict::NotApplicable(_))).count()
    }

    /// Whether cases ran, and none failed.
    pub fn is_passed(&self) -> bool {
        self.failed().is_empty() && self.passed() > 0
    }

    /// How many cases came out how.
    pub fn summary(&self) -> String {
        let (passed, failed) = (self.passed(), self.failed().len());
        format!("{passed} passed, {failed} failed, {} not applicable", self.not_applicable())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for case in &self.cases {
            writeln!(f, "{case}")?;
        }
        f.write_str(&self.summary())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_table_that_hides_nothing() {
        let case = |name, millis, verdict| CaseReport {
            name,
            part: Part::Contract,
            verdict,
            took: Duration::from_millis(millis),
        };
        let report = Report {
            cases: vec![
                case("a_put_is_atomic", 1_230, Verdict::Passed),
                case("it_tells_the_time", 0, Verdict::NotApplicable("no clock")),
                case("it_is_fast", 60_000, Verdict::Failed("it is slow".into())),
            ],
        };
        let table = "passed     1.23 s  a put is atomic\n\
                     n/a                it tells the time\n                   no clock\n\
                     FAILED    60.00 s  it is fast\n                   it is slow\n\
                     1 passed, 1 failed, 1 not applicable";
        assert_eq!(report.to_string(), table);
        assert_eq!((report.failed(), report.is_passed()), (vec!["it_is_fast"], false));
        assert!(!Report::default().is_passed(), "nothing ran");
    }
}
