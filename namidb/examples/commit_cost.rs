//! What a durable commit costs on a local disk, and what group commit makes of it.
//!
//! Prints the median of a lone commit on `file://` beside that of the bare calls that make a file durable (create, write,
//! fsync, rename, fsync of the directory) on the same disk in the same run, alternating; then the throughput of one
//! thread and of 64 threads over the same database.
//!
//! Run with `cargo run --release -p namidb --example commit_cost [DIRECTORY]`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock and prints")]

use namidb::blocking::Database;
use namidb::{Result, new_uuid};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const LONE: usize = 300;
const PAYLOAD: [u8; 256] = [7; 256];

fn bare_commit(directory: &Path, n: usize) -> io::Result<()> {
    let temporary = directory.join(format!("tmp-{n}"));
    let mut file = File::create(&temporary)?;
    file.write_all(&PAYLOAD)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, directory.join(format!("object-{n}")))?;
    File::open(directory)?.sync_all()
}

fn commit(database: &Database, n: i64) -> Result<()> {
    let mut batch = database.batch();
    batch.upsert_node(["Person"], new_uuid(), [("n", n)])?;
    batch.commit()?;
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Commits per second of so many threads.
fn throughput(database: &Database, threads: usize, each: usize) -> Result<f64> {
    let start = Instant::now();
    let results: Vec<Result<()>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(move || (0..each).try_for_each(|n| commit(database, n as i64))))
            .collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    results.into_iter().collect::<Result<()>>()?;
    Ok((threads * each) as f64 / start.elapsed().as_secs_f64())
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let given = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let directory = given.join(format!("commit-cost-{}", new_uuid()));
    fs::create_dir_all(directory.join("bare"))?;
    let database = Database::open(format!("file://{}?ns=cost", directory.join("db").display()))?;
    commit(&database, 0)?;

    let (mut bare, mut durable) = (Vec::new(), Vec::new());
    for n in 0..LONE {
        let start = Instant::now();
        bare_commit(&directory.join("bare"), n)?;
        bare.push(start.elapsed());
        let start = Instant::now();
        commit(&database, n as i64)?;
        durable.push(start.elapsed());
    }
    let (bare, durable) = (median(bare), median(durable));
    println!("bare create, fsync, rename, fsync: median {bare:>10.1?}");
    println!("lone durable commit:               median {durable:>10.1?}");
    println!("ratio                              {:>17.2}", durable.as_secs_f64() / bare.as_secs_f64());

    let (mut one, mut many) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        one.push(throughput(&database, 1, 60)?);
        many.push(throughput(&database, 64, 20)?);
    }
    one.sort_unstable_by(f64::total_cmp);
    many.sort_unstable_by(f64::total_cmp);
    println!("one thread:  median {:>9.0} commits/s", one[2]);
    println!("64 threads:  median {:>9.0} commits/s, {:.1} times", many[2], many[2] / one[2]);
    database.close()?;
    fs::remove_dir_all(directory)?;
    Ok(())
}
