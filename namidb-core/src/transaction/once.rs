//! Work that is done once, whoever asks for it how often.

use super::{Answer, Changes, Restage, StageContext};
use crate::error::Result;
use crate::graph::{CommitToken, GraphState, Remembered};

/// Work under a token: where something was committed under it before, it changes nothing, and gives what is kept of that.
///
/// The token is part of what is committed, so whoever loses a race to the same token finds it when he executes again.
#[derive(Debug)]
pub struct OnlyOnce<W, A> {
    /// The work, after the execution that counted.
    pub work: W,
    /// What was committed under the token before, if anything was.
    pub first: Option<Remembered>,
    token: CommitToken,
    answer: A,
}

impl<W: Restage, A: FnMut(&mut W, &Changes) -> Answer + Send + 'static> OnlyOnce<W, A> {
    /// Does `work` under a token. `answer` says what a repetition is told.
    pub fn new(work: W, token: CommitToken, answer: A) -> OnlyOnce<W, A> {
        OnlyOnce { work, first: None, token, answer }
    }
}

impl<W: Restage, A: FnMut(&mut W, &Changes) -> Answer + Send + 'static> Restage for OnlyOnce<W, A> {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        self.first = state.remembered(self.token);
        if self.first.is_some() {
            return Ok(Changes::new(state, context));
        }
        let mut changes = self.work.restage(state, context)?;
        let answer = (self.answer)(&mut self.work, &changes);
        changes.remember(self.token, &answer)?;
        Ok(changes)
    }
}
