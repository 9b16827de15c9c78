//! A manifest as bytes, format 2: lines of JSON, the last one their checksum. See `docs/format/manifest.md`.

use super::{Checkpoint, DatedFloor, FORMAT, Life, Manifest, RETAINED_MAX, Run, SstRef, WriterTable};
use crate::error::{Error, ErrorCode, Result};
use crate::ids::Seq;
use crate::object_store::ServerTime;
use crate::wal::LogId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A manifest is never larger. It has room for as many writers, retained checkpoints and files as there can be at
/// worst, all different; one of a few KiB is usual.
pub const BYTES_MAX: usize = 512 << 10;

/// The part of the first line that every format has.
#[derive(Deserialize)]
struct Format {
    namidb_manifest: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    namidb_manifest: u32,
    database: String,
    version: u64,
    token: String,
    state: String,
    reader_format: u32,
    writer_format: u32,
    gc_horizon: u64,
    collected: u64,
    dated_floor: Option<u64>,
    date: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckpointLine {
    checkpoint: u64,
    hash: String,
    time: Option<i64>,
    /// The files of each run, by their numbers in the line of SSTs.
    runs: Vec<Vec<usize>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SstsLine {
    ssts: Vec<SstLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SstLine {
    name: String,
    bytes: u64,
    tail: u64,
    crc32c: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RetainedLine {
    retained: Vec<CheckpointLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WritersLine {
    writers: BTreeMap<String, u64>,
    cut: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChecksumLine {
    crc32c: String,
}

/// The bytes of a manifest.
///
/// # Errors
/// `Internal` if they are more than [`BYTES_MAX`].
pub fn encode(manifest: &Manifest) -> Result<Vec<u8>> {
    let head = Head {
        namidb_manifest: FORMAT,
        database: manifest.database.as_hyphenated().to_string(),
        version: manifest.version,
        token: manifest.token.to_string(),
        state: match manifest.life {
            Life::Live => "live".to_owned(),
        },
        reader_format: manifest.reader_format,
        writer_format: manifest.writer_format,
        gc_horizon: manifest.gc_horizon,
        collected: manifest.collected.0,
        dated_floor: manifest.dated.map(|dated| dated.floor.0),
        date: manifest.dated.map(|dated| dated.date.0),
    };
    let mut ssts = Vec::new();
    let checkpoint = CheckpointLine::of(&manifest.checkpoint, &mut ssts);
    let retained = manifest.retained.iter().map(|old| CheckpointLine::of(old, &mut ssts)).collect();
    let ssts = ssts.into_iter().map(|sst| SstLine {
        name: sst.name.clone(),
        bytes: sst.bytes,
        tail: sst.tail_bytes,
        crc32c: format!("{:08x}", sst.tail_checksum),
    });
    let writers = WritersLine {
        writers: manifest.writers.iter().map(|(writer, seq)| (writer.to_string(), seq.0)).collect(),
        cut: manifest.writers.is_cut(),
    };
    let mut out = Vec::new();
    line(&mut out, &head)?;
    line(&mut out, &checkpoint)?;
    line(&mut out, &RetainedLine { retained })?;
    line(&mut out, &SstsLine { ssts: ssts.collect() })?;
    line(&mut out, &writers)?;
    let checksum = crc32c::crc32c(&out);
    line(&mut out, &ChecksumLine { crc32c: format!("{checksum:08x}") })?;
    if out.len() > BYTES_MAX {
        return Err(Error::new(
            ErrorCode::Internal,
            format!("the manifest would have {} bytes, more than {BYTES_MAX}", out.len()),
        ));
    }
    Ok(out)
}

fn line(out: &mut Vec<u8>, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(|error| {
        Error::new(ErrorCode::Internal, "a line of the manifest cannot be written").with_source(error)
    })?;
    out.push(b'\n');
    Ok(())
}

/// Reads a manifest.
///
/// # Errors
/// `Corruption` if the bytes are none, or were changed; `FormatVersion` if a newer version wrote them.
pub fn decode(bytes: &[u8]) -> Result<Manifest> {
    if bytes.len() > BYTES_MAX {
        return Err(corrupt(format!("the manifest has {} bytes, more than {BYTES_MAX}", bytes.len())));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| corrupt("the manifest is not UTF-8"))?;
    let (first, _) = text.split_once('\n').ok_or_else(|| corrupt("the manifest has no lines"))?;
    let format: Format = parse(first)?;
    if format.namidb_manifest != FORMAT {
        return Err(Error::new(
            ErrorCode::FormatVersion,
            format!("the manifest has format {}, this version reads {FORMAT}", format.namidb_manifest),
        )
        .with_hint("Open the database with the version that wrote it"));
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let &[head, checkpoint, retained, ssts, writers, checksum] = lines.as_slice() else {
        return Err(corrupt(format!("the manifest has {} lines, not 6", lines.len())));
    };
    let expected = crc32c::crc32c(&bytes[..bytes.len() - checksum.len()]);
    if checksum != format!("{{\"crc32c\":\"{expected:08x}\"}}\n") {
        return Err(corrupt("the checksum of the manifest does not match"));
    }
    let head: Head = parse(head)?;
    let writers: WritersLine = parse(writers)?;
    let ssts = parse::<SstsLine>(ssts)?.ssts.iter().map(SstLine::sst).collect::<Result<Vec<SstRef>>>()?;
    let retained: RetainedLine = parse(retained)?;
    if retained.retained.len() > RETAINED_MAX {
        return Err(corrupt("the manifest retains more checkpoints than it can"));
    }
    let manifest = Manifest {
        database: Uuid::try_parse(&head.database).map_err(|_| corrupt("the database's id is no UUID"))?,
        version: head.version,
        token: id(&head.token)?,
        checkpoint: parse::<CheckpointLine>(checkpoint)?.checkpoint(&ssts)?,
        retained: retained.retained.iter().map(|old| old.checkpoint(&ssts)).collect::<Result<_>>()?,
        dated: match (head.dated_floor, head.date) {
            (None, None) => None,
            (Some(floor), Some(date)) => Some(DatedFloor { floor: Seq(floor), date: ServerTime(date) }),
            _ => return Err(corrupt("a floor goes with a date")),
        },
        collected: Seq(head.collected),
        gc_horizon: head.gc_horizon,
        writers: WriterTable::new(
            writers
                .writers
                .iter()
                .map(|(writer, seq)| Ok((id(writer)?, Seq(*seq))))
                .collect::<Result<Vec<_>>>()?,
            writers.cut,
        ),
        reader_format: head.reader_format,
        writer_format: head.writer_format,
        life: match head.state.as_str() {
            "live" => Life::Live,
            other => {
                return Err(Error::new(
                    ErrorCode::FormatVersion,
                    format!(
                        "the namespace is '{}', which this version does not know",
                        other.escape_default()
                    ),
                ));
            }
        },
    };
    if manifest.checkpoint.seq.0 == u64::MAX || manifest.version == u64::MAX {
        return Err(corrupt("the manifest's numbers are at their end"));
    }
    Ok(manifest)
}

impl CheckpointLine {
    /// The line, with the files that it names added to `ssts` unless they are there.
    fn of<'a>(checkpoint: &'a Checkpoint, ssts: &mut Vec<&'a SstRef>) -> CheckpointLine {
        let mut number = |file: &'a SstRef| {
            ssts.iter().position(|other| other.name == file.name).unwrap_or_else(|| {
                ssts.push(file);
                ssts.len() - 1
            })
        };
        CheckpointLine {
            checkpoint: checkpoint.seq.0,
            hash: checkpoint.hash.to_hex().as_str().to_owned(),
            time: checkpoint.time,
            runs: checkpoint.runs.iter().map(|run| run.files.iter().map(&mut number).collect()).collect(),
        }
    }

    fn checkpoint(&self, ssts: &[SstRef]) -> Result<Checkpoint> {
        let file = |number: &usize| {
            ssts.get(*number).cloned().ok_or_else(|| corrupt("a run names an SST that is not listed"))
        };
        let run = |files: &Vec<usize>| Ok(Run { files: files.iter().map(file).collect::<Result<_>>()? });
        Ok(Checkpoint {
            seq: Seq(self.checkpoint),
            hash: blake3::Hash::from_hex(&self.hash).map_err(|_| corrupt("the checkpoint's hash is none"))?,
            time: self.time,
            runs: self.runs.iter().map(run).collect::<Result<_>>()?,
        })
    }
}

impl SstLine {
    fn sst(&self) -> Result<SstRef> {
        let tail_checksum = match u32::from_str_radix(&self.crc32c, 16) {
            Ok(checksum) if self.crc32c.len() == 8 => checksum,
            _ => return Err(corrupt("a checksum is not 8 hexadecimal digits")),
        };
        if self.tail > self.bytes {
            return Err(corrupt("the tail of an SST is longer than the SST"));
        }
        Ok(SstRef { name: self.name.clone(), bytes: self.bytes, tail_bytes: self.tail, tail_checksum })
    }
}

fn id(text: &str) -> Result<LogId> {
    match u128::from_str_radix(text, 16) {
        Ok(id) if text.len() == 32 => Ok(LogId(id)),
        _ => Err(corrupt("an id is not 32 hexadecimal digits")),
    }
}

fn parse<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T> {
    serde_json::from_str(line)
        .map_err(|error| corrupt("a line of the manifest cannot be read").with_source(error))
}

fn corrupt(problem: impl Into<String>) -> Error {
    Error::new(ErrorCode::Corruption, problem)
}
