//! What came of a run.

use std::fmt;

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

/// What became of every case, in the order of the suite. Printed, it is a table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// The cases' names, and what became of each.
    pub results: Vec<(&'static str, Verdict)>,
}

impl Report {
    /// The names of the cases that failed.
    pub fn failed(&self) -> Vec<&'static str> {
        let failed = self.results.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Failed(_)));
        failed.map(|(name, _)| *name).collect()
    }

    /// Whether cases ran, and none failed.
    pub fn is_passed(&self) -> bool {
        self.failed().is_empty() && self.count(|verdict| *verdict == Verdict::Passed) > 0
    }

    fn count(&self, which: impl Fn(&Verdict) -> bool) -> usize {
        self.results.iter().filter(|(_, verdict)| which(verdict)).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, verdict) in &self.results {
            let sentence = name.replace('_', " ");
            match verdict {
                Verdict::Passed => writeln!(f, "passed  {sentence}")?,
                Verdict::Failed(why) => writeln!(f, "FAILED  {sentence}\n        {why}")?,
                Verdict::NotApplicable(why) => writeln!(f, "n/a     {sentence}\n        {why}")?,
            }
        }
        let passed = self.count(|verdict| *verdict == Verdict::Passed);
        let not_applicable = self.count(|verdict| matches!(verdict, Verdict::NotApplicable(_)));
        write!(f, "{passed} passed, {} failed, {not_applicable} not applicable", self.failed().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_table_that_hides_nothing() {
        let report = Report {
            results: vec![
                ("a_put_is_atomic", Verdict::Passed),
                ("it_tells_the_time", Verdict::NotApplicable("no clock")),
                ("it_is_fast", Verdict::Failed("it is slow".into())),
            ],
        };
        let table = "passed  a put is atomic\nn/a     it tells the time\n        no clock\n\
                     FAILED  it is fast\n        it is slow\n1 passed, 1 failed, 1 not applicable";
        assert_eq!(report.to_string(), table);
        assert_eq!((report.failed(), report.is_passed()), (vec!["it_is_fast"], false));
        assert!(!Report::default().is_passed(), "nothing ran");
    }
}
