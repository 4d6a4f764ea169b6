//! The records of resumable uploads: sessions, and the stored chunks of each.
//!
//! A session is one file that arrives in chunks, at any number of URLs. Its id becomes that of the media
//! object, which is created in the transaction that records the last byte.

use std::io;

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Records, media_of, remember, write};
use crate::host::StandInError;
use crate::host::chunk::Chunk;
use ittybit_uploader_backend::service::{ByteRange, NewUpload};

/// A file that arrives in chunks.
#[derive(Clone, Debug)]
pub(in crate::host) struct Session {
    pub(in crate::host) id: String,
    pub(in crate::host) props: NewUpload,
}

/// The state of an upload URL of a session.
#[derive(Debug)]
pub(in crate::host) enum SessionUrl {
    Usable(Session),
    Expired,
    Unknown,
}

/// A conflict between a chunk and earlier ones.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::host) enum Conflict {
    /// Earlier chunks are of a file of this many bytes.
    Total(u64),
    /// This stored chunk has some of the same bytes.
    Overlap(ByteRange),
}

/// The state of a session once a chunk is stored.
#[derive(Debug)]
pub(in crate::host) enum Stored {
    /// These bytes are stored, and others are missing.
    Part(Vec<ByteRange>),
    /// The whole file is stored, and this is its media object.
    Whole(Value),
}

enum Standing {
    New,
    Stored,
}

impl Records {
    pub(in crate::host) async fn look_up_session(
        &self,
        key: String,
    ) -> Result<SessionUrl, StandInError> {
        self.run(move |connection| {
            let found = connection
                .query_row(
                    "SELECT session, props, expires_at <= unixepoch('subsec')
                     FROM uploads WHERE key = ?1 AND session IS NOT NULL",
                    [key],
                    |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)),
                )
                .optional()?;
            Ok(match found {
                None => SessionUrl::Unknown,
                Some((_, _, true)) => SessionUrl::Expired,
                Some((id, props, false)) => {
                    SessionUrl::Usable(Session { id, props: serde_json::from_str(&props)? })
                }
            })
        })
        .await
    }

    /// Returns the conflict between a chunk and earlier ones, before any of its bytes have arrived.
    pub(in crate::host) async fn conflict(
        &self,
        session: &Session,
        chunk: Chunk,
    ) -> Result<Option<Conflict>, StandInError> {
        let id = session.id.clone();
        self.run(move |connection| Ok(standing(&connection.transaction()?, &id, chunk)?.err()))
            .await
    }

    /// Records a chunk that has arrived completely, unless it was recorded before.
    ///
    /// `store` puts its bytes in place. It is called only for a new chunk, and by one caller at a time. If it fails,
    /// nothing is recorded. `describe` creates the media object, and is called once the whole file is in place.
    pub(in crate::host) async fn record(
        &self,
        session: Session,
        chunk: Chunk,
        store: impl FnOnce() -> io::Result<()> + Send + 'static,
        describe: impl FnOnce(&Session) -> io::Result<Map<String, Value>> + Send + 'static,
    ) -> Result<Result<Stored, Conflict>, StandInError> {
        self.run(move |connection| {
            let transaction = write(connection)?;
            match standing(&transaction, &session.id, chunk)? {
                Err(conflict) => return Ok(Err(conflict)),
                Ok(Standing::Stored) => {}
                Ok(Standing::New) => {
                    store()?;
                    insert(&transaction, &session.id, chunk)?;
                }
            }
            let received = received(&transaction, Some(&session.id))?;
            let stored = if received.iter().map(|range| range.size()).sum::<u64>() < chunk.total {
                Stored::Part(received)
            } else if let Some(media) = media_of(&transaction, &session.id)? {
                Stored::Whole(media)
            } else {
                let media = remember(&transaction, &session.id, describe(&session)?)?;
                transaction.execute(
                    "UPDATE uploads SET media_id = ?1 WHERE session = ?1",
                    [&session.id],
                )?;
                Stored::Whole(media)
            };
            transaction.commit()?;
            Ok(Ok(stored))
        })
        .await
    }
}

/// Returns the session of an idempotency key, or a new one.
pub(super) fn session(
    transaction: &Transaction<'_>,
    idempotency_key: Option<&str>,
) -> rusqlite::Result<String> {
    let earlier = transaction
        .query_row(
            "SELECT session FROM uploads WHERE idempotency_key = ?1 AND session IS NOT NULL LIMIT 1",
            [idempotency_key],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(id) = earlier {
        return Ok(id);
    }
    let id = format!("med_{}", Uuid::new_v4().simple());
    transaction.execute("INSERT INTO sessions (id) VALUES (?1)", [&id])?;
    Ok(id)
}

/// Returns which bytes of a session are stored. Without a session, none are.
pub(super) fn received(
    transaction: &Transaction<'_>,
    session: Option<&str>,
) -> rusqlite::Result<Vec<ByteRange>> {
    let ranges = transaction
        .prepare("SELECT first, last FROM chunks WHERE session = ?1 ORDER BY first")?
        .query_and_then([session], range)?
        .collect::<Result<_, _>>()?;
    Ok(ByteRange::merged(ranges))
}

fn standing(
    transaction: &Transaction<'_>,
    session: &str,
    chunk: Chunk,
) -> rusqlite::Result<Result<Standing, Conflict>> {
    let total: Option<i64> =
        transaction
            .query_row("SELECT total FROM sessions WHERE id = ?1", [session], |row| row.get(0))?;
    let Some(total) = total.map(i64::cast_unsigned) else {
        return Ok(Ok(Standing::New));
    };
    if total != chunk.total {
        return Ok(Err(Conflict::Total(total)));
    }
    // An empty file is complete when its size is known.
    let Some(bytes) = chunk.range else {
        return Ok(Ok(Standing::Stored));
    };
    let overlapping = transaction
        .query_row(
            "SELECT first, last FROM chunks
             WHERE session = ?1 AND first <= ?3 AND last >= ?2 LIMIT 1",
            params![session, bytes.first().cast_signed(), bytes.last().cast_signed()],
            range,
        )
        .optional()?;
    Ok(match overlapping {
        None => Ok(Standing::New),
        Some(same) if same == bytes => Ok(Standing::Stored),
        Some(other) => Err(Conflict::Overlap(other)),
    })
}

fn insert(transaction: &Transaction<'_>, session: &str, chunk: Chunk) -> rusqlite::Result<()> {
    transaction.execute(
        "UPDATE sessions SET total = ?2 WHERE id = ?1",
        params![session, chunk.total.cast_signed()],
    )?;
    if let Some(range) = chunk.range {
        transaction.execute(
            "INSERT INTO chunks (session, first, last) VALUES (?1, ?2, ?3)",
            params![session, range.first().cast_signed(), range.last().cast_signed()],
        )?;
    }
    Ok(())
}

fn range(row: &rusqlite::Row<'_>) -> rusqlite::Result<ByteRange> {
    let (first, last) = (row.get::<_, i64>(0)?, row.get::<_, i64>(1)?);
    ByteRange::new(first.cast_unsigned(), last.cast_unsigned())
        .ok_or(rusqlite::Error::IntegralValueOutOfRange(1, last))
}
