//! The tokens of a statement: kinds and places, no text of their own.

use super::span::Span;

/// A token: its kind, and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Which keyword a [`TokenKind::Word`] spells, in any case.
    pub keyword: Option<Keyword>,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Token {
    /// Where it stands.
    pub fn span(self) -> Span {
        Span { start: self.start, end: self.end }
    }
}

/// What a token is. Arrows are not tokens: `a<-1` is a comparison, `(a)<-[]-()` a pattern, and only the
/// grammar can tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[allow(missing_docs, reason = "the names of punctuation say it")]
pub enum TokenKind {
    /// A name or keyword.
    Word,
    /// A name in backticks.
    QuotedName,
    /// `$name`, `$1`, or a dollar sign and a name in backticks.
    Parameter,
    /// `$` before a parenthesis: a name that is computed.
    Dollar,
    /// Digits that look like a whole number.
    Integer,
    /// Digits with a point or an exponent.
    Float,
    /// Digits run together with something that no number has in it.
    MalformedNumber,
    /// Text in single or double quotes, its escapes unchecked.
    String,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Comma,
    Semicolon,
    Colon,
    Dot,
    DotDot,
    Pipe,
    Ampersand,
    Exclamation,
    Plus,
    PlusEqual,
    Minus,
    Star,
    Slash,
    Percent,
    Caret,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    RegexMatch,
    /// What the lexer could not read; nothing comes after it but the end.
    Invalid,
    /// The end of the text.
    End,
}

impl TokenKind {
    /// How punctuation is written; a description of the others.
    pub fn describe(self) -> &'static str {
        match self {
            TokenKind::Word | TokenKind::QuotedName => "a name",
            TokenKind::Parameter => "a parameter",
            TokenKind::Dollar => "'$'",
            TokenKind::Integer | TokenKind::Float | TokenKind::MalformedNumber => "a number",
            TokenKind::String => "a string",
            TokenKind::LeftParen => "'('",
            TokenKind::RightParen => "')'",
            TokenKind::LeftBracket => "'['",
            TokenKind::RightBracket => "']'",
            TokenKind::LeftBrace => "'{'",
            TokenKind::RightBrace => "'}'",
            TokenKind::Comma => "','",
            TokenKind::Semicolon => "';'",
            TokenKind::Colon => "':'",
            TokenKind::Dot => "'.'",
            TokenKind::DotDot => "'..'",
            TokenKind::Pipe => "'|'",
            TokenKind::Ampersand => "'&'",
            TokenKind::Exclamation => "'!'",
            TokenKind::Plus => "'+'",
            TokenKind::PlusEqual => "'+='",
            TokenKind::Minus => "'-'",
            TokenKind::Star => "'*'",
            TokenKind::Slash => "'/'",
            TokenKind::Percent => "'%'",
            TokenKind::Caret => "'^'",
            TokenKind::Equal => "'='",
            TokenKind::NotEqual => "'<>'",
            TokenKind::Less => "'<'",
            TokenKind::LessEqual => "'<='",
            TokenKind::Greater => "'>'",
            TokenKind::GreaterEqual => "'>='",
            TokenKind::RegexMatch => "'=~'",
            TokenKind::Invalid => "an unreadable token",
            TokenKind::End => "the end of the query",
        }
    }
}

macro_rules! keywords {
    ($($variant:ident = $text:literal $reserved:ident,)+) => {
        /// The words that mean something to the grammar.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[allow(missing_docs, reason = "the names say it")]
        pub enum Keyword { $($variant,)+ }

        impl Keyword {
            /// Every keyword.
            pub const ALL: &'static [Keyword] = &[$(Keyword::$variant,)+];

            /// The keyword in upper case.
            pub fn as_str(self) -> &'static str {
                match self { $(Keyword::$variant => $text,)+ }
            }

            /// Whether it cannot name a variable without backticks. Only the words that can follow a whole
            /// expression or begin one are; keys, labels, types and functions may have any name.
            pub fn is_reserved(self) -> bool {
                match self { $(Keyword::$variant => keywords!(@$reserved),)+ }
            }

            #[allow(non_upper_case_globals, reason = "a pattern needs a constant, which has the variant's name")]
            fn of_upper_case(word: &[u8]) -> Option<Keyword> {
                $(
                    const _: () = assert!($text.len() <= KEYWORD_LENGTH_MAX);
                )+
                // Compiled to a decision by length and then by byte.
                $(
                    const $variant: &[u8] = $text.as_bytes();
                )+
                match word {
                    $($variant => Some(Keyword::$variant),)+
                    // Spelt out, since one of the constants is called None.
                    _ => Option::None,
                }
            }
        }
    };
    (@reserved) => { true };
    (@free) => { false };
}

/// The length of the longest keyword.
const KEYWORD_LENGTH_MAX: usize = 16;

keywords! {
    All = "ALL" free,
    AllReduce = "ALLREDUCE" free,
    AllShortestPaths = "ALLSHORTESTPATHS" free,
    And = "AND" reserved,
    Any = "ANY" free,
    As = "AS" reserved,
    Asc = "ASC" reserved,
    Ascending = "ASCENDING" reserved,
    Assert = "ASSERT" free,
    Both = "BOTH" free,
    By = "BY" reserved,
    Call = "CALL" reserved,
    Case = "CASE" reserved,
    Collect = "COLLECT" free,
    Constraint = "CONSTRAINT" free,
    Constraints = "CONSTRAINTS" free,
    Contains = "CONTAINS" reserved,
    Count = "COUNT" free,
    Create = "CREATE" reserved,
    Csv = "CSV" free,
    Database = "DATABASE" free,
    Databases = "DATABASES" free,
    Delete = "DELETE" reserved,
    Desc = "DESC" reserved,
    Descending = "DESCENDING" reserved,
    Detach = "DETACH" reserved,
    Distinct = "DISTINCT" reserved,
    Drop = "DROP" free,
    Each = "EACH" free,
    Else = "ELSE" reserved,
    End = "END" free,
    Ends = "ENDS" reserved,
    Exists = "EXISTS" free,
    Explain = "EXPLAIN" free,
    False = "FALSE" reserved,
    FieldTerminator = "FIELDTERMINATOR" free,
    For = "FOR" free,
    Foreach = "FOREACH" reserved,
    From = "FROM" free,
    Fulltext = "FULLTEXT" free,
    Function = "FUNCTION" free,
    Functions = "FUNCTIONS" free,
    Headers = "HEADERS" free,
    If = "IF" free,
    In = "IN" reserved,
    Index = "INDEX" free,
    Indexes = "INDEXES" free,
    Is = "IS" reserved,
    Key = "KEY" free,
    Leading = "LEADING" free,
    Limit = "LIMIT" reserved,
    Load = "LOAD" free,
    Lookup = "LOOKUP" free,
    Match = "MATCH" reserved,
    Merge = "MERGE" reserved,
    Node = "NODE" free,
    None = "NONE" free,
    Normalized = "NORMALIZED" free,
    Not = "NOT" reserved,
    Null = "NULL" reserved,
    Of = "OF" free,
    Offset = "OFFSET" free,
    On = "ON" free,
    Optional = "OPTIONAL" reserved,
    Options = "OPTIONS" free,
    Or = "OR" reserved,
    Order = "ORDER" free,
    Point = "POINT" free,
    Procedure = "PROCEDURE" free,
    Procedures = "PROCEDURES" free,
    Profile = "PROFILE" free,
    Range = "RANGE" free,
    Reduce = "REDUCE" free,
    Relationship = "RELATIONSHIP" free,
    Remove = "REMOVE" reserved,
    Require = "REQUIRE" free,
    Return = "RETURN" reserved,
    Row = "ROW" free,
    Rows = "ROWS" free,
    Set = "SET" reserved,
    ShortestPath = "SHORTESTPATH" free,
    Show = "SHOW" free,
    Single = "SINGLE" free,
    Skip = "SKIP" reserved,
    Starts = "STARTS" reserved,
    Text = "TEXT" free,
    Then = "THEN" reserved,
    Trailing = "TRAILING" free,
    Transactions = "TRANSACTIONS" free,
    True = "TRUE" reserved,
    Typed = "TYPED" free,
    Union = "UNION" reserved,
    Unique = "UNIQUE" free,
    Unwind = "UNWIND" reserved,
    Vector = "VECTOR" free,
    When = "WHEN" reserved,
    Where = "WHERE" reserved,
    With = "WITH" reserved,
    Xor = "XOR" reserved,
    Yield = "YIELD" reserved,
}

impl Keyword {
    /// The keyword that a word spells, in any case.
    pub fn of(word: &str) -> Option<Keyword> {
        let mut upper = [0; KEYWORD_LENGTH_MAX];
        let upper = upper.get_mut(..word.len())?;
        upper.copy_from_slice(word.as_bytes());
        upper.make_ascii_uppercase();
        Keyword::of_upper_case(upper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_found_in_any_case() {
        for keyword in Keyword::ALL {
            assert_eq!(Keyword::of(keyword.as_str()), Some(*keyword));
            assert_eq!(Keyword::of(&keyword.as_str().to_lowercase()), Some(*keyword));
        }
        for word in ["", "matc", "matchh", "ß", "ALLSHORTESTPATHSS"] {
            assert_eq!(Keyword::of(word), None, "{word}");
        }
    }

    #[test]
    fn a_token_stays_small() {
        assert!(size_of::<Token>() <= 12);
    }
}
