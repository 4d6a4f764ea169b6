//! From parts to one object, and to a media object. What the page says is held against what the
//! store has, part by part, before anything is put together.

use std::collections::HashMap;

use axum::http::StatusCode;
use serde_json::Value;

use super::composite::are_its_parts;
use super::id::Upload;
use super::request::ClaimedPart;
use super::{Multipart, is_same_etag, media, refuse};
use crate::routes::{Handover, Refusal};
use crate::service::{NewUpload, Service};
use crate::storage::{StorageError, StoredObject, StoredPart};

impl Multipart {
    pub(super) async fn complete(
        &self,
        service: &Service,
        upload: &Upload,
        claimed: &[ClaimedPart],
    ) -> Result<Value, Refusal> {
        let object = self.put_together(upload, claimed).await?;
        self.media(service, upload, &object).await
    }

    /// The media object of a file that is stored.
    pub(super) async fn media(
        &self,
        service: &Service,
        upload: &Upload,
        object: &StoredObject,
    ) -> Result<Value, Refusal> {
        let url = self.storage.read_url(&upload.object);
        match self.handover {
            Handover::Own => Ok(media::own(upload, object, &url)),
            Handover::Service => {
                let properties = NewUpload {
                    filename: upload.grant.filename.clone().or(Some(upload.filename.clone())),
                    resumable: None,
                    ..upload.grant.clone()
                };
                service.create_media(&url, &properties, upload.uuid()).await.map_err(|error| {
                    tracing::warn!(%error, "no media object");
                    error.into()
                })
            }
        }
    }

    async fn put_together(
        &self,
        upload: &Upload,
        claimed: &[ClaimedPart],
    ) -> Result<StoredObject, Refusal> {
        let stored = match self.storage.list(upload.s3()).await {
            // An earlier request may have completed it, whose answer was lost.
            Err(StorageError::NoSuchUpload) => {
                let object = self.stored(upload).await?;
                return object
                    .filter(|object| are_its_parts(claimed, object))
                    .ok_or_else(Refusal::gone);
            }
            other => other.map_err(refuse)?,
        };
        let parts = compare(upload, claimed, stored)?;
        match self.storage.complete(upload.s3(), &parts).await {
            // Another request was faster, after what is claimed was found to be true.
            Err(StorageError::NoSuchUpload) => {
                return self.stored(upload).await?.ok_or_else(Refusal::gone);
            }
            other => other.map_err(refuse)?,
        }
        // The store's last word: what is there now has the size that was promised.
        self.stored(upload).await?.ok_or_else(|| {
            tracing::error!("the store completed an upload, but has no such object");
            Refusal::from(StorageError::NotUnderstood("there is no such object"))
        })
    }

    /// The object that came of an upload.
    pub(super) async fn stored(&self, upload: &Upload) -> Result<Option<StoredObject>, Refusal> {
        let object = self.storage.head(&upload.object).await.map_err(refuse)?;
        Ok(object.filter(|object| object.size == upload.size))
    }
}

/// Every part of the file as the store has it, if that is what the page says and what was planned.
fn compare(
    upload: &Upload,
    claimed: &[ClaimedPart],
    stored: Vec<StoredPart>,
) -> Result<Vec<StoredPart>, Refusal> {
    let mut stored: HashMap<u16, StoredPart> =
        stored.into_iter().map(|part| (part.number, part)).collect();
    (1..)
        .zip(claimed)
        .map(|(number, claim)| {
            let wrong = |words: String| Err(Refusal::new(StatusCode::CONFLICT, words));
            let Some(part) = stored.remove(&number) else {
                return wrong(format!("Part {number} has not arrived."));
            };
            let size = upload.part_bytes(number);
            if part.size != size {
                return wrong(format!(
                    "Part {number} has {} bytes; it should have {size}.",
                    part.size
                ));
            }
            if !is_same_etag(&part.etag, &claim.etag) {
                return wrong(format!(
                    "Part {number} is not the one that was sent last: its ETag differs."
                ));
            }
            // The store has verified the page's checksum. Where it tells none, it may still want it.
            let checksum = match (part.checksum, claim.checksum.clone()) {
                (Some(stored), Some(claimed)) if stored != claimed => {
                    return wrong(format!("Part {number} has another checksum."));
                }
                (stored, claimed) => stored.or(claimed),
            };
            Ok(StoredPart { checksum, ..part })
        })
        .collect()
}
