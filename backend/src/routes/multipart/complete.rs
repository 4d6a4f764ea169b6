//! Completes an upload: combines its parts into an object, and returns a media object. First compares the
//! page's list of parts with the store's.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use serde_json::Value;

use super::checksums::{stored_sum, unverified, verified_by};
use super::composite::are_its_parts;
use super::id::Upload;
use super::request::ClaimedPart;
use super::{Multipart, is_same_etag, media, refuse};
use crate::routes::{Handover, Refusal};
use crate::service::{NewUpload, Service};
use crate::storage::{Checksums, StorageError, StoredObject, StoredPart};

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

    /// Returns the media object of a stored file.
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
            // An earlier request whose answer was lost may have completed the upload.
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
            // Another request has completed the upload after the comparison.
            Err(StorageError::NoSuchUpload) => {
                let object = self.stored(upload).await?.ok_or_else(Refusal::gone)?;
                self.verify(upload, claimed, &object).await?;
                return Ok(object);
            }
            other => other.map_err(refuse)?,
        }
        // Checks that the stored object has the promised size.
        let object = self.stored(upload).await?.ok_or_else(|| {
            tracing::error!("the store completed an upload, but has no such object");
            Refusal::from(StorageError::NotUnderstood("there is no such object"))
        })?;
        self.verify(upload, claimed, &object).await?;
        Ok(object)
    }

    /// Refuses and removes an object that was not made of the sent parts, although the store has
    /// confirmed each part. Warns the app once if the store verifies nothing.
    async fn verify(
        &self,
        upload: &Upload,
        claimed: &[ClaimedPart],
        object: &StoredObject,
    ) -> Result<(), Refusal> {
        let is_composite = upload.checksums == Checksums::Crc32c
            && object.checksum.as_ref().is_some_and(|sum| sum.contains('-'));
        let is_summed = is_composite && claimed.iter().all(|part| part.checksum.is_some());
        if is_summed && !are_its_parts(claimed, object) {
            if let Err(error) = self.storage.remove(&upload.object).await {
                tracing::error!(%error, "a file that was changed on the way could not be removed");
            }
            let message = "The file was changed on the way: its checksum differs.";
            return Err(Refusal::new(StatusCode::CONFLICT, message));
        }
        let kind = upload.checksums;
        let is_unverified = kind != Checksums::None && verified_by(kind, object).is_none();
        if is_unverified && !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!("{}", unverified(kind));
        }
        Ok(())
    }

    /// Returns the object of a completed upload.
    pub(super) async fn stored(&self, upload: &Upload) -> Result<Option<StoredObject>, Refusal> {
        let object = self.storage.head(&upload.object).await.map_err(refuse)?;
        Ok(object.filter(|object| object.size == upload.size))
    }
}

/// Returns all parts as the store has them, if they match the page's list and the plan.
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
            let wrong = |message: String| Err(Refusal::new(StatusCode::CONFLICT, message));
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
            let sum = stored_sum(upload.checksums, &part);
            if sum.zip(claim.checksum.as_deref()).is_some_and(|(sum, claimed)| sum != claimed) {
                return wrong(format!("Part {number} has another checksum."));
            }
            // A store that returns no checksum may still require one.
            let checksum = part.checksum.clone().or(claim.checksum.clone());
            Ok(StoredPart { checksum, ..part })
        })
        .collect()
}
