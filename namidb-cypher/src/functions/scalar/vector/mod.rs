//! Vectors.

mod coordinates;
mod vector;
mod vector_dimension_count;
mod vector_distance;
mod vector_norm;
mod vector_similarity_cosine;
mod vector_similarity_euclidean;

use super::prelude::*;

/// By category.
pub(super) const FUNCTIONS: &[(Category, &[ScalarFunction])] = &[(
    Category::Vector,
    &[
        vector::VECTOR,
        vector_dimension_count::VECTOR_DIMENSION_COUNT,
        vector_distance::VECTOR_DISTANCE,
        vector_norm::VECTOR_NORM,
        vector_similarity_cosine::VECTOR_SIMILARITY_COSINE,
        vector_similarity_euclidean::VECTOR_SIMILARITY_EUCLIDEAN,
    ],
)];
