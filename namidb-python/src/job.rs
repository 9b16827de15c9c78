//! A call that runs on a thread of ours while a coroutine waits for it.

use crate::errors;
use crate::runtime;
use namidb::Result;
use namidb_cypher::exec::CancelToken;
use pyo3::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

/// Makes Python's objects of what a call gave, when somebody asks.
type Ready = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// A running call.
#[pyclass(frozen, module = "namidb._namidb")]
pub(crate) struct Job {
    cancel: CancelToken,
    ended: Arc<Mutex<Option<Ready>>>,
}

#[pymethods]
impl Job {
    /// Stops the call. It then ends within a fraction of a second, and the callback is called as always.
    fn cancel(&self) {
        self.cancel.cancel();
    }

    /// What the call gave, or the exception that it ended with. To be asked once, after the callback.
    fn result(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let ready = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        match ready {
            Some(ready) => ready(py),
            None => Err(errors::argument("the job has not ended, or its result was taken")),
        }
    }
}

/// Starts a call; `callback` is called without arguments, on a thread of ours, when it has ended.
pub(crate) fn submit<T: Send + 'static>(
    py: Python<'_>,
    text: Option<String>,
    callback: Py<PyAny>,
    call: impl FnOnce(CancelToken) -> Result<T> + Send + 'static,
    convert: impl FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
) -> PyResult<Job> {
    let cancel = CancelToken::new();
    let ended = Arc::new(Mutex::new(None));
    let job = Job { cancel: cancel.clone(), ended: Arc::clone(&ended) };
    let work = move || {
        let result = runtime::no_panic(|| call(cancel));
        let ready: Ready = Box::new(move |py| match result {
            Ok(value) => convert(py, value),
            Err(error) => Err(errors::exception(py, &error, text.as_deref())),
        });
        *ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(ready);
        runtime::attached(|py| {
            if let Err(raised) = callback.call0(py) {
                raised.write_unraisable(py, Some(callback.bind(py)));
            }
            drop(callback);
        });
    };
    runtime::spawn(work).map_err(|error| errors::exception(py, &error, None))?;
    Ok(job)
}
