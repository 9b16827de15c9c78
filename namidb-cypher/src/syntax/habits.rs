//! The way out of common mistakes: what those write who come from another language, or from a tool.

use super::parser::Parser;
use super::token::{Keyword, Token, TokenKind};

/// Words of other languages, and how Cypher says it.
const FOREIGN: [(&[&str], &str); 9] = [
    (
        &["LIKE", "ILIKE", "RLIKE", "REGEXP", "MATCHES"],
        "Texts are compared with STARTS WITH, ENDS WITH and CONTAINS, and with =~ and a regular expression",
    ),
    (&["BETWEEN"], "A range is written low <= x <= high"),
    (&["SELECT"], "Cypher asks with MATCH (n:Label) RETURN n.key"),
    (&["UPDATE"], "Properties are changed with MATCH (n:Label) SET n.key = value"),
    (&["INTO"], "Nodes are created with CREATE (:Label {key: value})"),
    (&["GROUP"], "There is no GROUP BY: what a RETURN or WITH gives beside aggregates are its groups"),
    (&["HAVING"], "Aggregate in a WITH, which takes a WHERE"),
    (&["JOIN"], "A pattern joins: MATCH (a)-[:TYPE]->(b)"),
    (&["FOR"], "UNWIND list AS x makes a row of each element; FOREACH (x IN list | ..) writes for each"),
];

impl Parser<'_> {
    /// What was probably meant by a token that does not fit.
    pub(super) fn hint(&self, token: Token) -> Option<String> {
        if token.kind == TokenKind::Word {
            return self.hint_of_word(token);
        }
        let before = self.before(1);
        let kind_before = before.map(|token| token.kind);
        let hint = match (kind_before, token.kind, self.nth(1).kind) {
            (_, TokenKind::Exclamation, TokenKind::Equal) => "Not equal is written <>",
            (_, TokenKind::Exclamation, _) => "Negation is written NOT",
            (Some(TokenKind::Equal), TokenKind::Equal, _) => "Equality is a single =",
            (_, TokenKind::Ampersand, TokenKind::Ampersand) => "Conjunction is written AND",
            (_, TokenKind::Pipe, TokenKind::Pipe) => "Disjunction is written OR",
            (None, TokenKind::Colon, TokenKind::Word) => {
                "What begins with a colon is a command of a tool, and no Cypher: leave it out, and give parameters with \
                the call"
            }
            (None, TokenKind::Minus, TokenKind::Minus) => "Comments begin with //",
            (Some(TokenKind::RightBracket | TokenKind::Minus), TokenKind::Greater, _) => {
                "Arrows are written --> and -[:TYPE]->"
            }
            (Some(TokenKind::String), TokenKind::String, _)
                if before.is_some_and(|before| before.end == token.start) =>
            {
                "A quotation mark in a text has a backslash before it"
            }
            (Some(TokenKind::LeftBrace | TokenKind::Comma), TokenKind::String, TokenKind::Colon) => {
                "The keys of a map stand without quotes, or in backticks"
            }
            (Some(TokenKind::Word), _, _) if self.is_map_entry() => return self.hint_in_map(token),
            _ => return None,
        };
        Some(hint.to_owned())
    }

    fn hint_of_word(&self, token: Token) -> Option<String> {
        let next = self.nth(1).keyword;
        let hint = match token.keyword {
            Some(Keyword::Where) => {
                "WHERE stands once, behind MATCH, WITH or YIELD; a condition of its own is FILTER condition"
            }
            Some(Keyword::Not)
                if matches!(
                    next,
                    Some(Keyword::In | Keyword::Contains | Keyword::Starts | Keyword::Ends)
                ) =>
            {
                "NOT stands before both operands: NOT x IN list"
            }
            Some(Keyword::Starts | Keyword::Ends) if next != Some(Keyword::With) => {
                "The operators are STARTS WITH and ENDS WITH"
            }
            Some(_) => return None,
            None => {
                let word = self.text_of(token);
                let is = |known: &&str| known.eq_ignore_ascii_case(word);
                match FOREIGN.iter().find(|(words, _)| words.iter().any(is)) {
                    Some((_, hint)) => hint,
                    None => return self.guess(word),
                }
            }
        };
        Some(hint.to_owned())
    }

    /// The keyword, or the label, that a word was meant to be.
    fn guess(&self, word: &str) -> Option<String> {
        if let Some(keyword) = nearest_keyword(word) {
            return Some(format!("Did you mean {keyword}?"));
        }
        let named = self.before(1).is_some_and(|token| token.kind == TokenKind::Word);
        let opened = self.before(2).map(|token| token.kind);
        match opened {
            Some(TokenKind::LeftParen | TokenKind::LeftBracket) if named => {
                Some(format!("A label or type has a colon before it: :{word}"))
            }
            _ => None,
        }
    }

    /// Whether the token before is the key of an entry, or of what should be one.
    fn is_map_entry(&self) -> bool {
        self.before(2).is_some_and(|token| matches!(token.kind, TokenKind::LeftBrace | TokenKind::Comma))
    }

    fn hint_in_map(&self, token: Token) -> Option<String> {
        let key = self.before(1).map(|key| self.text_of(key))?;
        let opens = self.before(2).is_some_and(|token| token.kind == TokenKind::LeftBrace);
        match token.kind {
            TokenKind::RightBrace if opens => Some(format!("A parameter is written ${key}")),
            TokenKind::Equal => Some(format!("A value follows its key behind a colon: {{{key}: value}}")),
            TokenKind::Less
            | TokenKind::LessEqual
            | TokenKind::Greater
            | TokenKind::GreaterEqual
            | TokenKind::NotEqual => {
                Some(format!("Such a condition stands in a WHERE: (n WHERE n.{key} > 1)"))
            }
            _ => None,
        }
    }
}

/// The keyword that a word was probably meant to be: one slip away, or two in a long word.
fn nearest_keyword(word: &str) -> Option<&'static str> {
    const SHORTEST: usize = 4;
    const LONGEST: usize = 20;
    if !(SHORTEST..=LONGEST).contains(&word.len()) {
        return None;
    }
    let upper = word.to_uppercase();
    let slips = if word.len() > 6 { 2 } else { 1 };
    Keyword::ALL
        .iter()
        .map(|keyword| (strsim::osa_distance(&upper, keyword.as_str()), keyword.as_str()))
        .filter(|(distance, keyword)| *distance <= slips && keyword.len() >= SHORTEST)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, keyword)| keyword)
}
