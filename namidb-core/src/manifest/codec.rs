//! A manifest as bytes, format 1: lines of JSON, the last one their checksum. See `docs/format/manifest.md`.

use super::{Checkpoint, DatedFloor, FORMAT, Life, Manifest, SstRef, WriterTable};
use crate::error::{Error, ErrorCode, Result};
use crate::ids::Seq;
use crate::object_store::ServerTime;
use crate::wal::LogId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A manifest is never larger: it is read at every open, and at every look.
pub const BYTES_MAX: usize = 64 << 10;

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
    ssts: Vec<SstLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SstLine {
    name: String,
    bytes: u64,
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
    let retained = RetainedLine { retained: manifest.retained.iter().map(CheckpointLine::of).collect() };
    let writers = WritersLine {
        writers: manifest.writers.iter().map(|(writer, seq)| (writer.to_string(), seq.0)).collect(),
        cut: manifest.writers.is_cut(),
    };
    let mut out = Vec::new();
    line(&mut out, &head)?;
    line(&mut out, &CheckpointLine::of(&manifest.checkpoint))?;
    line(&mut out, &retained)?;
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
    if format.namidb_manifest > FORMAT {
        return Err(Error::new(
            ErrorCode::FormatVersion,
            format!("the manifest has format {}, this version reads up to {FORMAT}", format.namidb_manifest),
        )
        .with_hint("Open the database with the version that wrote it, or a newer one"));
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let &[head, checkpoint, retained, writers, checksum] = lines.as_slice() else {
        return Err(corrupt(format!("the manifest has {} lines, not 5", lines.len())));
    };
    let expected = crc32c::crc32c(&bytes[..bytes.len() - checksum.len()]);
    if checksum != format!("{{\"crc32c\":\"{expected:08x}\"}}\n") {
        return Err(corrupt("the checksum of the manifest does not match"));
    }
    let head: Head = parse(head)?;
    let writers: WritersLine = parse(writers)?;
    let retained: RetainedLine = parse(retained)?;
    let manifest = Manifest {
        database: Uuid::try_parse(&head.database).map_err(|_| corrupt("the database's id is no UUID"))?,
        version: head.version,
        token: id(&head.token)?,
        checkpoint: parse::<CheckpointLine>(checkpoint)?.checkpoint()?,
        retained: retained.retained.iter().map(CheckpointLine::checkpoint).collect::<Result<_>>()?,
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
    fn of(checkpoint: &Checkpoint) -> CheckpointLine {
        CheckpointLine {
            checkpoint: checkpoint.seq.0,
            hash: checkpoint.hash.to_hex().as_str().to_owned(),
            time: checkpoint.time,
            ssts: checkpoint
                .ssts
                .iter()
                .map(|sst| SstLine { name: sst.name.clone(), bytes: sst.bytes })
                .collect(),
        }
    }

    fn checkpoint(&self) -> Result<Checkpoint> {
        let ssts = self.ssts.iter().map(|sst| SstRef { name: sst.name.clone(), bytes: sst.bytes });
        Ok(Checkpoint {
            seq: Seq(self.checkpoint),
            hash: blake3::Hash::from_hex(&self.hash).map_err(|_| corrupt("the checkpoint's hash is none"))?,
            time: self.time,
            ssts: ssts.collect(),
        })
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
