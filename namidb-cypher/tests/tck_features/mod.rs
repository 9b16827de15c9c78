//! Reads our part of the openCypher TCK: feature files into scenarios, outlines expanded.
#![allow(dead_code, reason = "each test reads the part of a scenario that it is about")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a reader of test data, outside of test functions"
)]

use namidb_core::Value;
use namidb_cypher::functions::procedures::{Field, TableProcedure};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An error that a scenario expects.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expected {
    /// `SyntaxError`
    pub error_type: String,
    /// `compile time`, `runtime` or `any time`
    pub phase: String,
    /// `UndefinedVariable`, or `*`
    pub detail: String,
}

/// One scenario.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// The feature's file name without its ending, and the scenario's title.
    pub title: String,
    /// What is run before.
    pub setup: Vec<String>,
    /// The query.
    pub query: String,
    /// What is run after it, to look at the result.
    pub control: Vec<String>,
    /// The error that the query must raise, if any.
    pub expected: Option<Expected>,
    /// The procedures that it may call, which the runner provides.
    pub procedures: Vec<ProcedureTable>,
    /// The named graph that it starts from, if not the empty one.
    pub graph: Option<String>,
    /// The parameters, as the kit writes values.
    pub parameters: Vec<(String, String)>,
    /// The result that the query, or the last control query, must have.
    pub result: Option<Table>,
}

/// A procedure that is a table.
#[derive(Clone, Debug)]
pub(crate) struct ProcedureTable {
    /// `name(in :: INTEGER?) :: (out :: STRING?):`
    pub signature: String,
    /// The first row names inputs and outputs; the others are their values.
    pub rows: Vec<Vec<String>>,
}

impl ProcedureTable {
    /// The procedure; `literal` reads a value of the kit.
    pub(crate) fn procedure(&self, literal: &mut dyn FnMut(&str) -> Value) -> Arc<TableProcedure> {
        let (name, rest) = self.signature.split_once('(').unwrap();
        let (inputs, rest) = rest.split_once(')').unwrap();
        let outputs = rest.split_once('(').unwrap().1.split_once(')').unwrap().0;
        let fields = |list: &str| -> Vec<Field> {
            let field =
                |text: &str| text.split_once("::").map(|(name, of)| (name.trim().to_owned(), of.to_owned()));
            let fields = list.split(',').filter_map(field);
            fields.map(|(name, of)| Field::parse(&name, &of).unwrap()).collect()
        };
        let (inputs, outputs) = (fields(inputs), fields(outputs));
        let header = self.rows.first().cloned().unwrap_or_default();
        let column = |field: &Field| header.iter().position(|name| **name == *field.name).unwrap();
        let columns: Vec<usize> = inputs.iter().chain(&outputs).map(column).collect();
        let rows = self.rows.iter().skip(1);
        let rows = rows.map(|row| columns.iter().map(|at| literal(&row[*at])).collect()).collect();
        TableProcedure::new(name.trim(), inputs, outputs, rows)
    }
}

/// A result that a scenario expects, as the kit writes values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// The first row names the columns; without any row the result has no rows.
    pub rows: Vec<Vec<String>>,
    /// Whether the rows come in this order.
    pub ordered: bool,
    /// Whether the elements of lists may come in any order.
    pub lists_unordered: bool,
}

/// Where the kit is: `TCK_DIR`, or `shared/tck` beside a folder above this crate.
pub(crate) fn directory() -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "a test takes the place of its data from the environment")]
    if let Ok(set) = std::env::var("TCK_DIR") {
        return Some(PathBuf::from(set));
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|a| a.join("shared/tck")).find(|p| p.join("features").is_dir())
}

/// All scenarios, in the order of their files; none on a machine that has no kit.
///
/// # Panics
/// If the kit is nowhere, and this is CI.
pub(crate) fn scenarios() -> Option<Vec<Scenario>> {
    let Some(root) = directory() else {
        #[allow(clippy::disallowed_methods, reason = "what CI must not do without, a laptop may")]
        let ci = std::env::var("CI").is_ok_and(|set| set == "true");
        let how = "no scenarios of the openCypher TCK: put the kit beside the repository as shared/tck, or set \
                   TCK_DIR to the folder that holds features/";
        assert!(!ci, "{how}");
        println!("{how}");
        return None;
    };
    let mut files = Vec::new();
    collect(&root.join("features"), &mut files);
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        parse(&text, &name, &mut all);
    }
    assert!(!all.is_empty(), "no feature files in {}", root.display());
    Some(all)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "feature") {
            files.push(path);
        }
    }
}

struct Step {
    text: String,
    doc: String,
    table: Vec<Vec<String>>,
}

#[derive(Default)]
struct Draft {
    title: String,
    steps: Vec<Step>,
    examples: Vec<Vec<(String, String)>>,
    outline: bool,
}

fn parse(text: &str, file: &str, all: &mut Vec<Scenario>) {
    let mut background: Vec<Step> = Vec::new();
    let mut draft: Option<Draft> = None;
    let mut header: Option<Vec<String>> = None;
    let mut in_background = false;
    let mut in_examples = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.starts_with('#') || trimmed.is_empty() || trimmed.starts_with('@') {
            continue;
        }
        let outline = trimmed.strip_prefix("Scenario Outline:");
        if let Some(title) = outline.or_else(|| trimmed.strip_prefix("Scenario:")) {
            finish(draft.take(), &background, file, all);
            let title = title.trim().to_owned();
            draft = Some(Draft { title, outline: outline.is_some(), ..Draft::default() });
            (in_background, in_examples, header) = (false, false, None);
        } else if trimmed.starts_with("Background:") {
            in_background = true;
        } else if trimmed.starts_with("Examples:") {
            (in_examples, header) = (true, None);
        } else if trimmed.starts_with("\"\"\"") {
            let mut doc = Vec::new();
            for inner in lines.by_ref() {
                if inner.trim().starts_with("\"\"\"") {
                    break;
                }
                doc.push(inner.trim_start_matches("      "));
            }
            let steps =
                if in_background { Some(&mut background) } else { draft.as_mut().map(|d| &mut d.steps) };
            if let Some(step) = steps.and_then(|s| s.last_mut()) {
                step.doc = doc.join("\n");
            }
        } else if trimmed.starts_with('|') {
            if in_examples {
                let cells = cells(trimmed);
                match (&header, draft.as_mut()) {
                    (None, _) => header = Some(cells),
                    (Some(names), Some(draft)) => {
                        draft.examples.push(names.iter().cloned().zip(cells).collect());
                    }
                    _ => {}
                }
            } else if let Some(step) = draft.as_mut().and_then(|d| d.steps.last_mut()) {
                step.table.push(cells(trimmed));
            }
        } else if !trimmed.starts_with("Feature:") {
            let step = Step { text: trimmed.to_owned(), doc: String::new(), table: Vec::new() };
            if in_background {
                background.push(step);
            } else if let Some(draft) = draft.as_mut() {
                draft.steps.push(step);
            }
        }
    }
    finish(draft, &background, file, all);
}

/// The cells of a row; `\|` is a bar, `\n` a line's end, `\\` a backslash.
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut chars = row.trim().trim_start_matches('|').chars();
    while let Some(c) = chars.next() {
        match (c, cells.last_mut()) {
            ('|', _) => cells.push(String::new()),
            ('\\', Some(cell)) => match chars.next() {
                Some('n') => cell.push('\n'),
                Some(escaped @ ('|' | '\\')) => cell.push(escaped),
                other => {
                    cell.push('\\');
                    cell.extend(other);
                }
            },
            (c, Some(cell)) => cell.push(c),
            _ => {}
        }
    }
    cells.pop();
    cells.iter().map(|cell| cell.trim_matches(' ').to_owned()).collect()
}

fn finish(draft: Option<Draft>, background: &[Step], file: &str, all: &mut Vec<Scenario>) {
    let Some(draft) = draft else { return };
    let rows = if draft.outline { draft.examples.clone() } else { vec![Vec::new()] };
    for (number, row) in rows.iter().enumerate() {
        let fill = |text: &str| {
            row.iter().fold(text.to_owned(), |t, (name, value)| t.replace(&format!("<{name}>"), value))
        };
        let suffix = if draft.outline { format!(" #{}", number + 1) } else { String::new() };
        let mut scenario = Scenario {
            title: format!("{file} {}{suffix}", draft.title),
            setup: Vec::new(),
            query: String::new(),
            control: Vec::new(),
            expected: None,
            procedures: Vec::new(),
            graph: None,
            parameters: Vec::new(),
            result: None,
        };
        for step in background.iter().chain(&draft.steps) {
            let (text, doc) = (fill(&step.text), fill(&step.doc));
            let table = || -> Vec<Vec<String>> {
                step.table.iter().map(|row| row.iter().map(|cell| fill(cell)).collect()).collect()
            };
            if text.contains("the result should be") {
                scenario.result = Some(Table {
                    rows: table(),
                    ordered: text.contains("in order"),
                    lists_unordered: text.contains("ignoring element order"),
                });
            } else if text.contains("parameters are") {
                scenario.parameters = table()
                    .into_iter()
                    .filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone())))
                    .collect();
            } else if let Some(name) = text.strip_prefix("Given the ").and_then(|t| t.strip_suffix(" graph"))
            {
                scenario.graph = Some(name.to_owned());
            } else if text.contains("having executed") {
                scenario.setup.push(doc);
            } else if text.contains("executing query") {
                scenario.query = doc;
            } else if text.contains("executing control query") {
                scenario.control.push(doc);
            } else if let Some((_, signature)) = text.split_once("there exists a procedure ") {
                scenario.procedures.push(ProcedureTable { signature: signature.to_owned(), rows: table() });
            } else if let Some((error_type, rest)) = text.split_once(" should be raised at ") {
                let (phase, detail) = rest.split_once(": ").unwrap_or((rest, "*"));
                scenario.expected = Some(Expected {
                    error_type: error_type.rsplit(' ').next().unwrap_or_default().to_owned(),
                    phase: phase.to_owned(),
                    detail: detail.trim().to_owned(),
                });
            }
        }
        all.push(scenario);
    }
}
