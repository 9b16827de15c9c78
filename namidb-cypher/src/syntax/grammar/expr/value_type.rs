//! Types after `IS ::`, in expressions and in constraints.

use crate::syntax::ast::{ValueType, ValueTypeKind};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};
use namidb_core::graph::ScalarType;

/// The words of each type; where one begins another, the longer one comes first.
const NAMES: &[(&[&str], ValueTypeKind)] = &[
    (&["NOTHING"], ValueTypeKind::Nothing),
    (&["NULL"], ValueTypeKind::Null),
    (&["BOOL"], ValueTypeKind::Scalar(ScalarType::Boolean)),
    (&["BOOLEAN"], ValueTypeKind::Scalar(ScalarType::Boolean)),
    (&["STRING"], ValueTypeKind::Scalar(ScalarType::String)),
    (&["VARCHAR"], ValueTypeKind::Scalar(ScalarType::String)),
    (&["INT"], ValueTypeKind::Scalar(ScalarType::Integer)),
    (&["INT64"], ValueTypeKind::Scalar(ScalarType::Integer)),
    (&["INTEGER"], ValueTypeKind::Scalar(ScalarType::Integer)),
    (&["INTEGER64"], ValueTypeKind::Scalar(ScalarType::Integer)),
    (&["SIGNED", "INTEGER"], ValueTypeKind::Scalar(ScalarType::Integer)),
    (&["FLOAT"], ValueTypeKind::Scalar(ScalarType::Float)),
    (&["FLOAT64"], ValueTypeKind::Scalar(ScalarType::Float)),
    (&["DATE"], ValueTypeKind::Scalar(ScalarType::Date)),
    (&["LOCAL", "TIME"], ValueTypeKind::Scalar(ScalarType::LocalTime)),
    (&["LOCAL", "DATETIME"], ValueTypeKind::Scalar(ScalarType::LocalDateTime)),
    (&["ZONED", "TIME"], ValueTypeKind::Scalar(ScalarType::ZonedTime)),
    (&["ZONED", "DATETIME"], ValueTypeKind::Scalar(ScalarType::ZonedDateTime)),
    (&["TIME", "WITHOUT", "TIMEZONE"], ValueTypeKind::Scalar(ScalarType::LocalTime)),
    (&["TIME", "WITHOUT", "TIME", "ZONE"], ValueTypeKind::Scalar(ScalarType::LocalTime)),
    (&["TIME", "WITH", "TIMEZONE"], ValueTypeKind::Scalar(ScalarType::ZonedTime)),
    (&["TIME", "WITH", "TIME", "ZONE"], ValueTypeKind::Scalar(ScalarType::ZonedTime)),
    (&["TIMESTAMP", "WITHOUT", "TIMEZONE"], ValueTypeKind::Scalar(ScalarType::LocalDateTime)),
    (&["TIMESTAMP", "WITHOUT", "TIME", "ZONE"], ValueTypeKind::Scalar(ScalarType::LocalDateTime)),
    (&["TIMESTAMP", "WITH", "TIMEZONE"], ValueTypeKind::Scalar(ScalarType::ZonedDateTime)),
    (&["TIMESTAMP", "WITH", "TIME", "ZONE"], ValueTypeKind::Scalar(ScalarType::ZonedDateTime)),
    (&["DURATION"], ValueTypeKind::Scalar(ScalarType::Duration)),
    (&["POINT"], ValueTypeKind::Scalar(ScalarType::Point)),
    (&["BYTES"], ValueTypeKind::Bytes),
    (&["VECTOR"], ValueTypeKind::Vector),
    (&["ANY", "NODE"], ValueTypeKind::Node),
    (&["ANY", "VERTEX"], ValueTypeKind::Node),
    (&["NODE"], ValueTypeKind::Node),
    (&["VERTEX"], ValueTypeKind::Node),
    (&["ANY", "RELATIONSHIP"], ValueTypeKind::Relationship),
    (&["ANY", "EDGE"], ValueTypeKind::Relationship),
    (&["RELATIONSHIP"], ValueTypeKind::Relationship),
    (&["EDGE"], ValueTypeKind::Relationship),
    (&["ANY", "MAP"], ValueTypeKind::Map),
    (&["MAP"], ValueTypeKind::Map),
    (&["PATH"], ValueTypeKind::Path),
    (&["ANY", "PROPERTY", "VALUE"], ValueTypeKind::PropertyValue),
    (&["PROPERTY", "VALUE"], ValueTypeKind::PropertyValue),
    (&["ANY", "VALUE"], ValueTypeKind::Any),
    (&["ANY"], ValueTypeKind::Any),
];

impl Parser<'_> {
    /// `type {| type}`. Where a `|` ends what is around it, as in a list comprehension, it ends the type too:
    /// `ANY<A | B>` writes a union there.
    pub(in crate::syntax::grammar) fn value_type(&mut self) -> Result<ValueType> {
        let first = self.single_type()?;
        if self.pipe_ends || !self.at(TokenKind::Pipe) {
            return Ok(first);
        }
        let mut types = vec![first];
        while self.eat(TokenKind::Pipe) {
            types.push(self.single_type()?);
        }
        Ok(ValueType::nullable(ValueTypeKind::Union(types)))
    }

    /// `name [NOT NULL | !] {LIST [NOT NULL | !]}`, `LIST<type>`, `ANY<type | type>`
    fn single_type(&mut self) -> Result<ValueType> {
        let mut of = self.type_without_null()?;
        if self.eat_not_null() {
            without_null(&mut of);
        }
        // `INTEGER LIST` is the older form of `LIST<INTEGER>`.
        while self.at_list_word() {
            self.stack_operator()?;
            self.bump();
            of = ValueType::nullable(ValueTypeKind::List(Box::new(of)));
            if self.eat_not_null() {
                without_null(&mut of);
            }
        }
        Ok(of)
    }

    fn type_without_null(&mut self) -> Result<ValueType> {
        if self.at_list_word() {
            self.bump();
            let element = self.type_in_brackets()?;
            return Ok(ValueType::nullable(ValueTypeKind::List(Box::new(element))));
        }
        let found =
            NAMES.iter().filter(|(words, _)| self.at_words(words)).max_by_key(|(words, _)| words.len());
        let Some((words, kind)) = found else {
            let expected = "a type, such as INTEGER, STRING, LOCAL DATETIME or LIST<FLOAT>";
            return Err(self.unexpected(expected));
        };
        for _ in 0..words.len() {
            self.bump();
        }
        if *words == ["ANY"] && self.at(TokenKind::Less) {
            return self.type_in_brackets();
        }
        Ok(ValueType::nullable(kind.clone()))
    }

    /// `<type>`
    fn type_in_brackets(&mut self) -> Result<ValueType> {
        self.expect(TokenKind::Less)?;
        let inner = self.nested(Self::value_type)?;
        self.expect(TokenKind::Greater)?;
        Ok(inner)
    }

    fn at_list_word(&self) -> bool {
        self.at_words(&["LIST"]) || self.at_words(&["ARRAY"])
    }

    fn at_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(ahead, word)| self.nth_is_word(ahead, word))
    }

    fn eat_not_null(&mut self) -> bool {
        self.eat_keywords(&[Keyword::Not, Keyword::Null]) || self.eat(TokenKind::Exclamation)
    }
}

/// Takes null out of a type, of a union out of each of its types.
fn without_null(of: &mut ValueType) {
    match &mut of.kind {
        ValueTypeKind::Null => of.kind = ValueTypeKind::Nothing,
        ValueTypeKind::Nothing => {}
        ValueTypeKind::Union(types) => types.iter_mut().for_each(without_null),
        _ => of.not_null = true,
    }
}
