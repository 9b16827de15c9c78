//! Statements and the plans that they become, in `tests/plans/*.case`.
//!
//! A case is a title after `#`, a statement, `---`, and the plan as [`namidb_cypher::logical::display`] prints it,
//! last operator first; a line of `===` ends it. `UPDATE_PLANS=1` writes what the planner gives now into the files: read the
//! difference before you keep it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test and its helpers may panic")]

mod social_graph;

use namidb_cypher::planner::prepare;
use std::path::PathBuf;

struct Case {
    title: String,
    statement: String,
    plan: String,
}

fn cases(text: &str) -> Vec<Case> {
    let parts = text.split("\n===\n").filter(|part| !part.trim().is_empty());
    let case = |part: &str| {
        let (title, rest) =
            part.trim().strip_prefix("# ").expect("a title").split_once('\n').expect("a statement");
        let (statement, plan) = rest.split_once("\n---").expect("a plan");
        Case { title: title.to_owned(), statement: statement.to_owned(), plan: plan.trim().to_owned() }
    };
    parts.map(case).collect()
}

#[test]
fn statements_become_the_plans_that_stand_beside_them() {
    let state = social_graph::state();
    #[allow(
        clippy::disallowed_methods,
        reason = "a test is told by the environment to write its expectations"
    )]
    let update = std::env::var("UPDATE_PLANS").is_ok();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/plans");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files {
        let mut written = String::new();
        for case in cases(&std::fs::read_to_string(&file).unwrap()) {
            count += 1;
            let got = match prepare(&case.statement, &state) {
                Ok(planned) => planned.to_string(),
                Err(error) => format!("{error:?}"),
            };
            if got != case.plan {
                wrong.push(format!(
                    "{}\n{}\n--- wanted\n{}\n--- got\n{got}\n",
                    case.title, case.statement, case.plan
                ));
            }
            written.push_str(&format!("# {}\n{}\n---\n{got}\n===\n", case.title, case.statement));
        }
        if update {
            std::fs::write(&file, written).unwrap();
        }
    }
    assert!(count > 50, "only {count} cases were found");
    assert!(update || wrong.is_empty(), "{} plans differ:\n{}", wrong.len(), wrong.join("\n"));
}
