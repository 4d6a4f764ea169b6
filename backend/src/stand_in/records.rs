//! What the stand-in remembers: upload URLs and media objects, in SQLite.
//!
//! That a URL works once is decided here, by one transaction, and so holds for uploads that race
//! and across restarts. SQLite's clock is the only one, so that no two can disagree. It knows
//! nothing of HTTP.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde_json::{Map, Value};

use super::StandInError;
use crate::service::NewUpload;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS media (
        id     TEXT PRIMARY KEY,
        object TEXT NOT NULL                     -- JSON
    ) STRICT;
    CREATE TABLE IF NOT EXISTS uploads (
        key        TEXT PRIMARY KEY,
        props      TEXT NOT NULL,                -- JSON
        expires_at REAL NOT NULL,                -- seconds since 1970
        media_id   TEXT REFERENCES media (id)    -- once there is one, the URL is used
    ) STRICT;
";

/// What an upload URL is good for.
#[derive(Debug)]
pub(super) enum UploadUrl {
    Usable(NewUpload),
    Used,
    Expired,
    Unknown,
}

/// The database. Clones share one connection.
#[derive(Clone)]
pub(super) struct Records {
    connection: Arc<Mutex<Connection>>,
}

impl Records {
    pub(super) fn open(path: &Path) -> Result<Self, StandInError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    /// Remembers a new upload URL; answers when it expires, in ISO 8601.
    pub(super) async fn create_upload(
        &self,
        key: String,
        props: NewUpload,
        ttl: Duration,
    ) -> Result<String, StandInError> {
        self.run(move |connection| {
            let expires_at = connection.query_row(
                "INSERT INTO uploads (key, props, expires_at)
                 VALUES (?1, ?2, unixepoch('subsec') + ?3)
                 RETURNING strftime('%Y-%m-%dT%H:%M:%fZ', expires_at, 'unixepoch')",
                params![key, serde_json::to_string(&props)?, ttl.as_secs_f64()],
                |row| row.get(0),
            )?;
            Ok(expires_at)
        })
        .await
    }

    pub(super) async fn look_up(&self, key: String) -> Result<UploadUrl, StandInError> {
        self.run(move |connection| {
            let found = connection
                .query_row(
                    "SELECT media_id IS NOT NULL, expires_at <= unixepoch('subsec'), props
                     FROM uploads WHERE key = ?1",
                    [key],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)),
                )
                .optional()?;
            Ok(match found {
                None => UploadUrl::Unknown,
                Some((true, _, _)) => UploadUrl::Used,
                Some((false, true, _)) => UploadUrl::Expired,
                Some((false, false, props)) => UploadUrl::Usable(serde_json::from_str(&props)?),
            })
        })
        .await
    }

    /// Makes the URL a used one and remembers its media object, which is answered with the time
    /// it was created; or `None` where another upload was first. `store` puts the bytes in
    /// place: it is called at most once, and where it fails nothing has happened.
    pub(super) async fn complete(
        &self,
        key: String,
        id: String,
        mut media: Map<String, Value>,
        store: impl FnOnce() -> std::io::Result<()> + Send + 'static,
    ) -> Result<Option<Value>, StandInError> {
        self.run(move |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let is_free = transaction
                .query_row("SELECT media_id IS NULL FROM uploads WHERE key = ?1", [&key], |row| {
                    row.get(0)
                })
                .optional()?;
            if is_free != Some(true) {
                return Ok(None);
            }
            let now: String = transaction.query_row(
                "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
                [],
                |row| row.get(0),
            )?;
            media.insert("created_at".into(), now.into());
            let media = Value::Object(media);
            transaction.execute(
                "INSERT INTO media (id, object) VALUES (?1, ?2)",
                params![id, serde_json::to_string(&media)?],
            )?;
            transaction
                .execute("UPDATE uploads SET media_id = ?1 WHERE key = ?2", params![id, key])?;
            store()?;
            transaction.commit()?;
            Ok(Some(media))
        })
        .await
    }

    pub(super) async fn media(&self, id: String) -> Result<Option<Value>, StandInError> {
        self.run(move |connection| {
            let object = connection
                .query_row("SELECT object FROM media WHERE id = ?1", [id], |row| {
                    row.get::<_, String>(0)
                })
                .optional()?;
            Ok(object.map(|object| serde_json::from_str(&object)).transpose()?)
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
