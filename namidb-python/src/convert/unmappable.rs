//! Why a Python value cannot be a Cypher value, and where it is.

use pyo3::PyErr;
use std::fmt::Write;

/// A step from a value to one inside it.
#[derive(Debug)]
pub(crate) enum Step {
    /// A key of a mapping, or the name of a parameter.
    Name(String),
    /// A place in a sequence.
    Index(usize),
}

/// Why a value was refused. The path to it grows from the inside, as the refusal travels outwards.
#[derive(Debug)]
pub(crate) enum Unmappable {
    /// The value has no place in the table.
    Refused(Box<Refusal>),
    /// Python code raised while the value was read.
    Raised(PyErr),
}

/// The facts about a refused value.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// What is wrong with it.
    pub(crate) message: String,
    /// The way out.
    pub(crate) hint: Option<&'static str>,
    /// From the inside outwards.
    steps: Vec<Step>,
}

impl Unmappable {
    pub(crate) fn new(message: impl Into<String>) -> Unmappable {
        Unmappable::Refused(Box::new(Refusal { message: message.into(), hint: None, steps: Vec::new() }))
    }

    pub(crate) fn with_hint(mut self, hint: &'static str) -> Unmappable {
        if let Unmappable::Refused(refusal) = &mut self {
            refusal.hint = Some(hint);
        }
        self
    }

    /// Says that the value lies in another one.
    pub(crate) fn within(mut self, step: Step) -> Unmappable {
        if let Unmappable::Refused(refusal) = &mut self {
            refusal.steps.push(step);
        }
        self
    }
}

impl Refusal {
    /// `rows[3].when`.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            let written = match step {
                Step::Name(name) if path.is_empty() => write!(path, "{name}"),
                Step::Name(name) => write!(path, ".{name}"),
                Step::Index(index) => write!(path, "[{index}]"),
            };
            debug_assert!(written.is_ok(), "writing to a string does not fail");
        }
        path
    }
}

impl From<PyErr> for Unmappable {
    fn from(raised: PyErr) -> Unmappable {
        Unmappable::Raised(raised)
    }
}
