//! What the engine tells about itself and about a statement, as dicts and as the classes of `namidb.reports`.

use namidb::{
    BackupReport, CompactionReport, Notification, QueryContract, SnapshotMeta, StatementKind, Summary,
};
use namidb_core::engine::{CommitMetrics, Info, Problem, VerifyReport};
use namidb_core::object_store::layers::Counts;
use namidb_core::residency::CacheStats;
use namidb_core::transaction::Counters;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a statement changed.
fn counters<'py>(py: Python<'py>, counters: &Counters) -> PyResult<Bound<'py, PyAny>> {
    let dict = PyDict::new(py);
    for (name, number) in counters.named() {
        dict.set_item(name, number)?;
    }
    class(py, "Counters")?.call((), Some(&dict))
}

fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("namidb.reports")?.getattr(name)
}

fn kind(of: StatementKind) -> &'static str {
    match of {
        StatementKind::Read => "r",
        StatementKind::ReadWrite => "rw",
        StatementKind::Write => "w",
        StatementKind::Schema => "s",
    }
}

/// What a compaction came to.
pub(crate) fn compaction<'py>(py: Python<'py>, report: &CompactionReport) -> PyResult<Bound<'py, PyAny>> {
    let runs = (report.runs_before, report.runs_after);
    let bytes = (report.bytes_read, report.bytes_written);
    class(py, "CompactionReport")?.call1((report.checkpoint.0, runs.0, runs.1, bytes.0, bytes.1))
}

/// What a backup came to.
pub(crate) fn backup<'py>(py: Python<'py>, report: &BackupReport) -> PyResult<Bound<'py, PyAny>> {
    class(py, "BackupReport")?.call1((report.seq.0, report.objects, report.bytes))
}

/// What is in a snapshot file.
pub(crate) fn snapshot<'py>(py: Python<'py>, meta: &SnapshotMeta) -> PyResult<Bound<'py, PyAny>> {
    class(py, "SnapshotMeta")?.call1((meta.format, meta.seq.0, meta.nodes, meta.relationships, meta.bytes))
}

/// What is known of a statement before it runs.
pub(crate) fn contract<'py>(py: Python<'py>, contract: &QueryContract) -> PyResult<Bound<'py, PyAny>> {
    let columns: Vec<&str> = contract.columns.iter().map(|column| &*column.name).collect();
    let schema = contract.columns.iter().map(|c| (PyString::new(py, &c.name), c.type_name, true));
    let schema = self::columns(py, schema)?;
    let parameters: Vec<&str> = contract.parameters.iter().map(|name| &**name).collect();
    let touched = &contract.touched;
    let names = |names: &BTreeSet<Arc<str>>| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let reads = (names(&touched.labels_read), names(&touched.types_read), names(&touched.keys_read));
    let writes =
        (names(&touched.labels_written), names(&touched.types_written), names(&touched.keys_written));
    let names = class(py, "Names")?;
    let (reads, writes) = (names.call1(reads)?, names.call1(writes)?);
    class(py, "QueryContract")?.call1((kind(contract.kind), columns, parameters, reads, writes, schema))
}

/// What is worth knowing of a statement.
pub(crate) fn notifications<'py>(py: Python<'py>, all: &[Notification]) -> PyResult<Bound<'py, PyList>> {
    let class = class(py, "Notification")?;
    let one = |note: &Notification| class.call1((note.code, note.title, &note.description));
    PyList::new(py, all.iter().map(one).collect::<PyResult<Vec<_>>>()?)
}

/// What is known of a statement beside its rows.
pub(crate) fn summary<'py>(
    py: Python<'py>,
    summary: &Summary,
    query: &Bound<'py, PyString>,
    notes: &[Notification],
) -> PyResult<Bound<'py, PyAny>> {
    let kind = kind(summary.kind);
    let elapsed_ms = summary.elapsed.as_secs_f64() * 1e3;
    let counters = counters(py, &summary.counters)?;
    class(py, "Summary")?.call1((
        kind,
        counters,
        summary.seq.0,
        elapsed_ms,
        query,
        summary.repeated,
        summary.rows_kept,
        notifications(py, notes)?,
    ))
}

/// The same of a statement that was executed many times.
pub(crate) fn write_summary<'py>(
    py: Python<'py>,
    summary: &Summary,
    query: &str,
    executions: usize,
) -> PyResult<Bound<'py, PyAny>> {
    let elapsed_ms = summary.elapsed.as_secs_f64() * 1e3;
    let counters = counters(py, &summary.counters)?;
    class(py, "WriteSummary")?.call1((
        counters,
        summary.seq.0,
        elapsed_ms,
        query,
        executions,
        summary.repeated,
    ))
}

/// Columns: their names, types, and whether they hold nulls.
pub(crate) fn columns<'py>(
    py: Python<'py>,
    columns: impl Iterator<Item = (Bound<'py, PyString>, &'static str, bool)>,
) -> PyResult<Bound<'py, PyList>> {
    let class = class(py, "ColumnType")?;
    PyList::new(py, columns.map(|column| class.call1(column)).collect::<PyResult<Vec<_>>>()?)
}

/// The nodes and relationships in rows.
pub(crate) fn graph(rows: Bound<'_, PyList>) -> PyResult<Bound<'_, PyAny>> {
    class(rows.py(), "Graph")?.call_method1("of", (rows,))
}

/// Requests to the store by kind: how many, how many failed, and their bytes.
pub(crate) fn requests<'py>(py: Python<'py>, counts: &Counts) -> PyResult<Bound<'py, PyAny>> {
    let dict = PyDict::new(py);
    let kinds = [
        ("put", &counts.put),
        ("get", &counts.get),
        ("head", &counts.head),
        ("delete", &counts.delete),
        ("list", &counts.list),
    ];
    for (kind, operation) in kinds {
        dict.set_item(kind, operation.requests)?;
        dict.set_item(format!("{kind}_errors"), operation.errors)?;
        dict.set_item(format!("{kind}_bytes"), operation.bytes)?;
    }
    dict.set_item("name_lookups", counts.name_lookups)?;
    dict.set_item("requests", counts.requests())?;
    dict.set_item("retries", counts.retries)?;
    class(py, "RequestStats")?.call((), Some(&dict))
}

/// What became of the commits.
pub(crate) fn commits<'py>(py: Python<'py>, metrics: &CommitMetrics) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("queue_depth", metrics.queue_depth)?;
    dict.set_item("admitted", metrics.admitted)?;
    dict.set_item("committed", metrics.committed)?;
    dict.set_item("failed", metrics.failed)?;
    dict.set_item("unknown", metrics.unknown)?;
    dict.set_item("puts", metrics.puts)?;
    dict.set_item("records", metrics.records)?;
    dict.set_item("wait_us", metrics.waited.as_micros())?;
    dict.set_item("lost_slots", metrics.lost_slots)?;
    dict.set_item("executed_again", metrics.executed_again)?;
    dict.set_item("reloads", metrics.reloads)?;
    dict.set_item("checkpoints", metrics.checkpoints)?;
    dict.set_item("compactions", metrics.compactions)?;
    dict.set_item("collected", metrics.collected)?;
    Ok(dict)
}

/// What the database is, and where it stands.
pub(crate) fn info<'py>(py: Python<'py>, info: &Info, scheme: &str) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("version", env!("CARGO_PKG_VERSION"))?;
    dict.set_item("backend", scheme)?;
    dict.set_item("database", info.database.to_string())?;
    dict.set_item("log_format", info.log_format)?;
    dict.set_item("manifest_format", info.manifest_format)?;
    dict.set_item("sst_format", info.sst_format)?;
    dict.set_item("sequence", info.seq.0)?;
    dict.set_item("checkpoint", info.checkpoint.0)?;
    dict.set_item("max_staleness", info.max_staleness.as_secs_f64())?;
    dict.set_item("read_only", info.read_only)?;
    let degraded = PyList::empty(py);
    for duty in &info.degraded {
        let one = PyDict::new(py);
        one.set_item("duty", duty.duty.as_str())?;
        one.set_item("code", duty.code.name())?;
        one.set_item("message", &duty.message)?;
        one.set_item("since", duty.since as f64 / 1e6)?;
        one.set_item("failures", duty.failures)?;
        degraded.append(one)?;
    }
    dict.set_item("degraded", degraded)?;
    Ok(dict)
}

/// What a verification found.
pub(crate) fn verified<'py>(py: Python<'py>, report: &VerifyReport) -> PyResult<Bound<'py, PyAny>> {
    let (problem_class, stray_class) = (class(py, "Problem")?, class(py, "Stray")?);
    let problems = report.problems.iter().map(|problem| {
        let Problem { object, block, code, message, advice } = problem;
        problem_class.call1((object, block.as_deref(), code.name(), message, advice))
    });
    let problems = PyTuple::new(py, problems.collect::<PyResult<Vec<_>>>()?)?;
    let strays = report.strays.iter().map(|stray| stray_class.call1((&stray.object, stray.what)));
    let strays = PyTuple::new(py, strays.collect::<PyResult<Vec<_>>>()?)?;
    let facts = PyDict::new(py);
    facts.set_item("database", report.database.to_string())?;
    facts.set_item("manifest_version", report.manifest_version)?;
    facts.set_item("checkpoint", report.checkpoint.0)?;
    facts.set_item("sequence", report.seq.0)?;
    facts.set_item("objects", report.objects)?;
    facts.set_item("bytes", report.bytes)?;
    facts.set_item("blocks", report.blocks)?;
    facts.set_item("records", report.records)?;
    facts.set_item("nodes", report.nodes)?;
    facts.set_item("relationships", report.relationships)?;
    facts.set_item("problems", problems)?;
    facts.set_item("strays", strays)?;
    facts.set_item("text", report.to_string())?;
    class(py, "VerifyReport")?.call((), Some(&facts))
}

/// The numbers of the cache. A chunk that is in memory is read without being looked up, so a hit is a block that was
/// read ahead before it was missed.
pub(crate) fn cache_stats<'py>(py: Python<'py>, stats: &CacheStats) -> PyResult<Bound<'py, PyAny>> {
    let numbers = PyDict::new(py);
    numbers.set_item("hit", stats.ahead_hits)?;
    numbers.set_item("miss", stats.misses - stats.ahead_hits)?;
    numbers.set_item("evict", stats.evictions)?;
    numbers.set_item("insert", stats.fetched_blocks)?;
    numbers.set_item("usage_bytes", stats.held_bytes + stats.ahead_bytes)?;
    numbers.set_item("budget_bytes", stats.budget_bytes)?;
    numbers.set_item("pinned_bytes", stats.pinned_bytes)?;
    numbers.set_item("fetched_bytes", stats.fetched_bytes)?;
    class(py, "CacheStats")?.call1((numbers,))
}
