//! Python code that runs on a thread of ours while a coroutine waits for it.

use crate::errors;
use crate::runtime;
use namidb_core::ErrorCode;
use namidb_cypher::exec::CancelToken;
use pyo3::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

/// What the code gave, or the exception that it ended with.
type Ended = Arc<Mutex<Option<PyResult<Py<PyAny>>>>>;

/// What a job calls: the code, and then the callback.
type Calls = Arc<Mutex<Option<(Py<PyAny>, Py<PyAny>)>>>;

/// A running job.
#[pyclass(frozen, module = "namidb._namidb")]
pub(crate) struct Job {
    cancel: CancelToken,
    /// Taken by whoever comes first: the thread that runs it, or who cancels it before.
    calls: Calls,
    ended: Ended,
}

fn take<T>(of: &Mutex<Option<T>>) -> Option<T> {
    of.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn end(py: Python<'_>, ended: &Ended, result: PyResult<Py<PyAny>>, callback: &Py<PyAny>) {
    *ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    if let Err(raised) = callback.call0(py) {
        raised.write_unraisable(py, Some(callback.bind(py)));
    }
}

#[pymethods]
impl Job {
    /// Stops the calls of the job. It then ends within a fraction of a second, and the callback is called as always; at
    /// once if it still waited for a thread.
    fn cancel(&self, py: Python<'_>) {
        self.cancel.cancel();
        if let Some((_, callback)) = take(&self.calls) {
            let cancelled = errors::coded(py, ErrorCode::Cancelled, "the call was cancelled before it began");
            end(py, &self.ended, Err(cancelled), &callback);
        }
    }

    /// What the code gave, or the exception that it ended with. To be asked once, after the callback.
    fn result(&self) -> PyResult<Py<PyAny>> {
        let unknown = || Err(errors::argument("the job has not ended, or its result was taken"));
        take(&self.ended).unwrap_or_else(unknown)
    }
}

/// Calls `work` on a thread of ours; `callback` is called without arguments when it has ended.
#[pyfunction]
#[pyo3(name = "_submit")]
pub(crate) fn submit(py: Python<'_>, work: Py<PyAny>, callback: Py<PyAny>) -> PyResult<Job> {
    let job = Job {
        cancel: CancelToken::new(),
        calls: Arc::new(Mutex::new(Some((work, callback)))),
        ended: Ended::default(),
    };
    let (calls, ended) = (Arc::clone(&job.calls), Arc::clone(&job.ended));
    let run = move |py: Python<'_>| {
        if let Some((work, callback)) = take(&calls) {
            end(py, &ended, work.call0(py), &callback);
        }
    };
    runtime::spawn(job.cancel.clone(), run).map_err(|error| errors::exception(py, &error, None))?;
    Ok(job)
}
