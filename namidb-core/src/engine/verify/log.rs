//! The log above the checkpoint: every record, the chain that they make, and the state that they lead to.

use super::report::Kind;
use super::{Verifier, is_damage};
use crate::error::{Error, ErrorCode, Result};
use crate::graph::GraphState;
use crate::hash::HashSet;
use crate::ids::Seq;
use crate::layout::slot_of;
use crate::manifest::Manifest;
use crate::object_store::ObjectPath;
use crate::wal::{self, Header, Position, Record, Slot};

/// Slots that are read together.
const WINDOW: u64 = 16;

/// Records that came after the list was made are read up to so many: whoever is never idle would keep us for ever.
const NEW_MAX: u64 = 1_024;

/// How far a verification of the log has come.
struct Chain {
    /// The state after the last record; none after anything that is damaged.
    position: Option<Position>,
    /// The hash of the last record, if that is known.
    previous: Option<blake3::Hash>,
    /// Bodies that records name.
    bodies: HashSet<ObjectPath>,
}

impl Verifier<'_> {
    /// Reads the log and applies it to the state of the checkpoint. The newest state, if all is whole, and the bodies that
    /// lie apart.
    pub(super) async fn log(
        &mut self,
        manifest: &Manifest,
        state: Option<GraphState>,
        listed: &[ObjectPath],
    ) -> Result<(Option<GraphState>, HashSet<ObjectPath>)> {
        let checkpoint = &manifest.checkpoint;
        let time = checkpoint.time.unwrap_or(i64::MIN);
        let position =
            state.map(|state| Position { seq: checkpoint.seq, hash: checkpoint.hash, time, state });
        let mut chain = Chain { position, previous: Some(checkpoint.hash), bodies: HashSet::default() };
        let last = listed.iter().filter_map(slot_of).max().unwrap_or_default().max(checkpoint.seq);
        self.report.seq = checkpoint.seq;
        let mut next = checkpoint.seq.next();
        while next.0 <= last.0.saturating_add(NEW_MAX) {
            let window = wal::read_window(&**self.store, self.layout, next, WINDOW).await?;
            next = Seq(next.0.saturating_add(WINDOW));
            for slot in window {
                if slot.bytes.is_none() && slot.seq > last {
                    return Ok((chain.position.map(|position| position.state), chain.bodies));
                }
                self.slot(manifest, &mut chain, slot).await?;
            }
        }
        Ok((chain.position.map(|position| position.state), chain.bodies))
    }

    async fn slot(&mut self, manifest: &Manifest, chain: &mut Chain, slot: Slot) -> Result<()> {
        let position = chain.position.take();
        let previous = chain.previous.take();
        let Some((bytes, body)) = slot.bytes else {
            let missing =
                Error::new(ErrorCode::Corruption, "the record is missing, and there are some above it");
            self.problem(Kind::Immutable, self.layout.slot(slot.seq), &missing);
            return Ok(());
        };
        self.report.objects += 1;
        self.report.bytes += bytes.len() as u64;
        let mut object = self.layout.slot(slot.seq);
        if let Ok(header) = Header::decode(&bytes)
            && header.apart
        {
            // What its own checksum covers is whole: whatever is wrong is wrong with the body.
            object = self.layout.body(slot.seq, &header.body_hash);
            chain.bodies.insert(object.clone());
            self.report.objects += u64::from(body.is_some());
            self.report.bytes += body.as_ref().map_or(0, |body| body.len() as u64);
        }
        let record = match Record::decode(&bytes, body.as_ref()) {
            Ok(record) => record,
            Err(error) if is_damage(&error) => {
                self.problem(Kind::Immutable, object, &error);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        self.report.records += 1;
        self.report.seq = slot.seq;
        chain.previous = Some(record.hash);
        let slot_path = self.layout.slot(slot.seq);
        match position {
            Some(position) => {
                match self.resolve(|| wal::replay(manifest.database, &position, record.clone())).await {
                    Ok(applied) => chain.position = Some(applied.position),
                    Err(error) if is_damage(&error) => self.problem(Kind::Immutable, slot_path, &error),
                    Err(error) => return Err(error),
                }
            }
            // Without a state there is still the chain.
            None => {
                let header = &record.header;
                let continues = previous.is_none_or(|previous| header.previous == previous);
                if header.database != manifest.database || header.seq != slot.seq || !continues {
                    let foreign =
                        Error::new(ErrorCode::Corruption, "it does not continue the record before it");
                    self.problem(Kind::Immutable, slot_path, &foreign);
                }
            }
        }
        Ok(())
    }
}
