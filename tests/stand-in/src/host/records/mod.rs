//! The stand-in's records of upload URLs and media objects, in SQLite.
//!
//! Ensures that a URL works once, and that an idempotency key has one media object for all its URLs.
//! Each decision is one transaction, so this also holds for uploads that race, for several instances
//! with the same folder, and after a restart. Never deletes a record. Uses only SQLite's clock, so that
//! no two clocks can differ. Knows nothing about HTTP.

mod chunks;
mod schema;
mod single;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde_json::{Map, Value};

use super::StandInError;
use ittybit_uploader_backend::service::{ByteRange, NewUpload};

pub(super) use chunks::{Conflict, Session, SessionUrl, Stored};
pub(super) use single::UploadUrl;

/// The result of requesting an upload URL.
#[derive(Debug)]
pub(super) enum Created {
    /// A new URL. `expires_at` is in ISO 8601. `received` lists the stored ranges of a file that
    /// arrives in chunks.
    Url { expires_at: String, received: Vec<ByteRange> },
    /// The idempotency key's file is stored already, with this media object.
    Stored(Value),
    /// The idempotency key was used with other properties before.
    OtherProps,
}

/// The numbers of records.
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

    /// Records a new upload URL, unless the idempotency key needs none.
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

    /// Expires a URL.
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
            // A panic elsewhere leaves no open transaction, because dropping one rolls it back.
            work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner))
        })
        .await?
    }
}

/// Begins a transaction that is exclusive from its first read on. Dropping it rolls it back.
fn write(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// Returns the properties with which an idempotency key was used before. A missing key matches no other,
/// because in SQL, NULL equals nothing.
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

/// Returns the media object of an idempotency key, with its id.
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

/// Records a new media object, with the time of its creation.
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
