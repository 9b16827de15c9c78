//! One run: case after case, and the store as it was.

use crate::arguments::Arguments;
use crate::json;
use crate::store::Target;
use conformance::{CASES, Report, run_case};
use futures_util::future::{Either, select};
use std::error::Error;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::pin::pin;

/// Runs the cases that are wanted, and prints what became of them. Gives whether all of them passed, and nothing is
/// left behind.
///
/// # Errors
/// If the store cannot be opened, or nothing can be printed.
pub(crate) async fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let target = Target::open(&arguments.uri).await?;
    let mut report = Report::default();
    let interrupted = {
        let (cases, stopped) = (pin!(cases(arguments, &target, &mut report)), pin!(tokio::signal::ctrl_c()));
        match select(cases, stopped).await {
            Either::Left((done, _)) => {
                done?;
                false
            }
            // Whoever stops it wants the store back as well.
            Either::Right(_) => true,
        }
    };
    let left = match target.leave().await {
        Ok(left) => left,
        Err(error) => {
            writeln!(stderr(), "conformance: what was put could not be removed: {error}")?;
            usize::MAX
        }
    };
    if arguments.json {
        let document = json::document(&target.uri.to_string(), arguments.level, &report, left);
        writeln!(stdout(), "{document:#}")?;
    } else {
        writeln!(stdout(), "{}", report.summary())?;
    }
    if left > 0 {
        writeln!(stderr(), "conformance: some objects are still listed")?;
    }
    if interrupted {
        writeln!(stderr(), "conformance: stopped")?;
    }
    Ok(report.is_passed() && left == 0 && !interrupted)
}

async fn cases(arguments: &Arguments, target: &Target, report: &mut Report) -> Result<(), Box<dyn Error>> {
    let shows_progress = stderr().is_terminal();
    for case in CASES.iter().filter(|case| arguments.wants(case)) {
        if shows_progress {
            write!(stderr(), "{}\r", case.name.replace('_', " "))?;
            stderr().flush()?;
        }
        let outcome = run_case(case, &|| async { target.clients(arguments.level) }).await;
        if shows_progress {
            // Up to the end of the line: erased, so that the table is whole.
            write!(stderr(), "\r\u{1b}[K")?;
        }
        if !arguments.json {
            writeln!(stdout(), "{outcome}")?;
        }
        report.cases.push(outcome);
    }
    Ok(())
}
