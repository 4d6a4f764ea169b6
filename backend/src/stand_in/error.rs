//! What can fail in the stand-in itself, as opposed to what it refuses.

use std::io;

use thiserror::Error;

/// The stand-in's folder or database failed it.
#[derive(Debug, Error)]
pub enum StandInError {
    /// A file or the folder.
    #[error("the stand-in's folder cannot be used: {0}")]
    Disk(#[from] io::Error),
    /// The database.
    #[error("the stand-in's database cannot be used: {0}")]
    Records(#[from] rusqlite::Error),
    /// A record that is not what this version writes.
    #[error("the stand-in's database holds a record that cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Work was cut off, as happens when the process ends.
    #[error("the stand-in is ending")]
    Ending(#[from] tokio::task::JoinError),
}
