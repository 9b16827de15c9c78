//! The command as its user runs it: what it prints, what it exits with, and how it leaves the store.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use conformance::CASES;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn conformance(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_conformance")).args(arguments).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_table_of_every_case_is_green_on_memory() {
    let output = conformance(&["run", "memory://suite"]);
    let table = printed(&output);
    assert_eq!(output.status.code(), Some(0), "{table}{}", String::from_utf8_lossy(&output.stderr));
    for case in CASES {
        let name = case.name.replace('_', " ");
        assert!(table.lines().any(|line| line.contains(&name)), "nothing about '{name}' in\n{table}");
    }
    assert!(table.contains(" passed, 0 failed, "), "{table}");
}

#[test]
fn a_directory_is_left_as_it_was() {
    let store = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("command-{}", std::process::id()));
    let output = conformance(&["run", &format!("file://{}", store.display()), "--json"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{document:#}");
    assert_eq!((&document["failed"], &document["objects_left"]), (&Value::from(0), &Value::from(0)));
    assert_eq!(document["cases"].as_array().unwrap().len(), CASES.len());
    assert!(!store.exists(), "the directory is still there");
}

#[test]
fn what_cannot_be_run_is_said_with_an_exit_code_of_its_own() {
    for arguments in [&["run"][..], &["run", "memory://a", "--level", "huge"], &["run", "nowhere://a"]] {
        let output = conformance(arguments);
        assert_eq!((output.status.code(), printed(&output).as_str()), (Some(2), ""), "{arguments:?}");
        assert!(output.stderr.starts_with(b"conformance: "), "{arguments:?}");
    }
}
