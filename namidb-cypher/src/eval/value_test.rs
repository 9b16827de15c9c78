//! `IS :: TYPE` and `IS NORMALIZED`, and the type of a value.

use super::bits::Truth;
use crate::syntax::ast::{NormalForm, ValueTest, ValueType, ValueTypeKind};
use crate::vector::Vector;
use namidb_core::Value;
use namidb_core::graph::ScalarType;
use namidb_core::value::storable;
use unicode_normalization::{UnicodeNormalization, is_nfc, is_nfd, is_nfkc, is_nfkd};

/// What the test says of each value.
pub(crate) fn evaluate(values: &Vector, test: &ValueTest, negated: bool) -> Vector {
    let answer = |value: Value| match test {
        ValueTest::Typed(of) => Some(holds(of, &value) != negated),
        ValueTest::Normalized(form) => value.as_str().map(|text| is_normal(text, *form) != negated),
    };
    if let Vector::Constant(value, len) = values {
        let answer = answer(value.clone());
        return Vector::constant(answer.map_or(Value::Null, Value::Boolean), *len);
    }
    let answers: Vec<Option<bool>> = (0..values.len()).map(|row| answer(values.value(row))).collect();
    Truth::from_answers(&answers).into_vector()
}

/// Whether a value is of a type.
fn holds(of: &ValueType, value: &Value) -> bool {
    if let ValueTypeKind::Union(types) = &of.kind {
        return types.iter().any(|one| holds(one, value));
    }
    if value.is_null() {
        return !of.not_null && of.kind != ValueTypeKind::Nothing;
    }
    match (&of.kind, value) {
        (ValueTypeKind::Any, _) => true,
        (ValueTypeKind::PropertyValue, value) => storable::check(value).is_ok(),
        (ValueTypeKind::List(element), Value::List(items)) => items.iter().all(|item| holds(element, item)),
        (kind, value) => *kind == simple(value),
    }
}

/// The type of a value; of a list without its elements.
fn simple(value: &Value) -> ValueTypeKind {
    match value {
        Value::Null => ValueTypeKind::Null,
        Value::Boolean(_) => ValueTypeKind::Scalar(ScalarType::Boolean),
        Value::Integer(_) => ValueTypeKind::Scalar(ScalarType::Integer),
        Value::Float(_) => ValueTypeKind::Scalar(ScalarType::Float),
        Value::String(_) => ValueTypeKind::Scalar(ScalarType::String),
        Value::Bytes(_) => ValueTypeKind::Bytes,
        Value::List(_) => ValueTypeKind::List(Box::new(ValueType::nullable(ValueTypeKind::Any))),
        Value::Map(_) => ValueTypeKind::Map,
        Value::Date(_) => ValueTypeKind::Scalar(ScalarType::Date),
        Value::LocalTime(_) => ValueTypeKind::Scalar(ScalarType::LocalTime),
        Value::Time(_) => ValueTypeKind::Scalar(ScalarType::ZonedTime),
        Value::LocalDateTime(_) => ValueTypeKind::Scalar(ScalarType::LocalDateTime),
        Value::DateTime(_) => ValueTypeKind::Scalar(ScalarType::ZonedDateTime),
        Value::Duration(_) => ValueTypeKind::Scalar(ScalarType::Duration),
        Value::Point(_) => ValueTypeKind::Scalar(ScalarType::Point),
        Value::Vector(_) => ValueTypeKind::Vector,
        Value::Node(_) => ValueTypeKind::Node,
        Value::Relationship(_) => ValueTypeKind::Relationship,
        Value::Path(_) => ValueTypeKind::Path,
    }
}

/// The most precise type of a value. The elements of a list are a union of what is in it.
pub(crate) fn type_of(value: &Value) -> ValueType {
    match value {
        Value::Null => ValueType::nullable(ValueTypeKind::Null),
        Value::List(items) => ValueType::not_null(ValueTypeKind::List(Box::new(element_type(items)))),
        value => ValueType::not_null(simple(value)),
    }
}

fn element_type(items: &[Value]) -> ValueType {
    let nullable = items.iter().any(Value::is_null);
    let mut types: Vec<ValueType> = Vec::new();
    for item in items.iter().filter(|item| !item.is_null()) {
        let mut of = type_of(item);
        of.not_null = !nullable;
        if !types.contains(&of) {
            types.push(of);
        }
    }
    types.sort_by_cached_key(|of| (of.kind.rank(), of.to_string()));
    match types.len() {
        0 if nullable => ValueType::nullable(ValueTypeKind::Null),
        0 => ValueType::nullable(ValueTypeKind::Nothing),
        1 => types.swap_remove(0),
        _ => ValueType::nullable(ValueTypeKind::Union(types)),
    }
}

fn is_normal(text: &str, form: NormalForm) -> bool {
    text.is_ascii()
        || match form {
            NormalForm::Nfc => is_nfc(text),
            NormalForm::Nfd => is_nfd(text),
            NormalForm::Nfkc => is_nfkc(text),
            NormalForm::Nfkd => is_nfkd(text),
        }
}

/// A text in a normal form, appended.
pub(crate) fn normalize(text: &str, form: NormalForm, into: &mut String) {
    match form {
        _ if text.is_ascii() => into.push_str(text),
        NormalForm::Nfc => into.extend(text.nfc()),
        NormalForm::Nfd => into.extend(text.nfd()),
        NormalForm::Nfkc => into.extend(text.nfkc()),
        NormalForm::Nfkd => into.extend(text.nfkd()),
    }
}
