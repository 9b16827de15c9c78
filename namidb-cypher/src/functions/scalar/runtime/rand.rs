//! `rand()`.

use crate::functions::scalar::prelude::*;

pub(super) const RAND: ScalarFunction = ScalarFunction {
    name: "rand",
    doc: "A random float from 0.0 to below 1.0, another one in every row.",
    example: "RETURN 0.0 <= rand() < 1.0",
    answer: "true",
    signature: Signature::new(&[], T::FLOAT),
    deterministic: false,
    kernel: rand,
};

fn rand(call: &Call<'_>) -> Result<Vector, Error> {
    let mut bytes = vec![0; 8 * call.len];
    call.cx.runtime.fill_random(&mut bytes);
    let draws = bytes.chunks_exact(8).map(|eight| {
        let mut word = [0; 8];
        word.copy_from_slice(eight);
        // As many bits as a float between 0.5 and 1.0 has.
        (u64::from_le_bytes(word) >> 11) as f64 / (1_u64 << 53) as f64
    });
    Ok(Vector::floats(draws.collect()))
}
