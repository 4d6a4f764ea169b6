//! A file in parts, which the page sends to the app's store itself.
//!
//! These routes begin an upload, sign each part's URL just before it is sent, say what has
//! arrived, and complete or abort. They keep nothing: what they must know is in the upload id,
//! which is signed, and in the store. So another instance with the same settings can go on.
//!
//! Whoever has an upload id may act on that one upload; `authorize` is asked when it begins, and
//! not again. An app that wants to know who asks puts its own middleware around the router.

mod complete;
mod id;
mod media;
mod request;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use ittybit_uploader::transfer::part_size;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use id::{IdKey, Opened, Upload};

use super::{Grant, Handover, Refusal, UploadRequest, UploadRoutes};
use crate::service::Service;
use crate::storage::{CHECKSUM_HEADER, S3Upload, Storage, StorageError};

/// The part size unless the app grants another. Bytes.
const PART_SIZE: u64 = 16 << 20;

/// Bytes of JSON: some hundred parts to sign.
const MAX_SIGN_SIZE: usize = 64 * 1024;

/// Bytes of JSON: every part of the largest file.
const MAX_COMPLETE_SIZE: usize = 4 << 20;

/// The store, and what its upload ids are signed with. Cheap to clone.
#[derive(Clone)]
pub(super) struct Multipart {
    storage: Storage,
    key: Arc<IdKey>,
    pub(super) handover: Handover,
}

impl Multipart {
    pub(super) fn new(storage: Storage) -> Self {
        let key = Arc::new(IdKey::of(storage.settings()));
        Self { storage, key, handover: Handover::default() }
    }

    /// Begins an upload; or finds that the file of this idempotency key is stored already.
    pub(super) async fn create(
        &self,
        service: &Service,
        request: UploadRequest,
        grant: Grant,
        key: Option<Uuid>,
    ) -> Result<Response, Refusal> {
        let size = request.filesize;
        let part_size = part_size(size, grant.part_size.unwrap_or(PART_SIZE))
            .ok_or_else(|| Refusal::too_large("The file is larger than any that can be stored."))?;
        // Never from the file's name: that is a stranger's text.
        let name = match key {
            Some(key) => self.key.name(key, &request, &grant.upload),
            None => Uuid::new_v4(),
        };
        let object = format!("{}{}", self.storage.settings().prefix, name.simple());
        let mut upload = Upload {
            object,
            upload_id: String::new(),
            size,
            part_size,
            filename: request.filename,
            mime: request.mime,
            grant: grant.upload,
        };
        if key.is_some()
            && let Some(object) = self.stored(&upload).await?
        {
            let media = self.media(service, &upload, &object).await?;
            return Ok(Json(json!({ "media": media })).into_response());
        }
        upload.upload_id =
            self.storage.create(&upload.object, &upload.mime).await.map_err(refuse)?;
        let Some(id) = self.key.seal(&upload) else {
            self.storage.abort(upload.s3()).await.map_err(refuse)?;
            tracing::error!("the granted properties are too long for an upload id");
            return Err(Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The app's backend could not prepare the upload.",
            ));
        };
        let answer = json!({ "protocol": "multipart", "upload_id": id, "part_size": part_size });
        Ok(Json(answer).into_response())
    }

    /// The upload that an id stands for, as long as it may go on.
    fn open(&self, id: &str) -> Result<Upload, Refusal> {
        match self.key.open(id) {
            Some(Opened { upload, expired: false }) => Ok(upload),
            _ => Err(gone()),
        }
    }

    fn sign(&self, id: &str, headers: &HeaderMap, body: &[u8]) -> Result<Response, Refusal> {
        let upload = self.open(id)?;
        let parts = request::parts_to_sign(&upload, headers, body)?;
        let signed = parts.into_iter().map(|(number, checksum)| {
            let size = upload.part_bytes(number);
            let url = self.storage.part_url(upload.s3(), number, size, &checksum);
            let headers = Map::from_iter([(CHECKSUM_HEADER.to_owned(), Value::from(checksum))]);
            json!({ "part_number": number, "url": url.as_str(), "headers": headers })
        });
        Ok(Json(json!({ "parts": signed.collect::<Vec<_>>() })).into_response())
    }

    async fn list(&self, id: &str) -> Result<Response, Refusal> {
        let upload = self.open(id)?;
        let parts = self.storage.list(upload.s3()).await.map_err(refuse)?;
        let listed = parts.into_iter().filter(|part| upload.has_part(part.number)).map(|part| {
            let mut listed =
                json!({ "part_number": part.number, "size": part.size, "etag": part.etag });
            if let Some(checksum) = part.checksum {
                listed["checksum"] = checksum.into();
            }
            listed
        });
        Ok(Json(json!({ "parts": listed.collect::<Vec<_>>() })).into_response())
    }

    async fn abort(&self, id: &str) -> Result<Response, Refusal> {
        // One that has expired may still be cleared away.
        let Opened { upload, .. } = self.key.open(id).ok_or_else(gone)?;
        match self.storage.abort(upload.s3()).await {
            Ok(()) | Err(StorageError::NoSuchUpload) => Ok(StatusCode::NO_CONTENT.into_response()),
            Err(error) => Err(refuse(error)),
        }
    }
}

/// The routes below an upload id.
pub(super) fn router() -> Router<UploadRoutes> {
    async fn not_allowed() -> Refusal {
        Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "This method is not allowed here.")
    }
    let parts = get(list).post(sign).fallback(not_allowed);
    let complete = post(complete).fallback(not_allowed);
    let upload = delete(abort).fallback(not_allowed);
    Router::new()
        .route("/{upload_id}/parts", parts.layer(DefaultBodyLimit::max(MAX_SIGN_SIZE)))
        .route("/{upload_id}/complete", complete.layer(DefaultBodyLimit::max(MAX_COMPLETE_SIZE)))
        .route("/{upload_id}", upload)
}

async fn sign(
    State(routes): State<UploadRoutes>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    routes.multipart()?.sign(&known(id)?, &headers, &request::body(body)?)
}

async fn list(
    State(routes): State<UploadRoutes>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    routes.multipart()?.list(&known(id)?).await
}

async fn complete(
    State(routes): State<UploadRoutes>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let multipart = routes.multipart()?;
    let id = known(id)?;
    let media = multipart.complete(&routes.service, &id, &headers, &request::body(body)?).await?;
    Ok(Json(media).into_response())
}

async fn abort(
    State(routes): State<UploadRoutes>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    routes.multipart()?.abort(&known(id)?).await
}

/// What is no text is no id.
fn known(id: Result<Path<String>, PathRejection>) -> Result<String, Refusal> {
    id.map(|Path(id)| id).map_err(|_| gone())
}

impl UploadRoutes {
    fn multipart(&self) -> Result<&Multipart, Refusal> {
        self.multipart.as_ref().ok_or_else(gone)
    }
}

impl Upload {
    fn s3(&self) -> S3Upload<'_> {
        S3Upload { object: &self.object, upload_id: &self.upload_id }
    }
}

/// Unknown, changed on the way, of another app, expired, completed or aborted: the page cannot
/// tell, and need not.
pub(super) fn gone() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "There is no such upload, or not any more.")
}

/// The store's failure is for the app's log. The page learns what it can act on.
fn refuse(error: StorageError) -> Refusal {
    if !matches!(error, StorageError::NoSuchUpload) {
        tracing::warn!(%error, "storage");
    }
    Refusal::from(error)
}
