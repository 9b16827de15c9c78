//! Indexes and constraints.

use crate::syntax::ast::{
    ConstraintKind, CreateConstraint, CreateIndex, DropConstraint, DropIndex, DropTarget, Expr, IndexType,
    Name, RequiredType, SchemaCommand, SchemaEntity,
};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

/// The type of index that a keyword names before INDEX or INDEXES.
pub(super) fn index_type(keyword: Option<Keyword>) -> Option<IndexType> {
    Some(match keyword? {
        Keyword::Range => IndexType::Range,
        Keyword::Text => IndexType::Text,
        Keyword::Point => IndexType::Point,
        Keyword::Fulltext => IndexType::Fulltext,
        Keyword::Vector => IndexType::Vector,
        Keyword::Lookup => IndexType::Lookup,
        _ => return None,
    })
}

impl Parser<'_> {
    /// `CREATE` or `DROP` of an index or constraint
    pub(super) fn opt_schema_command(&mut self) -> Result<Option<SchemaCommand>> {
        let start = self.start();
        if self.at_keyword(Keyword::Drop) {
            self.bump();
            return self.drop_command(start).map(Some);
        }
        if !self.at_keyword(Keyword::Create) {
            return Ok(None);
        }
        // Each of the words can also begin a pattern to create, as the variable of a path.
        let names_path = self.nth_is(2, TokenKind::Equal);
        if names_path {
            return Ok(None);
        }
        if self.nth_is_keyword(1, Keyword::Constraint) {
            self.bump();
            self.bump();
            return self.create_constraint(start).map(|c| Some(SchemaCommand::CreateConstraint(c)));
        }
        let kind = index_type(self.nth(1).keyword);
        if kind.is_none() && !self.nth_is_keyword(1, Keyword::Index) {
            return Ok(None);
        }
        self.bump();
        if kind.is_some() {
            self.bump();
        }
        self.expect_keyword(Keyword::Index)?;
        let command = self.create_index(start, kind.unwrap_or(IndexType::Range))?;
        Ok(Some(SchemaCommand::CreateIndex(command)))
    }

    /// What comes after `CREATE .. INDEX`
    fn create_index(&mut self, start: u32, kind: IndexType) -> Result<CreateIndex> {
        if self.at_keyword(Keyword::On) && self.nth_is(1, TokenKind::Colon) {
            self.bump();
            let (label, keys) = self.label_and_keys()?;
            let span = label.span;
            let entity = SchemaEntity { relationship: false, names: vec![label], span };
            return Ok(CreateIndex {
                kind,
                name: None,
                if_not_exists: false,
                entity,
                keys,
                options: None,
                span: self.span_from(start),
            });
        }
        let name = self.opt_schema_name()?;
        let if_not_exists = self.eat_keywords(&[Keyword::If, Keyword::Not, Keyword::Exists]);
        self.expect_keyword(Keyword::For)?;
        let (variable, entity) = self.schema_entity()?;
        self.expect_keyword(Keyword::On)?;
        let keys = match kind {
            IndexType::Lookup => {
                self.lookup_function(&variable)?;
                Vec::new()
            }
            IndexType::Fulltext => {
                self.expect_keyword(Keyword::Each)?;
                self.keys_between(&variable, TokenKind::LeftBracket, TokenKind::RightBracket)?
            }
            // Of a single property the parentheses may be left out.
            _ if self.nth_is_variable(0) => vec![self.key_of(&variable)?],
            _ => self.keys_between(&variable, TokenKind::LeftParen, TokenKind::RightParen)?,
        };
        let options = self.opt_options()?;
        Ok(CreateIndex { kind, name, if_not_exists, entity, keys, options, span: self.span_from(start) })
    }

    /// What comes after `CREATE CONSTRAINT`
    fn create_constraint(&mut self, start: u32) -> Result<CreateConstraint> {
        let name = self.opt_schema_name()?;
        let if_not_exists = self.eat_keywords(&[Keyword::If, Keyword::Not, Keyword::Exists]);
        let assertion = self.at_keyword(Keyword::On);
        if !self.eat_keyword(Keyword::For) && !self.eat_keyword(Keyword::On) {
            return Err(self.unexpected("FOR"));
        }
        let (variable, entity) = self.schema_entity()?;
        if !self.eat_keyword(Keyword::Require) && !self.eat_keyword(Keyword::Assert) {
            return Err(self.unexpected("REQUIRE"));
        }
        if assertion && self.at_keyword(Keyword::Exists) && self.nth_is(1, TokenKind::LeftParen) {
            let error = self.unsupported("exists() in a constraint", self.token().span());
            return Err(error.with_hint(format!("Write REQUIRE {}.key IS NOT NULL", variable.text)));
        }
        let keys = if self.at(TokenKind::LeftParen) {
            self.keys_between(&variable, TokenKind::LeftParen, TokenKind::RightParen)?
        } else {
            vec![self.key_of(&variable)?]
        };
        self.expect_keyword(Keyword::Is)?;
        let kind = self.constraint_kind()?;
        let options = self.opt_options()?;
        Ok(CreateConstraint { name, if_not_exists, entity, keys, kind, options, span: self.span_from(start) })
    }

    /// `UNIQUE`, `NOT NULL`, `[NODE | RELATIONSHIP] KEY`, `TYPED type` or `:: type`
    fn constraint_kind(&mut self) -> Result<ConstraintKind> {
        if self.eat_keyword(Keyword::Unique) {
            return Ok(ConstraintKind::Unique);
        }
        if self.eat_keywords(&[Keyword::Not, Keyword::Null]) {
            return Ok(ConstraintKind::NotNull);
        }
        let typed = self.eat_keyword(Keyword::Typed)
            || (self.at(TokenKind::Colon) && self.nth_is(1, TokenKind::Colon) && {
                self.bump();
                self.bump();
                true
            });
        if typed {
            let start = self.start();
            let of = self.value_type()?;
            return Ok(ConstraintKind::Type(RequiredType { of, span: self.span_from(start) }));
        }
        let entity = self.eat_keyword(Keyword::Node)
            || self.eat_keyword(Keyword::Relationship)
            || self.eat_word("REL");
        if entity {
            if self.eat_keyword(Keyword::Unique) {
                return Ok(ConstraintKind::Unique);
            }
            self.expect_keyword(Keyword::Key)?;
            return Ok(ConstraintKind::Key);
        }
        if self.eat_keyword(Keyword::Key) {
            return Ok(ConstraintKind::Key);
        }
        Err(self.unexpected("UNIQUE, NOT NULL, KEY or TYPED"))
    }

    /// What comes after `DROP`
    fn drop_command(&mut self, start: u32) -> Result<SchemaCommand> {
        if self.eat_keyword(Keyword::Constraint) {
            if self.at_keyword(Keyword::On) && self.nth_is(1, TokenKind::LeftParen) {
                let error = self.unsupported("DROP CONSTRAINT ON", self.token().span());
                return Err(error.with_hint("Drop it by its name, which SHOW CONSTRAINTS tells"));
            }
            let name = self.name("the name of a constraint")?;
            let if_exists = self.eat_keywords(&[Keyword::If, Keyword::Exists]);
            let span = self.span_from(start);
            return Ok(SchemaCommand::DropConstraint(DropConstraint { name, if_exists, span }));
        }
        if !self.eat_keyword(Keyword::Index) {
            if self.at_keyword(Keyword::Database) {
                let error = self.unsupported("DROP DATABASE", self.token().span());
                return Err(error.with_hint(
                    "Delete what lies under its URI, or all that is in it: MATCH (n) DETACH DELETE n",
                ));
            }
            return Err(self.unexpected("INDEX or CONSTRAINT"));
        }
        let target = if self.at_keyword(Keyword::On) && self.nth_is(1, TokenKind::Colon) {
            self.bump();
            let (label, keys) = self.label_and_keys()?;
            DropTarget::LabelAndKeys { label, keys }
        } else {
            DropTarget::Name(self.name("the name of an index")?)
        };
        let if_exists = self.eat_keywords(&[Keyword::If, Keyword::Exists]);
        Ok(SchemaCommand::DropIndex(DropIndex { target, if_exists, span: self.span_from(start) }))
    }

    /// The name of a new index or constraint, which any word can be but those that stand in its place.
    fn opt_schema_name(&mut self) -> Result<Option<Name>> {
        let absent = match self.keyword() {
            Some(Keyword::For) => self.nth_is(1, TokenKind::LeftParen),
            Some(Keyword::On) => self.nth_is(1, TokenKind::LeftParen),
            Some(Keyword::If) => self.nth_is_keyword(1, Keyword::Not),
            _ => false,
        };
        if self.at(TokenKind::Parameter) {
            let error =
                self.unsupported("a parameter as the name of an index or constraint", self.token().span());
            return Err(error.with_hint("Write the name into the text, in backticks if it is no word"));
        }
        if absent || !self.nth_is_name(0) { Ok(None) } else { self.name("a name").map(Some) }
    }

    /// `(n:Label)` or `()-[r:TYPE]-()`, with the variable
    fn schema_entity(&mut self) -> Result<(Name, SchemaEntity)> {
        let start = self.start();
        self.expect(TokenKind::LeftParen)?;
        if !self.eat(TokenKind::RightParen) {
            let (variable, names) = self.schema_names()?;
            self.expect(TokenKind::RightParen)?;
            let span = self.span_from(start);
            return Ok((variable, SchemaEntity { relationship: false, names, span }));
        }
        self.eat(TokenKind::Less);
        self.expect(TokenKind::Minus)?;
        self.expect(TokenKind::LeftBracket)?;
        let (variable, names) = self.schema_names()?;
        self.expect(TokenKind::RightBracket)?;
        self.expect(TokenKind::Minus)?;
        self.eat(TokenKind::Greater);
        self.expect(TokenKind::LeftParen)?;
        self.expect(TokenKind::RightParen)?;
        Ok((variable, SchemaEntity { relationship: true, names, span: self.span_from(start) }))
    }

    /// `variable[:Name {|Name}]`
    fn schema_names(&mut self) -> Result<(Name, Vec<Name>)> {
        let variable = self.variable()?;
        let mut names = Vec::new();
        if self.eat(TokenKind::Colon) {
            names.push(self.name("a label or type")?);
            while self.eat(TokenKind::Pipe) {
                names.push(self.name("a label or type")?);
            }
        }
        Ok((variable, names))
    }

    /// `:Label(key {, key})`
    fn label_and_keys(&mut self) -> Result<(Name, Vec<Name>)> {
        self.expect(TokenKind::Colon)?;
        let label = self.name("a label")?;
        self.expect(TokenKind::LeftParen)?;
        let keys = self.comma_separated(|p| p.name("a property"))?;
        self.expect(TokenKind::RightParen)?;
        Ok((label, keys))
    }

    /// `variable.key {, variable.key}` between brackets
    fn keys_between(&mut self, variable: &Name, open: TokenKind, close: TokenKind) -> Result<Vec<Name>> {
        self.expect(open)?;
        let keys = self.comma_separated(|p| p.key_of(variable))?;
        self.expect(close)?;
        Ok(keys)
    }

    /// `variable.key`
    fn key_of(&mut self, variable: &Name) -> Result<Name> {
        let found = self.variable()?;
        if found.text != variable.text {
            let message = format!("variable {} is not defined", found.text);
            return Err(self
                .syntax_error("UndefinedVariable", message, found.span)
                .with_hint(format!("The variable of this command is {}", variable.text)));
        }
        self.expect(TokenKind::Dot)?;
        self.name("a property")
    }

    /// `EACH labels(variable)` or `EACH type(variable)`
    fn lookup_function(&mut self, variable: &Name) -> Result<()> {
        self.expect_keyword(Keyword::Each)?;
        self.name("labels or type")?;
        self.expect(TokenKind::LeftParen)?;
        let found = self.variable()?;
        if found.text != variable.text {
            let message = format!("variable {} is not defined", found.text);
            return Err(self.syntax_error("UndefinedVariable", message, found.span));
        }
        self.expect(TokenKind::RightParen)?;
        Ok(())
    }

    fn opt_options(&mut self) -> Result<Option<Expr>> {
        if self.eat_keyword(Keyword::Options) { self.expr().map(Some) } else { Ok(None) }
    }
}
