//! An error shown in the text of its query.
//!
//! ```text
//! UnexpectedSyntax at line 2, column 1: expected a clause or the end of the query but found 'RETRUN'
//!   |
//! 2 | RETRUN n
//!   | ^^^^^^
//! Did you mean RETURN?
//! ```

use crate::Error;
use crate::syntax::span::Span;

/// How many characters of a line are shown.
const SHOWN_MAX: usize = 100;

/// A place in a text, as people and editors count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Location {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// The character in the text, from 0.
    pub offset: usize,
}

impl Location {
    /// Where a byte of the text stands; the end of the text for one beyond it.
    pub fn of(text: &str, byte: u32) -> Location {
        let before = &text[..floor_char_boundary(text, byte)];
        // A line ends with LF, CR LF, or CR alone.
        let line = before.matches('\n').count() + lone_carriage_returns(before, text);
        Location {
            line: line + 1,
            column: before[line_start(before, text)..].chars().count() + 1,
            offset: before.chars().count(),
        }
    }
}

/// Where an error stands in the text of its query, if it has a place.
pub fn location(error: &Error, text: &str) -> Option<Location> {
    error.span().map(|span| Location::of(text, span.start))
}

/// An error with the line of the query that it is about, and what can be done.
pub fn render(error: &Error, text: &str) -> String {
    let mut out = error.detail().to_owned();
    if let Some(span) = error.span() {
        let location = Location::of(text, span.start);
        out += &format!(" at line {}, column {}: {}\n", location.line, location.column, error.message());
        out += &excerpt_at(text, span, location);
        out.push('\n');
    } else {
        out += &format!(": {}\n", error.message());
    }
    if let Some(hint) = error.hint() {
        out += hint;
        out.push('\n');
    }
    out
}

/// The line of the query that an error is about, with carets under the place, if it has one; without a line break at the
/// end.
pub fn excerpt(error: &Error, text: &str) -> Option<String> {
    error.span().map(|span| excerpt_at(text, span, Location::of(text, span.start)))
}

fn excerpt_at(text: &str, span: Span, location: Location) -> String {
    let start = floor_char_boundary(text, span.start);
    let end = floor_char_boundary(text, span.end.max(span.start));
    let line = &text[line_start(&text[..start], text)..];
    let line = &line[..line.find(['\n', '\r']).unwrap_or(line.len())];
    let length = text[start..end].split(['\n', '\r']).next().map_or(0, |part| part.chars().count());

    let before = location.column - 1;
    let first = before.saturating_sub(SHOWN_MAX / 2);
    let clipped = line.chars().count() > first + SHOWN_MAX;
    // What has no width of one would move the carets.
    let shown = line.chars().skip(first).take(SHOWN_MAX).map(|c| if c.is_control() { ' ' } else { c });
    let number = location.line.to_string();
    let margin = " ".repeat(number.len());
    let left = if first > 0 { "…" } else { "" };
    let mut out = format!("{margin} |\n{number} | {left}");
    out.extend(shown);
    if clipped {
        out.push('…');
    }
    let indent = before - first + usize::from(first > 0);
    let carets = length.clamp(1, (SHOWN_MAX - (before - first)).max(1));
    out += &format!("\n{margin} | {}{}", " ".repeat(indent), "^".repeat(carets));
    out
}

fn floor_char_boundary(text: &str, byte: u32) -> usize {
    let mut at = (byte as usize).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The byte where the last line of `before` begins, which is the beginning of `text`.
fn line_start(before: &str, text: &str) -> usize {
    before
        .char_indices()
        .rev()
        .find(|(at, c)| *c == '\n' || (*c == '\r' && !text[at + 1..].starts_with('\n')))
        .map_or(0, |(at, _)| at + 1)
}

fn lone_carriage_returns(before: &str, text: &str) -> usize {
    before.match_indices('\r').filter(|(at, _)| !text[at + 1..].starts_with('\n')).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    fn rendered(text: &str) -> String {
        render(&parse(text).unwrap_err(), text)
    }

    #[test]
    fn the_line_and_the_place_in_it_are_shown() {
        assert_eq!(
            rendered("MATCH (n)\nRETRUN n"),
            "UnexpectedSyntax at line 2, column 1: expected a clause or the end of the query but found 'RETRUN'\n\
             \x20 |\n2 | RETRUN n\n  | ^^^^^^\nDid you mean RETURN?\n"
        );
        assert_eq!(
            rendered("RETURN 'é' +\t)"),
            "UnexpectedSyntax at line 1, column 14: expected an expression but found ')'\n\
             \x20 |\n1 | RETURN 'é' + )\n  |              ^\n"
        );
    }

    #[test]
    fn an_error_at_the_end_points_behind_the_text() {
        assert_eq!(
            rendered("RETURN"),
            "UnexpectedSyntax at line 1, column 7: expected an expression but found the end of the query\n\
             \x20 |\n1 | RETURN\n  |       ^\n"
        );
    }

    #[test]
    fn of_a_long_line_only_the_surroundings_are_shown() {
        let text = format!("RETURN {} ) {}", "1 + ".repeat(60), "x".repeat(200));
        let rendered = rendered(&text);
        let lines: Vec<&str> = rendered.lines().collect();
        assert!(lines[2].starts_with("1 | …") && lines[2].ends_with('…'), "{rendered}");
        assert_eq!(lines[2].chars().count(), 4 + SHOWN_MAX + 2);
        let caret = lines[3].chars().position(|c| c == '^').unwrap();
        assert_eq!(lines[2].chars().nth(caret), Some(')'));
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        for (text, line, column) in
            [("a\nb", 2, 1), ("a\r\nb", 2, 1), ("a\rb", 2, 1), ("a\n\nb", 3, 1), ("é b", 1, 3), ("b", 1, 1)]
        {
            let byte = text.find('b').unwrap() as u32;
            let offset = text.chars().position(|c| c == 'b').unwrap();
            assert_eq!(Location::of(text, byte), Location { line, column, offset }, "{text:?}");
        }
        assert_eq!(Location::of("é", 1), Location { line: 1, column: 1, offset: 0 });
        assert_eq!(Location::of("é", 99), Location { line: 1, column: 2, offset: 1 });
    }
}
