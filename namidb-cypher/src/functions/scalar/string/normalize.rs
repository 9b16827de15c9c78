//! `normalize(text, form)`.

use crate::eval::value_test;
use crate::functions::scalar::prelude::*;
use crate::syntax::ast::NormalForm;

pub(super) const NORMALIZE: ScalarFunction = ScalarFunction {
    name: "normalize",
    doc: "The text in a normal form of Unicode: NFC, or the second argument's NFD, NFKC or NFKD, a bare word.",
    example: "RETURN size(normalize('\\u00e5', NFD))",
    answer: "2",
    signature: Signature::new(&[T::STRING, T::STRING], T::STRING).required(1),
    deterministic: true,
    kernel: normalize,
};

fn normalize(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let form = match values.get(1) {
            None => NormalForm::Nfc,
            Some(name) => {
                let name = call.text(name)?;
                NormalForm::of(name).ok_or_else(|| {
                    let message = format!("normalize() knows no normal form {name}");
                    errors::argument_error("InvalidArgumentValue", message)
                        .with_hint("The normal forms are NFC, NFD, NFKC and NFKD")
                })?
            }
        };
        let text = call.text(&values[0])?;
        // A character has at most 18 in its compatible form.
        call.check_bytes(text.len() as u64)?;
        let mut normal = String::new();
        value_test::normalize(text, form, &mut normal);
        Ok(Value::from(normal))
    })
}
