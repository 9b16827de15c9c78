//! The types of values, as `IS ::` asks for them and constraints require them, and the normal forms of text.

use namidb_core::graph::ScalarType;
use std::fmt;

/// A type, and whether null belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValueType {
    /// The type.
    pub kind: ValueTypeKind,
    /// `NOT NULL`: null, which otherwise belongs to every type, does not belong to it.
    pub not_null: bool,
}

/// The types. The order is that in which a union is written.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ValueTypeKind {
    /// No value at all: the type of an empty list's elements.
    Nothing,
    /// Only null.
    Null,
    /// What constraints are made of.
    Scalar(ScalarType),
    Bytes,
    Vector,
    Node,
    Relationship,
    Map,
    /// Lists whose elements all are of a type.
    List(Box<ValueType>),
    Path,
    /// What a property can hold.
    PropertyValue,
    Any,
    /// `A | B`: two types or more.
    Union(Vec<ValueType>),
}

impl ValueTypeKind {
    /// How the type is written; lists and unions write their parts themselves.
    fn name(&self) -> &'static str {
        match self {
            ValueTypeKind::Nothing => "NOTHING",
            ValueTypeKind::Null => "NULL",
            ValueTypeKind::Scalar(scalar) => scalar.name(),
            ValueTypeKind::Bytes => "BYTES",
            ValueTypeKind::Vector => "VECTOR",
            ValueTypeKind::Node => "NODE",
            ValueTypeKind::Relationship => "RELATIONSHIP",
            ValueTypeKind::Map => "MAP",
            ValueTypeKind::List(_) => "LIST",
            ValueTypeKind::Path => "PATH",
            ValueTypeKind::PropertyValue => "PROPERTY VALUE",
            ValueTypeKind::Any => "ANY",
            ValueTypeKind::Union(_) => "ANY",
        }
    }

    /// Where the type stands in a union that is written in order.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            ValueTypeKind::Nothing => 0,
            ValueTypeKind::Null => 1,
            ValueTypeKind::Scalar(scalar) => 2 + *scalar as u8,
            ValueTypeKind::Bytes => 13,
            ValueTypeKind::Vector => 14,
            ValueTypeKind::Node => 15,
            ValueTypeKind::Relationship => 16,
            ValueTypeKind::Map => 17,
            ValueTypeKind::List(_) => 18,
            ValueTypeKind::Path => 19,
            ValueTypeKind::PropertyValue => 20,
            ValueTypeKind::Any => 21,
            ValueTypeKind::Union(_) => 22,
        }
    }
}

impl ValueType {
    /// A type with null in it.
    pub fn nullable(kind: ValueTypeKind) -> ValueType {
        ValueType { kind, not_null: false }
    }

    /// A type without null.
    pub fn not_null(kind: ValueTypeKind) -> ValueType {
        ValueType { kind, not_null: true }
    }
}

/// As the grammar reads it: `LIST<INTEGER NOT NULL | STRING> NOT NULL`.
impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ValueTypeKind::List(element) => write!(f, "LIST<{element}>")?,
            ValueTypeKind::Union(types) => {
                for (at, one) in types.iter().enumerate() {
                    let inner_union = matches!(one.kind, ValueTypeKind::Union(_));
                    let (open, close) = if inner_union { ("ANY<", ">") } else { ("", "") };
                    write!(f, "{}{open}{one}{close}", if at == 0 { "" } else { " | " })?;
                }
            }
            kind => f.write_str(kind.name())?,
        }
        // `NOTHING` has no null anyway, and neither a union nor NULL takes the words.
        let takes =
            !matches!(self.kind, ValueTypeKind::Nothing | ValueTypeKind::Null | ValueTypeKind::Union(_));
        if self.not_null && takes { f.write_str(" NOT NULL") } else { Ok(()) }
    }
}

/// A normal form of Unicode text (UAX 15).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum NormalForm {
    /// Composed.
    #[default]
    Nfc,
    /// Decomposed.
    Nfd,
    /// Composed, with compatible characters made the same.
    Nfkc,
    /// Decomposed, with compatible characters made the same.
    Nfkd,
}

impl NormalForm {
    /// All of them.
    pub const ALL: [NormalForm; 4] = [NormalForm::Nfc, NormalForm::Nfd, NormalForm::Nfkc, NormalForm::Nfkd];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            NormalForm::Nfc => "NFC",
            NormalForm::Nfd => "NFD",
            NormalForm::Nfkc => "NFKC",
            NormalForm::Nfkd => "NFKD",
        }
    }

    /// The form of a name in any case.
    pub fn of(name: &str) -> Option<NormalForm> {
        NormalForm::ALL.into_iter().find(|form| form.as_str().eq_ignore_ascii_case(name))
    }
}

/// What is asked of a value after IS, beside null.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ValueTest {
    /// `IS :: TYPE`: whether it is of the type.
    Typed(ValueType),
    /// `IS NFC NORMALIZED`: whether a text is in the form; null for what is no text.
    Normalized(NormalForm),
}

/// What stands after IS, or IS NOT.
impl fmt::Display for ValueTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueTest::Typed(of) => write!(f, ":: {of}"),
            ValueTest::Normalized(form) => write!(f, "{} NORMALIZED", form.as_str()),
        }
    }
}
