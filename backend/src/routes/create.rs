//! The first question: how a file travels, and where it goes.

use std::panic::AssertUnwindSafe;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use ittybit_uploader::transfer::{FileInfo, MAX_REQUEST_SIZE};
use serde_json::json;
use uuid::Uuid;

use super::{Grant, Protocol, Refusal, UploadRequest, UploadRoutes, props, request};
use crate::service::{Created, NewUpload};

/// The chunks that a page is told to send. Bytes.
const CHUNK_SIZE: u64 = 16 << 20;

pub(super) async fn create(
    State(routes): State<UploadRoutes>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, upload) = request::read(request).await?;
    let key = routes.passes_on_keys.then_some(upload.idempotency_key);
    let file = FileInfo {
        name: upload.filename.clone(),
        size: upload.filesize,
        mime: upload.mime.clone(),
    };
    routes.limits.check(&file)?;
    let page = props::taken(&routes.props, &upload.props).map_err(Refusal::bad_request)?;
    let mut grant = routes.decide(parts, upload.clone()).await?;
    grant.upload = props::beneath(grant.upload, page);
    let protocol =
        grant.protocol.unwrap_or_else(|| Protocol::by_size(&file, routes.multipart.is_some()));
    match (protocol, &routes.multipart) {
        (Protocol::Simple, _) if file.size > MAX_REQUEST_SIZE => Err(Refusal::too_large(format!(
            "The file has {} bytes; uploads take at most {MAX_REQUEST_SIZE}.",
            file.size
        ))),
        (Protocol::Multipart, Some(multipart)) => {
            multipart.create(&routes.service, upload, grant, key).await
        }
        (Protocol::Multipart, None) => {
            tracing::error!("a multipart upload was granted, but these routes have no store");
            Err(Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The app's backend could not prepare the upload.",
            ))
        }
        (Protocol::Simple, _) => {
            routes.ask(NewUpload { resumable: None, ..grant.upload }, key).await
        }
        (Protocol::Resumable, _) => {
            // A chunk brings no name with it.
            let filename = grant.upload.filename.or(Some(upload.filename));
            let resumable = Some(true);
            routes.ask(NewUpload { resumable, filename, ..grant.upload }, key).await
        }
    }
}

impl UploadRoutes {
    /// Has the app decide. A panic in its rules is a no, and the page learns that there was one.
    async fn decide(&self, parts: Parts, upload: UploadRequest) -> Result<Grant, Refusal> {
        // Nothing of the app's is touched after it has panicked.
        let decision = AssertUnwindSafe(async { (self.authorize)(parts, upload).await });
        decision.catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!("`authorize` panicked");
            let message = "The app's backend could not decide about the upload.";
            Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message))
        })
    }

    /// Asks the service for an upload URL.
    async fn ask(&self, upload: NewUpload, key: Option<Uuid>) -> Result<Response, Refusal> {
        let created = self.service.create_upload(&upload, key).await.map_err(|error| {
            tracing::warn!(%error, "no upload URL");
            Refusal::from(error)
        })?;
        Ok(match created {
            Created::Target(target) if upload.resumable == Some(true) => {
                let mut answer = json!(target);
                answer["protocol"] = "resumable".into();
                answer["chunk_size"] = CHUNK_SIZE.into();
                Json(answer).into_response()
            }
            Created::Target(target) => Json(target).into_response(),
            Created::Stored(media) => Json(json!({ "media": media })).into_response(),
        })
    }
}
