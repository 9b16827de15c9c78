//! An operation that runs on a thread of ours while a coroutine waits for it.

use crate::errors::Failure;
use crate::runtime::{self, Cancellation};
use namidb_core::runtime::SharedRuntime;
use pyo3::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Makes Python's objects of what an operation gave, when somebody asks.
type Ready = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// A running operation.
#[pyclass(frozen, module = "namidb._namidb")]
pub(crate) struct Job {
    cancellation: Cancellation,
    ended: Arc<Mutex<Option<Ready>>>,
}

#[pymethods]
impl Job {
    /// Stops the operation. It then ends within a fraction of a second, and the callback is called as always.
    fn cancel(&self) {
        self.cancellation.cancel();
    }

    /// What the operation gave, or the exception that it ended with. To be called once, after the callback.
    fn result(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let ready = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        match ready {
            Some(ready) => ready(py),
            None => Err(crate::errors::argument("the job has not ended, or its result was taken")),
        }
    }
}

/// Starts an operation; `callback` is called without arguments, on a thread of ours, when it has ended.
pub(crate) fn submit<T, F>(
    py: Python<'_>,
    callback: Py<PyAny>,
    cancellation: Cancellation,
    deadline: Option<Duration>,
    operation: impl FnOnce(&SharedRuntime) -> F,
    convert: impl FnOnce(Python<'_>, Result<T, Failure>) -> PyResult<Py<PyAny>> + Send + 'static,
) -> PyResult<Job>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Failure>> + Send + 'static,
{
    let runtime = runtime::shared().map_err(|failure| failure.into_exception(py, None))?;
    let ended = Arc::new(Mutex::new(None));
    let job = Job { cancellation: cancellation.clone(), ended: Arc::clone(&ended) };
    let operation = operation(&runtime);
    let task = async move {
        let result = runtime::bounded(runtime, cancellation, deadline, operation).await;
        let ready: Ready = Box::new(move |py| convert(py, result));
        *ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(ready);
        runtime::attached(|py| {
            if let Err(raised) = callback.call0(py) {
                raised.write_unraisable(py, Some(callback.bind(py)));
            }
            drop(callback);
        });
    };
    runtime::spawn(task).map_err(|failure| failure.into_exception(py, None))?;
    Ok(job)
}
