//! Text to tokens, without copying any of it.
//!
//! The lexer never fails: what it cannot read becomes a token of kind [`TokenKind::Invalid`], after which
//! only the end comes, and the error waits until the parser arrives there. So the first error of a text is
//! the one that is told. Numbers and escapes are checked when their value is asked for, in `crate::syntax::value`.

use super::span::Span;
use super::token::{Keyword, Token, TokenKind};
use crate::Error;
use namidb_core::ErrorCode;

/// The longest text, in bytes.
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// The most tokens of a text.
pub const TOKENS_MAX: usize = 200_000;

/// The tokens of a text.
#[derive(Debug)]
pub struct Tokens {
    /// In the order of the text; the last one is of kind [`TokenKind::End`].
    pub tokens: Vec<Token>,
    /// Why there is a token of kind [`TokenKind::Invalid`].
    pub error: Option<Error>,
}

/// The tokens of a text.
///
/// # Errors
///
/// [`ErrorCode::QueryTooComplex`] if there are more than [`TEXT_BYTES_MAX`] bytes or [`TOKENS_MAX`] tokens.
pub fn tokenize(text: &str) -> Result<Tokens, Error> {
    if text.len() > TEXT_BYTES_MAX {
        let message = format!("the query is {} bytes long; {TEXT_BYTES_MAX} is the most", text.len());
        return Err(too_complex(message)
            .with_hint("Pass the data as a parameter, such as UNWIND $rows AS row, instead of in the text"));
    }
    let mut lexer = Lexer { text, position: 0, tokens: Vec::with_capacity(text.len() / 3 + 2), error: None };
    lexer.run()?;
    Ok(Tokens { tokens: lexer.tokens, error: lexer.error })
}

/// The error for a text over one of the limits.
pub(super) fn too_complex(message: String) -> Error {
    Error::compile_time(ErrorCode::QueryTooComplex, "SyntaxError", "QueryTooComplex", message)
}

/// Whether a character can begin a name.
pub(super) fn is_name_start(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic() || (!c.is_ascii() && unicode_ident::is_xid_start(c))
}

/// Whether a character can stand in a name after its first.
pub(super) fn is_name_part(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric() || (!c.is_ascii() && unicode_ident::is_xid_continue(c))
}

struct Lexer<'t> {
    text: &'t str,
    position: usize,
    tokens: Vec<Token>,
    error: Option<Error>,
}

impl Lexer<'_> {
    fn run(&mut self) -> Result<(), Error> {
        while self.error.is_none() {
            self.skip_space();
            let start = self.position;
            let Some(first) = self.peek() else { break };
            if self.tokens.len() == TOKENS_MAX {
                let message = format!("the query has more than {TOKENS_MAX} words and signs");
                return Err(too_complex(message).with_span(self.span_from(start)).with_hint(
                    "Pass the data as a parameter, such as UNWIND $rows AS row, instead of in the text",
                ));
            }
            let kind = self.token(first);
            if self.error.is_none() {
                let keyword = if kind == TokenKind::Word {
                    Keyword::of(&self.text[start..self.position])
                } else {
                    None
                };
                self.push(kind, keyword, start);
            }
        }
        if self.error.is_some() {
            self.push(TokenKind::Invalid, None, self.position);
        }
        self.position = self.text.len();
        self.push(TokenKind::End, None, self.text.len());
        Ok(())
    }

    fn push(&mut self, kind: TokenKind, keyword: Option<Keyword>, start: usize) {
        self.tokens.push(Token { kind, keyword, start: start as u32, end: self.position as u32 });
    }

    /// The byte at the position: enough to tell tokens apart, since all of their first characters that have
    /// a meaning are ASCII, but for letters.
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.position + ahead).copied()
    }

    fn peek_char(&self) -> Option<char> {
        self.text[self.position..].chars().next()
    }

    fn span_from(&self, start: usize) -> Span {
        Span { start: start as u32, end: self.position.max(start) as u32 }
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                // Space, tab, line ends, and the separators that Java counts as space.
                b' ' | b'\t'..=b'\r' | 0x1c..=0x1f => self.position += 1,
                b'/' if self.peek_at(1) == Some(b'/') => {
                    let rest = &self.text.as_bytes()[self.position..];
                    self.position += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
                }
                b'/' if self.peek_at(1) == Some(b'*') => {
                    let start = self.position;
                    match self.text[start + 2..].find("*/") {
                        Some(length) => self.position = start + 2 + length + 2,
                        None => {
                            self.position = start + 2;
                            self.fail(
                                start,
                                "UnexpectedSyntax",
                                "the comment is not closed",
                                Some("End it with */"),
                            );
                            return;
                        }
                    }
                }
                0x80.. => match self.peek_char() {
                    // The byte order mark is no space to Unicode, but it is one to whoever pastes it.
                    Some(c) if c.is_whitespace() || c == '\u{feff}' => self.position += c.len_utf8(),
                    _ => return,
                },
                _ => return,
            }
        }
    }

    /// Reads one token, whose first byte is given.
    fn token(&mut self, first: u8) -> TokenKind {
        match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b'0'..=b'9' => self.number(),
            b'.' => match self.peek_at(1) {
                Some(b'.') => self.sign(2, TokenKind::DotDot),
                // After a name or a bracket the point is an access: `n.1` is no number.
                Some(b'0'..=b'9') if !self.ends_operand() => self.number(),
                _ => self.sign(1, TokenKind::Dot),
            },
            b'\'' | b'"' => self.string(first),
            b'`' => {
                self.quoted_name(self.position);
                TokenKind::QuotedName
            }
            b'$' => self.parameter(),
            b'(' => self.sign(1, TokenKind::LeftParen),
            b')' => self.sign(1, TokenKind::RightParen),
            b'[' => self.sign(1, TokenKind::LeftBracket),
            b']' => self.sign(1, TokenKind::RightBracket),
            b'{' => self.sign(1, TokenKind::LeftBrace),
            b'}' => self.sign(1, TokenKind::RightBrace),
            b',' => self.sign(1, TokenKind::Comma),
            b';' => self.sign(1, TokenKind::Semicolon),
            b':' => self.sign(1, TokenKind::Colon),
            b'|' => self.sign(1, TokenKind::Pipe),
            b'&' => self.sign(1, TokenKind::Ampersand),
            b'!' => self.sign(1, TokenKind::Exclamation),
            b'-' => self.sign(1, TokenKind::Minus),
            b'*' => self.sign(1, TokenKind::Star),
            b'/' => self.sign(1, TokenKind::Slash),
            b'%' => self.sign(1, TokenKind::Percent),
            b'^' => self.sign(1, TokenKind::Caret),
            b'+' if self.peek_at(1) == Some(b'=') => self.sign(2, TokenKind::PlusEqual),
            b'+' => self.sign(1, TokenKind::Plus),
            b'=' if self.peek_at(1) == Some(b'~') => self.sign(2, TokenKind::RegexMatch),
            b'=' => self.sign(1, TokenKind::Equal),
            b'<' if self.peek_at(1) == Some(b'>') => self.sign(2, TokenKind::NotEqual),
            b'<' if self.peek_at(1) == Some(b'=') => self.sign(2, TokenKind::LessEqual),
            b'<' => self.sign(1, TokenKind::Less),
            b'>' if self.peek_at(1) == Some(b'=') => self.sign(2, TokenKind::GreaterEqual),
            b'>' => self.sign(1, TokenKind::Greater),
            _ => match self.peek_char() {
                Some(c) if is_name_start(c) => self.word(),
                c => self.stray(c.unwrap_or('\u{fffd}')),
            },
        }
    }

    fn sign(&mut self, length: usize, kind: TokenKind) -> TokenKind {
        self.position += length;
        kind
    }

    fn ends_operand(&self) -> bool {
        self.tokens.last().is_some_and(|token| {
            token.end as usize == self.position
                && matches!(
                    token.kind,
                    TokenKind::Word
                        | TokenKind::QuotedName
                        | TokenKind::Parameter
                        | TokenKind::RightParen
                        | TokenKind::RightBracket
                        | TokenKind::RightBrace
                )
        })
    }

    fn skip_name(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.position) {
                Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_') => self.position += 1,
                Some(0x80..) => match self.peek_char() {
                    Some(c) if is_name_part(c) => self.position += c.len_utf8(),
                    _ => return,
                },
                _ => return,
            }
        }
    }

    fn word(&mut self) -> TokenKind {
        self.skip_name();
        TokenKind::Word
    }

    fn digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9' | b'_')) {
            self.position += 1;
        }
    }

    /// Finds where a number ends, and whether it has a point or an exponent. What follows it without a space
    /// and could be part of a name makes it malformed, but for a hexadecimal or octal number, whose digits
    /// are checked with its value.
    fn number(&mut self) -> TokenKind {
        if self.peek() == Some(b'0') && matches!(self.peek_at(1), Some(b'x' | b'X' | b'o' | b'O')) {
            self.skip_name();
            return TokenKind::Integer;
        }
        let mut kind = TokenKind::Integer;
        self.digits();
        if self.peek() == Some(b'.') && matches!(self.peek_at(1), Some(b'0'..=b'9')) {
            kind = TokenKind::Float;
            self.position += 1;
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.peek_at(1), Some(b'+' | b'-')));
            if matches!(self.peek_at(1 + sign), Some(b'0'..=b'9')) {
                kind = TokenKind::Float;
                self.position += 1 + sign;
                self.digits();
            }
        }
        let end = self.position;
        self.skip_name();
        if self.position == end { kind } else { TokenKind::MalformedNumber }
    }

    fn string(&mut self, quote: u8) -> TokenKind {
        let start = self.position;
        let bytes = self.text.as_bytes();
        self.position += 1;
        loop {
            match bytes.get(self.position) {
                Some(byte) if *byte == quote => {
                    self.position += 1;
                    break;
                }
                // What is escaped cannot end the string; only its first byte matters for that.
                Some(b'\\') => self.position = (self.position + 2).min(bytes.len()),
                Some(_) => self.position += 1,
                None => {
                    self.position = start + 1;
                    let hint = if quote == b'\'' {
                        "End it with '; an apostrophe inside is written \\'"
                    } else {
                        "End it with \"; a quotation mark inside is written \\\""
                    };
                    self.fail(start, "UnexpectedSyntax", "the string is not closed", Some(hint));
                    break;
                }
            }
        }
        TokenKind::String
    }

    /// Reads a name in backticks; two in a row are one of its characters.
    fn quoted_name(&mut self, start: usize) {
        let bytes = self.text.as_bytes();
        self.position += 1;
        let content = self.position;
        loop {
            match bytes.get(self.position) {
                Some(b'`') if self.peek_at(1) == Some(b'`') => self.position += 2,
                Some(b'`') => {
                    if self.position == content {
                        self.position += 1;
                        self.fail(start, "UnexpectedSyntax", "the name between backticks is empty", None);
                        return;
                    }
                    self.position += 1;
                    return;
                }
                Some(_) => self.position += 1,
                None => {
                    self.position = content;
                    let message = "the name in backticks is not closed";
                    self.fail(start, "UnexpectedSyntax", message, Some("End it with `"));
                    return;
                }
            }
        }
    }

    fn parameter(&mut self) -> TokenKind {
        let start = self.position;
        self.position += 1;
        match self.peek_char() {
            Some('`') => self.quoted_name(start),
            Some(c) if is_name_part(c) => self.skip_name(),
            Some('(') => return TokenKind::Dollar,
            _ => {
                let message = "a dollar sign without the name of a parameter";
                self.fail(start, "UnexpectedSyntax", message, Some("Write it as $name"));
            }
        }
        TokenKind::Parameter
    }

    fn stray(&mut self, c: char) -> TokenKind {
        let start = self.position;
        self.position = (start + c.len_utf8()).min(self.text.len());
        let hint = match c {
            '‐'..='―' | '−' => Some("A minus sign is written -"),
            '‘' | '’' | '‚' | '‛' | '“' | '”' | '„' | '´' | '«' | '»' => {
                Some("Strings stand in straight quotes, ' or \"")
            }
            '≠' => Some("Not equal is written <>"),
            '≤' => Some("Less or equal is written <="),
            '≥' => Some("Greater or equal is written >="),
            '#' => Some("Comments begin with //"),
            '?' | '@' => Some("Parameters are written $name"),
            '\\' => Some("A backslash is only possible inside a string"),
            _ => None,
        };
        // openCypher has a word of its own for what is not ASCII.
        let detail = if c.is_ascii() { "UnexpectedSyntax" } else { "InvalidUnicodeCharacter" };
        let message = format!("the character {c:?} has no meaning here");
        self.fail(start, detail, message, hint);
        TokenKind::Invalid
    }

    fn fail(
        &mut self,
        start: usize,
        detail: &'static str,
        message: impl Into<String>,
        hint: Option<&'static str>,
    ) {
        let error = Error::compile_time(ErrorCode::Syntax, "SyntaxError", detail, message)
            .with_span(self.span_from(start));
        self.error = Some(match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        });
        self.position = start;
    }
}

#[cfg(test)]
mod tests {
    use super::TokenKind::*;
    use super::*;
    use proptest::prelude::*;

    fn kinds(text: &str) -> Vec<TokenKind> {
        tokenize(text).unwrap().tokens.iter().map(|token| token.kind).filter(|kind| *kind != End).collect()
    }

    #[test]
    fn signs_are_told_apart_and_arrows_are_left_to_the_grammar() {
        let cases: &[(&str, &[TokenKind])] = &[
            ("( ) [ ] { }", &[LeftParen, RightParen, LeftBracket, RightBracket, LeftBrace, RightBrace]),
            (", ; : . ..", &[Comma, Semicolon, Colon, Dot, DotDot]),
            ("| & ! + += -", &[Pipe, Ampersand, Exclamation, Plus, PlusEqual, Minus]),
            ("* / % ^", &[Star, Slash, Percent, Caret]),
            ("= <> < <= > >= =~", &[Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, RegexMatch]),
            ("-->", &[Minus, Minus, Greater]),
            ("<-[", &[Less, Minus, LeftBracket]),
            ("a<-1", &[Word, Less, Minus, Integer]),
        ];
        for (text, expected) in cases {
            assert_eq!(kinds(text), *expected, "{text}");
        }
    }

    #[test]
    fn numbers_end_where_a_range_or_an_access_begins() {
        let cases: &[(&str, &[TokenKind])] = &[
            ("1 0x1F 0o17 017 1_000", &[Integer; 5]),
            ("1.5 .5 1e9 1E-9 1.5e+3 1_0.0_1", &[Float; 6]),
            ("1..3", &[Integer, DotDot, Integer]),
            ("*1..", &[Star, Integer, DotDot]),
            ("n.5", &[Word, Dot, Integer]),
            ("[0].5", &[LeftBracket, Integer, RightBracket, Dot, Integer]),
            ("a + .5", &[Word, Plus, Float]),
            ("1.x", &[Integer, Dot, Word]),
            ("12ab 1e 1é", &[MalformedNumber; 3]),
        ];
        for (text, expected) in cases {
            assert_eq!(kinds(text), *expected, "{text}");
        }
    }

    #[test]
    fn names_may_have_any_letters_and_backticks_any_characters() {
        let cases: &[(&str, &[TokenKind])] = &[
            ("Étudiant 名前 _x a1 e\u{301}t", &[Word; 5]),
            ("`a b` `a``b` `//`", &[QuotedName; 3]),
            ("$name $1 $é $`a b` $_limit", &[Parameter; 5]),
        ];
        for (text, expected) in cases {
            assert_eq!(kinds(text), *expected, "{text}");
        }
    }

    #[test]
    fn space_and_comments_are_nothing() {
        for text in
            ["", " ", "\t\r\n", "// a", "/* a */", "/* a\n* / */ // b", "\u{a0}\u{2003}\u{feff}\u{1f}"]
        {
            assert_eq!(kinds(text), [], "{text:?}");
        }
        assert_eq!(kinds("a//b\nc/*d*/e"), [Word, Word, Word]);
        assert_eq!(kinds("'//' \"/*\""), [String, String]);
    }

    #[test]
    fn what_cannot_be_read_waits_behind_what_can() {
        let cases = [
            ("a 'b", "UnexpectedSyntax", (2, 3)),
            ("a \"b\\\"", "UnexpectedSyntax", (2, 3)),
            ("a `b", "UnexpectedSyntax", (2, 3)),
            ("a ``", "UnexpectedSyntax", (2, 4)),
            ("a /* b", "UnexpectedSyntax", (2, 4)),
            ("a $ b", "UnexpectedSyntax", (2, 3)),
            ("a # b", "UnexpectedSyntax", (2, 3)),
            ("a — b", "InvalidUnicodeCharacter", (2, 5)),
            ("a \u{0} b", "UnexpectedSyntax", (2, 3)),
        ];
        for (text, detail, (start, end)) in cases {
            let lexed = tokenize(text).unwrap();
            let kinds: Vec<_> = lexed.tokens.iter().map(|token| token.kind).collect();
            assert_eq!(kinds, [Word, Invalid, End], "{text:?}");
            let error = lexed.error.unwrap();
            assert_eq!((error.detail(), error.span()), (detail, Some(Span { start, end })), "{text:?}");
        }
    }

    #[test]
    fn long_texts_and_many_tokens_are_refused() {
        let text = " ".repeat(TEXT_BYTES_MAX);
        assert!(tokenize(&text).is_ok());
        let error = tokenize(&(text + " ")).unwrap_err();
        assert_eq!(error.code(), ErrorCode::QueryTooComplex);
        let text = "+".repeat(TOKENS_MAX);
        assert!(tokenize(&text).is_ok());
        let error = tokenize(&(text + "+")).unwrap_err();
        assert_eq!(error.code(), ErrorCode::QueryTooComplex);
        assert_eq!(error.span().map(|span| span.start), Some(TOKENS_MAX as u32));
    }

    proptest! {
        #[test]
        fn tokens_of_any_text_lie_in_order_on_character_boundaries(text in any::<std::string::String>()) {
            let lexed = tokenize(&text).unwrap();
            let mut before = 0;
            for token in &lexed.tokens {
                prop_assert!(before <= token.start && token.start <= token.end);
                prop_assert!(text.get(token.start as usize..token.end as usize).is_some());
                before = token.end;
            }
            prop_assert_eq!(lexed.error.is_some(), lexed.tokens.iter().any(|t| t.kind == Invalid));
        }
    }
}
