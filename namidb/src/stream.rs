//! The rows of a query, made while they are taken.

use crate::error::{Error, Result};
use crate::opened::Opened;
use crate::options::QueryOptions;
use crate::query;
use crate::result::QueryResult;
use crate::runtime::{self, no_panic};
use namidb_core::ErrorCode;
use namidb_cypher::Params;
use namidb_cypher::exec::CancelToken;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};

/// The rows of a query that reads, piece by piece. The query runs on a thread of its own, one piece ahead of whoever
/// takes them, on the state of the moment when it began; dropping the stream stops it.
#[derive(Debug)]
pub struct RowStream {
    columns: Vec<Arc<str>>,
    pieces: Receiver<Result<QueryResult>>,
    cancel: CancelToken,
}

impl RowStream {
    pub(crate) fn begin(
        opened: Arc<Opened>,
        text: &str,
        params: Params,
        options: &QueryOptions,
        batch_rows: usize,
    ) -> Result<RowStream> {
        if batch_rows == 0 {
            return Err(Error::new(ErrorCode::InvalidArgument, "a batch has one row at least"));
        }
        let cancel = CancelToken::new();
        let options = QueryOptions { cancel: cancel.clone(), ..options.clone() };
        let query = query::begin_stream(&opened, text, params, &options, batch_rows)?;
        let columns = query.columns();
        let (send, pieces) = sync_channel(1);
        let work = move || {
            let passed = no_panic(|| query.run(&opened, &mut |piece| pass(&send, Ok(piece))));
            if let Err(error) = passed {
                // Whoever went away asks no more.
                let _ = send.send(Err(error));
            }
        };
        runtime::handle()?.spawn_blocking(work);
        Ok(RowStream { columns, pieces, cancel })
    }

    /// The names of the columns, in order.
    pub fn columns(&self) -> &[Arc<str>] {
        &self.columns
    }

    /// The next rows, as a result of their own; none at the end. Waits for them on this thread, until `cancel` is cancelled.
    ///
    /// # Errors
    /// Those of the statement; `Cancelled` if it was. The stream has then ended.
    pub fn next_piece(&mut self, cancel: &CancelToken) -> Result<Option<QueryResult>> {
        loop {
            match self.pieces.recv_timeout(runtime::SLICE) {
                Ok(piece) => return piece.map(Some),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => {
                    self.cancel.cancel();
                    return Err(Error::new(
                        ErrorCode::Cancelled,
                        "the call was cancelled while it waited for rows",
                    ));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

impl Iterator for RowStream {
    type Item = Result<QueryResult>;

    fn next(&mut self) -> Option<Result<QueryResult>> {
        self.next_piece(&CancelToken::new()).transpose()
    }
}

impl Drop for RowStream {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

fn pass(to: &SyncSender<Result<QueryResult>>, piece: Result<QueryResult>) -> Result<()> {
    to.send(piece).map_err(|_| Error::new(ErrorCode::Cancelled, "nobody takes the rows any more"))
}
