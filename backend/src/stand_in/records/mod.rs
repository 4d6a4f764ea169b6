//! What the stand-in remembers: upload URLs and media objects, in SQLite.
//!
//! That a URL works once, and that an idempotency key has one media object however many URLs it
//! was given, is decided here, each by one transaction; so it holds for uploads that race, for
//! several instances on one folder, and across restarts. Nothing is ever forgotten. SQLite's
//! clock is the only one, so that no two can disagree. It knows nothing of HTTP.

mod chunks;
mod schema;
mod single;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde_json::{Map, Value};

use super::StandInError;
use crate::service::{ByteRange, NewUpload};

pub(super) use chunks::{Conflict, Session, SessionUrl, Stored};
pub(super) use single::UploadUrl;

/// What asking for an upload URL comes to.
#[derive(Debug)]
pub(super) enum Created {
    /// A new URL, with the time when it expires, in ISO 8601. `received` is what is there already of
    /// a file that comes in chunks.
    Url { expires_at: String, received: Vec<ByteRange> },
    /// The idempotency key's file is stored already; this is its media object.
    Stored(Value),
    /// The idempotency key came with other properties before.
    OtherProps,
}

/// How much it remembers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    pub(super) urls: i64,
    pub(super) media: i64,
}

/// The database. Clones share one connection.
#[derive(Clone)]
pub(super) struct Records {
    connection: Arc<Mutex<Connection>>,
}

impl Records {
    pub(super) fn open(path: &Path) -> Result<Self, StandInError> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        schema::bring_up_to_date(&mut connection)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    /// Remembers a new upload URL, unless the idempotency key needs none.
    pub(super) async fn create_upload(
        &self,
        key: String,
        idempotency_key: Option<String>,
        props: NewUpload,
        ttl: Duration,
    ) -> Result<Created, StandInError> {
        self.run(move |connection| {
            let transaction = write(connection)?;
            let earlier = earlier_props(&transaction, idempotency_key.as_deref())?;
            if earlier.is_some_and(|earlier| earlier != props) {
                return Ok(Created::OtherProps);
            }
            if let Some((_, media)) = stored_media(&transaction, idempotency_key.as_deref())? {
                return Ok(Created::Stored(media));
            }
            let session = if props.resumable == Some(true) {
                Some(chunks::session(&transaction, idempotency_key.as_deref())?)
            } else {
                None
            };
            let received = chunks::received(&transaction, session.as_deref())?;
            let expires_at = transaction.query_row(
                "INSERT INTO uploads (key, idempotency_key, props, session, expires_at)
                 VALUES (?1, ?2, ?3, ?4, unixepoch('subsec') + ?5)
                 RETURNING strftime('%Y-%m-%dT%H:%M:%fZ', expires_at, 'unixepoch')",
                params![
                    key,
                    idempotency_key,
                    serde_json::to_string(&props)?,
                    session,
                    ttl.as_secs_f64()
                ],
                |row| row.get(0),
            )?;
            transaction.commit()?;
            Ok(Created::Url { expires_at, received })
        })
        .await
    }

    pub(super) async fn media(&self, id: String) -> Result<Option<Value>, StandInError> {
        self.run(move |connection| media_of(connection, &id)).await
    }

    /// Makes a URL one that has expired.
    pub(super) async fn expire(&self, key: String) -> Result<(), StandInError> {
        self.run(move |connection| {
            connection.execute("UPDATE uploads SET expires_at = 0 WHERE key = ?1", [key])?;
            Ok(())
        })
        .await
    }

    pub(super) async fn totals(&self) -> Result<Totals, StandInError> {
        self.run(|connection| {
            let totals = connection.query_row(
                "SELECT (SELECT count(*) FROM uploads), (SELECT count(*) FROM media)",
                [],
                |row| Ok(Totals { urls: row.get(0)?, media: row.get(1)? }),
            )?;
            Ok(totals)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StandInError> + Send + 'static,
    ) -> Result<T, StandInError> {
        let connection = Arc::clone(&self.connection);
        tokio::task::spawn_blocking(move || {
            // A panic elsewhere left no transaction open: one that is dropped is rolled back.
            work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner))
        })
        .await?
    }
}

/// A transaction that is alone from its first read on. One that is dropped changes nothing.
fn write(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// What an idempotency key came with before. No key is like no other: in SQL, NULL equals nothing.
fn earlier_props(
    transaction: &Transaction<'_>,
    idempotency_key: Option<&str>,
) -> Result<Option<NewUpload>, StandInError> {
    let props = transaction
        .query_row(
            "SELECT props FROM uploads WHERE idempotency_key = ?1 LIMIT 1",
            [idempotency_key],
            |row| row.get::<_, String>(0),
        )
        .optional()?;
    Ok(props.map(|props| serde_json::from_str(&props)).transpose()?)
}

/// The media object of an idempotency key, with its id.
fn stored_media(
    transaction: &Transaction<'_>,
    idempotency_key: Option<&str>,
) -> Result<Option<(String, Value)>, StandInError> {
    let found = transaction
        .query_row(
            "SELECT media.id, media.object
             FROM uploads JOIN media ON media.id = uploads.media_id
             WHERE uploads.idempotency_key = ?1 LIMIT 1",
            [idempotency_key],
            |row| Ok((row.get(0)?, row.get::<_, String>(1)?)),
        )
        .optional()?;
    Ok(match found {
        Some((id, object)) => Some((id, serde_json::from_str(&object)?)),
        None => None,
    })
}

fn media_of(connection: &Connection, id: &str) -> Result<Option<Value>, StandInError> {
    let object = connection
        .query_row("SELECT object FROM media WHERE id = ?1", [id], |row| row.get::<_, String>(0))
        .optional()?;
    Ok(object.map(|object| serde_json::from_str(&object)).transpose()?)
}

/// Remembers a new media object, with the time it was created.
fn remember(
    transaction: &Transaction<'_>,
    id: &str,
    mut media: Map<String, Value>,
) -> Result<Value, StandInError> {
    let now: String =
        transaction
            .query_row("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')", [], |row| row.get(0))?;
    media.insert("created_at".into(), now.into());
    let media = Value::Object(media);
    transaction.execute(
        "INSERT INTO media (id, object) VALUES (?1, ?2)",
        params![id, serde_json::to_string(&media)?],
    )?;
    Ok(media)
}
