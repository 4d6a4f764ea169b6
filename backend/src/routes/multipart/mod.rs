//! Uploads in parts, which the page sends directly to the app's store.
//!
//! These routes begin an upload, sign the URL of each part just before it is sent, list the parts that
//! have arrived, and complete or abort the upload. They store nothing: everything they need is in the
//! encrypted upload id and in the store. So another instance with the same settings can continue.
//!
//! If the app identifies users ([`super::UploadRoutes::identifying`]), only the owner can continue an
//! upload. Otherwise anyone who has an upload id can act on that upload.

mod checksums;
mod complete;
mod composite;
mod id;
mod media;
mod request;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, post};
use axum::{Json, Router};
use ittybit_uploader::transfer::part_size;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use id::{Ids, Opened, Upload, is_id};

use super::body::{BodyLimits, read_object};
use super::request::FILE_REQUEST_TOO_LARGE;
use super::{Grant, Handover, Refusal, Routes, UploadRequest};
use crate::service::{NewUpload, Service};
use crate::storage::{Checksums, S3Upload, Storage, StorageError};

/// The default part size, in bytes.
const PART_SIZE: u64 = 16 << 20;

/// The largest request to sign parts, in bytes of JSON. Fits some hundred parts.
const MAX_SIGN_SIZE: usize = 64 * 1024;

/// The largest request to complete an upload, in bytes of JSON. Fits all parts of the largest file.
const MAX_COMPLETE_SIZE: usize = 4 << 20;

/// The store, and the keys of its upload ids.
pub(super) struct Multipart {
    storage: Storage,
    ids: Ids,
    handover: Handover,
    /// Whether the warning about a store that verifies nothing was logged.
    has_warned: AtomicBool,
}

/// The properties of an upload in parts.
pub(super) struct NewMultipart {
    pub(super) request: UploadRequest,
    pub(super) grant: Grant,
    /// What the app has granted, without the properties that the page set.
    pub(super) by_app: NewUpload,
    pub(super) owner: Option<String>,
    /// Identifies the file, if a file that is stored already must be found again.
    pub(super) same_file: Option<String>,
}

impl Multipart {
    pub(super) fn new(storage: Storage, handover: Handover, name: &str) -> Self {
        let ids = Ids::of(storage.settings(), handover, name);
        Self { storage, ids, handover, has_warned: AtomicBool::new(false) }
    }

    /// Begins an upload, or returns the media object if the file is stored already.
    pub(super) async fn create(
        &self,
        service: &Service,
        wanted: NewMultipart,
    ) -> Result<Response, Refusal> {
        let NewMultipart { request, grant, by_app, owner, same_file } = wanted;
        let size = request.filesize;
        let part_size = part_size(size, grant.part_size.unwrap_or(PART_SIZE))
            .ok_or_else(|| Refusal::too_large("The file is larger than any that can be stored."))?;
        // Never uses the file's name, which is untrusted text.
        let name = same_file.as_deref().map_or_else(Uuid::new_v4, |file| self.ids.name(file));
        let object = format!("{}{}", self.storage.settings().prefix, name.simple());
        let mut upload = Upload {
            object,
            upload_id: String::new(),
            size,
            part_size,
            filename: request.filename,
            mime: request.mime,
            grant: grant.upload,
            owner,
            checksums: self.storage.settings().checksums,
        };
        if same_file.is_some()
            && let Some(object) = self.stored(&upload).await?
        {
            let media = self.media(service, &upload, &object).await?;
            return Ok(Json(json!({ "media": media })).into_response());
        }
        upload.upload_id =
            self.storage.create(&upload.object, &upload.mime).await.map_err(refuse)?;
        let Some(id) = self.ids.seal(&upload) else {
            self.storage.abort(upload.s3()).await.map_err(refuse)?;
            return Err(self.too_large_for_id(upload, by_app));
        };
        let mut answer =
            json!({ "protocol": "multipart", "upload_id": id, "part_size": part_size });
        if upload.checksums != Checksums::default() {
            answer["checksums"] = json!(upload.checksums);
        }
        Ok(Json(answer).into_response())
    }

    /// Returns the refusal of an upload that doesn't fit into an id. Depends on whether the page or the
    /// app has set too much.
    fn too_large_for_id(&self, upload: Upload, by_app: NewUpload) -> Refusal {
        let nothing = String::new();
        let bare = Upload { filename: nothing.clone(), mime: nothing, grant: by_app, ..upload };
        if self.ids.seal(&bare).is_some() {
            return Refusal::too_large(FILE_REQUEST_TOO_LARGE);
        }
        tracing::error!("the granted properties must fit into an upload id");
        Refusal::unprepared()
    }

    fn sign(&self, upload: &Upload, body: Map<String, Value>) -> Result<Response, Refusal> {
        let parts = request::parts_to_sign(upload, body)?;
        let signed = parts.into_iter().map(|(number, checksum)| {
            let size = upload.part_bytes(number);
            let (url, header) =
                self.storage.part_url(upload.s3(), number, size, checksum.as_deref());
            let headers = header.map(|name| (name.to_owned(), Value::from(checksum)));
            let headers = Map::from_iter(headers);
            json!({ "part_number": number, "url": url.as_str(), "headers": headers })
        });
        Ok(Json(json!({ "parts": signed.collect::<Vec<_>>() })).into_response())
    }

    async fn list(&self, upload: &Upload) -> Result<Response, Refusal> {
        let parts = self.storage.list(upload.s3()).await.map_err(refuse)?;
        let listed = parts.into_iter().filter(|part| upload.has_part(part.number)).map(|part| {
            let mut listed =
                json!({ "part_number": part.number, "size": part.size, "etag": part.etag });
            if let Some(checksum) = part.checksum
                && upload.checksums == Checksums::Crc32c
            {
                listed["checksum"] = checksum.into();
            }
            listed
        });
        let mut answer = json!({ "parts": listed.collect::<Vec<_>>() });
        if upload.checksums != Checksums::default() {
            answer["checksums"] = json!(upload.checksums);
        }
        Ok(Json(answer).into_response())
    }

    async fn abort(&self, upload: &Upload) -> Result<Response, Refusal> {
        match self.storage.abort(upload.s3()).await {
            Ok(()) | Err(StorageError::NoSuchUpload) => Ok(StatusCode::NO_CONTENT.into_response()),
            Err(error) => Err(refuse(error)),
        }
    }
}

/// The routes below an upload id.
pub(super) fn router() -> Router<Arc<Routes>> {
    async fn not_allowed() -> Refusal {
        Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "This method is not allowed here.")
    }
    async fn not_allowed_of_one(_: UploadId) -> Refusal {
        not_allowed().await
    }
    Router::new()
        // A path without an id names no upload.
        .route("/parts", any(async || Refusal::gone()))
        .route("/complete", any(async || Refusal::gone()))
        // Without its own handler, HEAD would be answered by that of GET.
        .route(
            "/{upload_id}/parts",
            get(list).head(not_allowed_of_one).post(sign).fallback(not_allowed_of_one),
        )
        .route("/{upload_id}/complete", post(complete).fallback(not_allowed_of_one))
        .route("/{upload_id}", delete(abort).fallback(not_allowed))
}

async fn sign(
    State(routes): State<Arc<Routes>>,
    id: UploadId,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let upload = routes.current(&head, &id).await?;
    let body = read_object(&head.headers, body, routes.limits_for(MAX_SIGN_SIZE)).await?;
    routes.multipart()?.sign(&upload, body)
}

async fn list(
    State(routes): State<Arc<Routes>>,
    id: UploadId,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, _) = request.into_parts();
    let upload = routes.current(&head, &id).await?;
    routes.multipart()?.list(&upload).await
}

async fn complete(
    State(routes): State<Arc<Routes>>,
    id: UploadId,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let upload = routes.current(&head, &id).await?;
    let body = read_object(&head.headers, body, routes.limits_for(MAX_COMPLETE_SIZE)).await?;
    let claimed = request::claimed_parts(&upload, body)?;
    let media = routes.multipart()?.complete(&routes.service, &upload, &claimed).await?;
    Ok(Json(media).into_response())
}

async fn abort(
    State(routes): State<Arc<Routes>>,
    id: UploadId,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, _) = request.into_parts();
    // An expired upload can still be aborted.
    let Opened { upload, .. } = routes.opened(&head, &id).await?;
    routes.multipart()?.abort(&upload).await
}

/// A path segment in the format of an upload id. It is not decoded, because an id contains no percent
/// signs.
struct UploadId(String);

impl<S: Sync> FromRequestParts<S> for UploadId {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let id = parts.uri.path().split('/').nth(1).filter(|id| is_id(id));
        id.map(|id| Self(id.to_owned())).ok_or_else(Refusal::gone)
    }
}

impl Routes {
    fn multipart(&self) -> Result<&Multipart, Refusal> {
        self.multipart.as_ref().ok_or_else(Refusal::gone)
    }

    /// Opens an id, if the sender of the request can continue the upload.
    async fn opened(&self, head: &Parts, UploadId(id): &UploadId) -> Result<Opened, Refusal> {
        let opened = self.multipart()?.ids.open(id).ok_or_else(Refusal::gone)?;
        self.owners.check(head, opened.upload.owner.as_deref()).await?;
        Ok(opened)
    }

    /// Like [`Self::opened`], unless the upload has expired.
    async fn current(&self, head: &Parts, id: &UploadId) -> Result<Upload, Refusal> {
        match self.opened(head, id).await? {
            Opened { upload, expired: false } => Ok(upload),
            Opened { expired: true, .. } => Err(Refusal::gone()),
        }
    }

    fn limits_for(&self, size: usize) -> BodyLimits {
        let message = "The request about these parts is too large.";
        BodyLimits { size, time: self.limits.body_timeout, message }
    }
}

impl Upload {
    fn s3(&self) -> S3Upload<'_> {
        let Self { object, upload_id, checksums, .. } = self;
        S3Upload { object, upload_id, checksums: *checksums }
    }
}

/// Returns an ETag without its quotes. Some stores omit the quotes in lists, and proxies that change an
/// answer's encoding make its ETag weak: `W/"…"`.
fn bare(etag: &str) -> &str {
    let etag = etag.trim();
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"')
}

/// Compares two ETags. Hex digits may differ in case.
fn is_same_etag(etag: &str, other: &str) -> bool {
    let (etag, other) = (bare(etag), bare(other));
    let is_hex = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    etag == other || etag.bytes().all(is_hex) && etag.eq_ignore_ascii_case(other)
}

/// Logs a store's failure for the app. The page only learns what it can act on.
fn refuse(error: StorageError) -> Refusal {
    if !matches!(error, StorageError::NoSuchUpload) {
        tracing::warn!(%error, "storage");
    }
    Refusal::from(error)
}
