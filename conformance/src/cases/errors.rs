//! Errors. Sentence 13.

use crate::case::{Context, Failure, Outcome, ensure, expect_kind, unique};
use namidb_core::object_store::{
    Effect, Error, ErrorKind, GetOptions, ObjectPath, ObjectStoreExt, Operation, PutCondition,
};

/// Every error that a healthy store can be brought to, with the operation and the path that it must name.
async fn errors(context: &Context) -> Result<Vec<(Error, Operation, ObjectPath)>, Failure> {
    let (there, missing) = (context.path("there")?, context.path("missing")?);
    let store = &context.store;
    let old = store.create(&there, unique("old")).await?.version;
    let new = store.replace(&there, unique("new"), old.clone()).await?.version;
    let head = store.head(&missing).await;
    let list = store.list(&context.prefix, None, 0).await;
    let root = store.put(&ObjectPath::root(), unique("root"), PutCondition::Always.into()).await;
    use ErrorKind::{AlreadyExists, InvalidInput, NotFound, NotModified, VersionMismatch};
    use Operation::{Get, Head, List, Put};
    Ok(vec![
        (expect_kind(NotFound, store.read(&missing).await)?, Get, missing.clone()),
        (expect_kind(NotFound, head)?, Head, missing.clone()),
        (expect_kind(NotModified, store.get(&there, GetOptions::unless(new)).await)?, Get, there.clone()),
        (expect_kind(InvalidInput, store.get(&there, GetOptions::range(99..100)).await)?, Get, there.clone()),
        (expect_kind(AlreadyExists, store.create(&there, unique("late")).await)?, Put, there.clone()),
        (expect_kind(VersionMismatch, store.replace(&there, unique("late"), old.clone()).await)?, Put, there),
        (expect_kind(VersionMismatch, store.replace(&missing, unique("late"), old).await)?, Put, missing),
        (expect_kind(InvalidInput, list)?, List, context.prefix.clone()),
        (expect_kind(InvalidInput, root)?, Put, ObjectPath::root()),
    ])
}

pub(crate) async fn every_error_names_its_operation_and_its_path(context: Context) -> Outcome {
    for (error, operation, path) in errors(&context).await? {
        ensure!(error.operation() == operation, "not the operation {operation:?} but: {error}");
        ensure!(error.path() == Some(&path), "not the path '{path}' but: {error}");
        ensure!(!error.store().is_empty(), "no name of the store: {error}");
    }
    Ok(())
}

pub(crate) async fn a_refusal_says_that_it_changed_nothing(context: Context) -> Outcome {
    for (error, ..) in errors(&context).await? {
        ensure!(error.effect() == Effect::NotApplied, "{error}");
    }
    Ok(())
}
