//! Errors of the stand-in itself, as opposed to refusals.

use std::io;

use thiserror::Error;

/// The stand-in's folder or database has failed.
#[derive(Debug, Error)]
pub enum StandInError {
    /// A file or the folder can't be used.
    #[error("the stand-in's folder cannot be used: {0}")]
    Disk(#[from] io::Error),
    /// The database can't be used.
    #[error("the stand-in's database cannot be used: {0}")]
    Records(#[from] rusqlite::Error),
    /// A record is not in this version's format.
    #[error("the stand-in's database holds a record that cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A task was interrupted because the process ends.
    #[error("the stand-in is ending")]
    Ending(#[from] tokio::task::JoinError),
}
