//! `randomUUID()`.

use crate::functions::scalar::prelude::*;

pub(super) const RANDOM_UUID: ScalarFunction = ScalarFunction {
    name: "randomUUID",
    doc: "A random UUID (version 4) as text, another one in every row.",
    example: "RETURN size(randomUUID())",
    answer: "36",
    signature: Signature::new(&[], T::STRING),
    deterministic: false,
    kernel: random_uuid,
};

fn random_uuid(call: &Call<'_>) -> Result<Vector, Error> {
    let mut builder = VectorBuilder::with_capacity(call.len);
    let mut bytes = [0; 16];
    let mut text = uuid::Uuid::encode_buffer();
    for _ in 0..call.len {
        call.cx.runtime.fill_random(&mut bytes);
        let uuid = uuid::Builder::from_random_bytes(bytes).into_uuid();
        builder.push_str(uuid.hyphenated().encode_lower(&mut text));
    }
    Ok(builder.finish())
}
