//! Names and text, quoted where they have to be.

use super::Printer;
use crate::syntax::ast::Name;
use crate::syntax::lexer::{is_name_part, is_name_start};
use crate::syntax::token::Keyword;

impl Printer {
    /// A name where any word can be one: a key, label, type, or a procedure's result.
    pub(super) fn key(&mut self, name: &Name) {
        self.word(&name.text, false);
    }

    /// A name where keywords mean something else.
    pub(super) fn variable(&mut self, name: &Name) {
        self.variable_text(&name.text);
    }

    pub(super) fn variable_text(&mut self, text: &str) {
        self.word(text, Keyword::of(text).is_some());
    }

    /// The name of a function or procedure.
    pub(super) fn dotted_name(&mut self, name: &Name) {
        let parts: Vec<&str> = name.text.split('.').collect();
        // The parts of a name in backticks may be empty, and then it was a single one.
        if parts.iter().any(|part| part.is_empty()) {
            return self.word(&name.text, true);
        }
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                self.push(".");
            }
            let special = Keyword::of(part).is_some_and(|keyword| {
                keyword.is_reserved()
                    || matches!(
                        keyword,
                        Keyword::All
                            | Keyword::Any
                            | Keyword::None
                            | Keyword::Single
                            | Keyword::Reduce
                            | Keyword::ShortestPath
                            | Keyword::AllShortestPaths
                    )
            });
            self.word(part, special);
        }
    }

    pub(super) fn parameter(&mut self, name: &str) {
        self.push("$");
        let quoted = name.is_empty() || !name.chars().all(is_name_part);
        self.word_quoted(name, quoted);
    }

    /// `:A:B`
    pub(super) fn labels(&mut self, labels: &[Name]) {
        for label in labels {
            self.push(":");
            self.key(label);
        }
    }

    fn word(&mut self, text: &str, quoted: bool) {
        let mut chars = text.chars();
        let plain = chars.next().is_some_and(is_name_start) && chars.all(is_name_part);
        self.word_quoted(text, quoted || !plain);
    }

    fn word_quoted(&mut self, text: &str, quoted: bool) {
        if quoted {
            self.push("`");
            self.push(&text.replace('`', "``"));
            self.push("`");
        } else {
            self.push(text);
        }
    }

    /// Text in single quotes.
    pub(super) fn string(&mut self, text: &str) {
        self.push("'");
        for c in text.chars() {
            match c {
                '\\' => self.push("\\\\"),
                '\'' => self.push("\\'"),
                '\n' => self.push("\\n"),
                '\r' => self.push("\\r"),
                '\t' => self.push("\\t"),
                c if c.is_control() => self.push(&format!("\\u{:04X}", u32::from(c))),
                c => self.out.push(c),
            }
        }
        self.push("'");
    }
}
