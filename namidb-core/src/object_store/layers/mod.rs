//! Decorators: stores over stores, with the same trait.
