//! Tests that run once more as a process of their own: the variables of the environment are those of a whole process.

#![allow(clippy::disallowed_methods, reason = "the variables are what is tested")]

use std::process::{Command, Stdio};

/// Set in such a process.
const ALONE: &str = "NAMIDB_TEST_ALONE";

/// Whether this is such a process.
pub(crate) fn is_alone() -> bool {
    std::env::var_os(ALONE).is_some()
}

/// Runs the test `name` in a process that has these variables, no home and no metadata service, and gives what it prints.
pub(crate) fn run(name: &str, variables: &[(&str, &str)]) -> String {
    let mut alone = Command::new(std::env::current_exe().unwrap());
    alone.args(["--exact", "--nocapture", name]).stdin(Stdio::null()).env_clear();
    alone.envs([(ALONE, "1"), ("PATH", "/usr/bin:/bin"), ("HOME", "/nowhere")]);
    alone.env("AWS_EC2_METADATA_DISABLED", "true").envs(variables.iter().copied());
    let output = alone.output().unwrap();
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("1 passed"), "{name} {variables:?}: {said}{errors}");
    said.into_owned()
}
