//! The records of simple uploads: a URL accepts one file, once.

use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value};

use super::{Records, remember, stored_media, write};
use crate::host::StandInError;
use ittybit_uploader_backend::service::NewUpload;

/// The state of an upload URL.
#[derive(Debug)]
pub(in crate::host) enum UploadUrl {
    Usable(NewUpload),
    Used,
    Expired,
    Unknown,
}

impl Records {
    pub(in crate::host) async fn look_up(&self, key: String) -> Result<UploadUrl, StandInError> {
        self.run(move |connection| {
            let found = connection
                .query_row(
                    "SELECT media_id IS NOT NULL, expires_at <= unixepoch('subsec'), props
                     FROM uploads WHERE key = ?1 AND session IS NULL",
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

    /// Marks the URL as used and returns its media object. Returns `None` if another upload to this URL
    /// was first. Records a new object with the time of its creation, or returns the existing one if
    /// another URL of the same idempotency key has one.
    ///
    /// `store` puts the bytes in place. It is called only for a new object. If it fails, nothing is recorded.
    pub(in crate::host) async fn complete(
        &self,
        key: String,
        id: String,
        media: Map<String, Value>,
        store: impl FnOnce() -> std::io::Result<()> + Send + 'static,
    ) -> Result<Option<Value>, StandInError> {
        self.run(move |connection| {
            let transaction = write(connection)?;
            let unused = transaction
                .query_row(
                    "SELECT idempotency_key FROM uploads WHERE key = ?1 AND media_id IS NULL",
                    [&key],
                    |row| row.get::<_, Option<String>>(0),
                )
                .optional()?;
            let Some(idempotency_key) = unused else {
                return Ok(None);
            };
            let use_up = "UPDATE uploads SET media_id = ?1 WHERE key = ?2";
            if let Some((id, media)) = stored_media(&transaction, idempotency_key.as_deref())? {
                transaction.execute(use_up, params![id, key])?;
                transaction.commit()?;
                return Ok(Some(media));
            }
            let media = remember(&transaction, &id, media)?;
            transaction.execute(use_up, params![id, key])?;
            store()?;
            transaction.commit()?;
            Ok(Some(media))
        })
        .await
    }
}
