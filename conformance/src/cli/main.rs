//! The command: `conformance run <uri>` says whether a store may be trusted.
//!
//! It exits with 0 if every case that applies passed, with 1 if one failed, and with 2 if the store could not be opened
//! or the command makes no sense.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is a command")]

mod arguments;
mod endpoint;
mod json;
mod run;
mod store;

use arguments::{Arguments, Asked, USAGE};
use std::process::ExitCode;

const FAILED: u8 = 1;
const MISTAKEN: u8 = 2;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(lexopt::Parser::from_env()) {
        Ok(Asked::Run(arguments)) => arguments,
        Ok(Asked::Help) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("conformance: {error}\n\n{USAGE}");
            return ExitCode::from(MISTAKEN);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("conformance: there is no runtime: {error}");
            return ExitCode::from(MISTAKEN);
        }
    };
    match runtime.block_on(run::run(&arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(error) => {
            eprintln!("conformance: {error}");
            ExitCode::from(MISTAKEN)
        }
    }
}
