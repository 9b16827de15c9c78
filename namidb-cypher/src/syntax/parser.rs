//! The cursor over a statement's tokens: it looks, takes, counts depth and words errors, and knows no Cypher.
//! The productions in `crate::syntax::grammar` are methods of it.

use super::ast::Name;
use super::lexer::{Tokens, too_complex};
use super::span::Span;
use super::token::{Keyword, Token, TokenKind};
use super::value;
use crate::Error;
use namidb_core::ErrorCode;
use std::cell::OnceCell;
use std::fmt::Display;
use std::sync::Arc;

/// How deep parentheses, lists, subqueries and the like may nest.
pub const NESTING_MAX: usize = 128;

/// How many operators may stand on top of each other in one expression, counting both nesting and chains
/// such as `a + b + c` whose left end lies deepest. AND, OR and XOR chains count as one.
pub const EXPRESSION_HEIGHT_MAX: usize = 512;

/// A result of parsing.
pub(super) type Result<T> = std::result::Result<T, Error>;

/// The cursor.
pub(super) struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    position: usize,
    depth: usize,
    /// The height of the highest expression since the enclosing one began; see [`Parser::measured`].
    height: usize,
    /// Whether a `|` ends the expression at hand, as in a list comprehension, and is no `or` of labels.
    pub(super) pipe_ends: bool,
    lexer_error: Option<Error>,
    /// For each token that opens a bracket, the one that closes it; made when first looked at.
    closing: OnceCell<Vec<u32>>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, tokens: Tokens) -> Parser<'t> {
        Parser {
            text,
            tokens: tokens.tokens,
            position: 0,
            depth: 0,
            height: 0,
            pipe_ends: false,
            lexer_error: tokens.error,
            closing: OnceCell::new(),
        }
    }

    // Looking.

    /// The token at the cursor.
    pub(super) fn token(&self) -> Token {
        self.nth(0)
    }

    /// The token so many after the cursor; the end, if there are fewer.
    pub(super) fn nth(&self, ahead: usize) -> Token {
        let end = self.text.len() as u32;
        let none = Token { kind: TokenKind::End, keyword: None, start: end, end };
        self.tokens.get(self.position + ahead).copied().unwrap_or(none)
    }

    /// The token so many before the cursor, if there is one.
    pub(super) fn before(&self, back: usize) -> Option<Token> {
        self.position.checked_sub(back).and_then(|at| self.tokens.get(at)).copied()
    }

    /// The kind of the token at the cursor.
    pub(super) fn kind(&self) -> TokenKind {
        self.token().kind
    }

    /// The keyword at the cursor.
    pub(super) fn keyword(&self) -> Option<Keyword> {
        self.token().keyword
    }

    pub(super) fn at(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    pub(super) fn nth_is(&self, ahead: usize, kind: TokenKind) -> bool {
        self.nth(ahead).kind == kind
    }

    pub(super) fn at_keyword(&self, keyword: Keyword) -> bool {
        self.keyword() == Some(keyword)
    }

    pub(super) fn nth_is_keyword(&self, ahead: usize, keyword: Keyword) -> bool {
        self.nth(ahead).keyword == Some(keyword)
    }

    /// Whether a word is at the cursor, in any case, that means something only there.
    pub(super) fn at_word(&self, word: &str) -> bool {
        self.nth_is_word(0, word)
    }

    /// The same so many tokens ahead.
    pub(super) fn nth_is_word(&self, ahead: usize, word: &str) -> bool {
        let token = self.nth(ahead);
        token.kind == TokenKind::Word && self.text_of(token).eq_ignore_ascii_case(word)
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let eaten = self.at_word(word);
        if eaten {
            self.bump();
        }
        eaten
    }

    /// Whether the token can be a key, label, type or function: any word.
    pub(super) fn nth_is_name(&self, ahead: usize) -> bool {
        matches!(self.nth(ahead).kind, TokenKind::Word | TokenKind::QuotedName)
    }

    /// Whether the token can name a variable: any word that is not reserved.
    pub(super) fn nth_is_variable(&self, ahead: usize) -> bool {
        let token = self.nth(ahead);
        match token.kind {
            TokenKind::QuotedName => true,
            TokenKind::Word => !token.keyword.is_some_and(Keyword::is_reserved),
            _ => false,
        }
    }

    /// The token's text.
    pub(super) fn text_of(&self, token: Token) -> &'t str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    /// Where the token at the cursor begins.
    pub(super) fn start(&self) -> u32 {
        self.token().start
    }

    /// From `start` to the end of the token before the cursor.
    pub(super) fn span_from(&self, start: u32) -> Span {
        Span { start, end: self.before(1).map_or(start, |token| token.end).max(start) }
    }

    /// The token after the one that closes the bracket so many tokens ahead.
    pub(super) fn after_brackets(&self, ahead: usize) -> Option<usize> {
        let closing = self.closing.get_or_init(|| closing_brackets(&self.tokens));
        let open = self.position + ahead;
        let close = *closing.get(open)? as usize;
        (close > open).then(|| close + 1 - self.position)
    }

    // Taking.

    /// Takes the token at the cursor, whatever it is.
    pub(super) fn bump(&mut self) -> Token {
        let token = self.token();
        if self.position < self.tokens.len() {
            self.position += 1;
        }
        token
    }

    pub(super) fn eat(&mut self, kind: TokenKind) -> bool {
        let eaten = self.at(kind);
        if eaten {
            self.bump();
        }
        eaten
    }

    pub(super) fn eat_keyword(&mut self, keyword: Keyword) -> bool {
        let eaten = self.at_keyword(keyword);
        if eaten {
            self.bump();
        }
        eaten
    }

    /// Takes all of the keywords if they are next, or none.
    pub(super) fn eat_keywords(&mut self, keywords: &[Keyword]) -> bool {
        let eaten = keywords.iter().enumerate().all(|(i, keyword)| self.nth_is_keyword(i, *keyword));
        if eaten {
            self.position += keywords.len();
        }
        eaten
    }

    pub(super) fn expect(&mut self, kind: TokenKind) -> Result<Token> {
        if self.at(kind) { Ok(self.bump()) } else { Err(self.unexpected(kind.describe())) }
    }

    pub(super) fn expect_keyword(&mut self, keyword: Keyword) -> Result<Token> {
        if self.at_keyword(keyword) { Ok(self.bump()) } else { Err(self.unexpected(keyword.as_str())) }
    }

    /// Takes any word as a name: a key, label, type or function. `what` is for the message.
    pub(super) fn name(&mut self, what: &str) -> Result<Name> {
        if !self.nth_is_name(0) {
            return Err(self.unexpected(what));
        }
        let token = self.bump();
        Ok(Name { text: self.name_text(token), span: token.span() })
    }

    /// Takes a word that is not reserved as the name of a variable.
    pub(super) fn variable(&mut self) -> Result<Name> {
        if self.nth_is_variable(0) {
            return self.name("a variable");
        }
        let error = self.unexpected("a variable");
        let word = self.text_of(self.token());
        Err(if self.at(TokenKind::Word) {
            error.with_hint(format!(
                "{word} is a reserved word: to use it as a name, write it in backticks, `{word}`"
            ))
        } else {
            error
        })
    }

    /// The name that a token spells, without backticks.
    pub(super) fn name_text(&self, token: Token) -> Arc<str> {
        let text = self.text_of(token);
        match token.kind {
            TokenKind::QuotedName => Arc::from(&*value::quoted_name(text)),
            _ => Arc::from(text),
        }
    }

    /// One item or more, with commas between.
    pub(super) fn comma_separated<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat(TokenKind::Comma) {
            items.push(item(self)?);
        }
        Ok(items)
    }

    // Counting.

    /// Parses something that nests, one level deeper; inside it a `|` ends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::QueryTooComplex`] beyond [`NESTING_MAX`] levels.
    pub(super) fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == NESTING_MAX {
            return Err(too_complex(format!("the query nests deeper than {NESTING_MAX} levels"))
                .with_span(self.token().span()));
        }
        self.depth += 1;
        let pipe_ends = std::mem::replace(&mut self.pipe_ends, false);
        let outer = std::mem::take(&mut self.height);
        let result = inner(self);
        self.height = outer.max(self.height + 1);
        self.pipe_ends = pipe_ends;
        self.depth -= 1;
        result
    }

    /// Parses something that a `|` at its own level ends.
    pub(super) fn until_pipe<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let pipe_ends = std::mem::replace(&mut self.pipe_ends, true);
        let result = inner(self);
        self.pipe_ends = pipe_ends;
        result
    }

    /// Parses an expression whose height is counted from its own leaves; afterwards the height is that of
    /// the highest expression so far.
    pub(super) fn measured<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outer = std::mem::take(&mut self.height);
        let result = inner(self);
        self.height = self.height.max(outer);
        result
    }

    /// Counts an operator on top of what has been parsed since [`Parser::measured`] began.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::QueryTooComplex`] beyond [`EXPRESSION_HEIGHT_MAX`] operators.
    pub(super) fn stack_operator(&mut self) -> Result<()> {
        self.height += 1;
        if self.height <= EXPRESSION_HEIGHT_MAX {
            return Ok(());
        }
        let message =
            format!("the expression has more than {EXPRESSION_HEIGHT_MAX} operators on top of each other");
        Err(too_complex(message)
            .with_span(self.token().span())
            .with_hint("Pass the operands as a list, and combine them with reduce()"))
    }

    // Wording errors.

    /// The error for a token that does not fit. What the lexer could not read tells its own reason.
    #[cold]
    pub(super) fn unexpected(&mut self, expected: impl Display) -> Error {
        let token = self.token();
        if token.kind == TokenKind::Invalid
            && let Some(error) = self.lexer_error.take()
        {
            return error;
        }
        let message = format!("expected {expected} but found {}", self.describe(token));
        let error = self.syntax_error("UnexpectedSyntax", message, token.span());
        match self.hint(token) {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }

    /// A syntax error with openCypher's word for it.
    pub(super) fn syntax_error(&self, detail: &'static str, message: impl Into<String>, span: Span) -> Error {
        Error::compile_time(ErrorCode::Syntax, "SyntaxError", detail, message).with_span(span)
    }

    /// The error for what we know, and do not run.
    pub(super) fn unsupported(&self, what: impl Display, span: Span) -> Error {
        let message = format!("{what} is not supported");
        Error::compile_time(ErrorCode::Unsupported, "SyntaxError", "UnsupportedFeature", message)
            .with_span(span)
    }

    fn describe(&self, token: Token) -> String {
        const SHOWN_MAX: usize = 40;
        let text = self.text_of(token);
        let shown: String = if text.chars().count() > SHOWN_MAX {
            text.chars().take(SHOWN_MAX).chain(['…']).collect()
        } else {
            text.to_owned()
        };
        match token.kind {
            TokenKind::Word => format!("'{shown}'"),
            TokenKind::QuotedName => format!("the name {shown}"),
            TokenKind::Parameter => format!("the parameter {shown}"),
            TokenKind::Integer | TokenKind::Float | TokenKind::MalformedNumber => {
                format!("the number {shown}")
            }
            TokenKind::String => format!("the string {shown}"),
            kind => kind.describe().to_owned(),
        }
    }
}

/// For each token the one that closes it, or 0: for what is no opening bracket, and what is never closed.
fn closing_brackets(tokens: &[Token]) -> Vec<u32> {
    let mut closing = vec![0; tokens.len()];
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => open.push(at),
            TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => {
                if let Some(opening) = open.pop().and_then(|at| closing.get_mut(at)) {
                    *opening = at as u32;
                }
            }
            _ => {}
        }
    }
    closing
}
