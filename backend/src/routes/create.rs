//! Answers the first request of an upload: which protocol it uses, and where the file goes.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use ittybit_uploader::transfer::{FileInfo, MAX_REQUEST_SIZE};
use serde_json::json;
use uuid::Uuid;

use super::multipart::NewMultipart;
use super::owner::call_app;
use super::same_file::same_file;
use super::{Grant, Protocol, Refusal, Routes, UploadRequest, props, request};
use crate::service::{Created, NewUpload};

/// The size of the chunks that a page should send, in bytes.
const CHUNK_SIZE: u64 = 16 << 20;

pub(super) async fn create(
    State(routes): State<Arc<Routes>>,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, upload) = request::read(request, routes.limits.body_timeout).await?;
    let file = FileInfo {
        name: upload.filename.clone(),
        size: upload.filesize,
        mime: upload.mime.clone(),
    };
    routes.limits.check(&file)?;
    let page =
        props::page_properties(&routes.props, &upload.props).map_err(Refusal::bad_request)?;
    let mut grant = routes.decide(head.clone(), upload.clone()).await?;
    let owner = routes.owners.of_new(head, grant.owner.take()).await?;
    let by_app = NewUpload { resumable: None, ..grant.upload };
    grant.upload = props::merged(by_app.clone(), page);
    let keys = routes.keys.as_ref();
    let same_file = keys.map(|_| same_file(&upload, owner.as_deref(), &grant.upload));
    let protocol =
        grant.protocol.unwrap_or_else(|| Protocol::by_size(&file, routes.multipart.is_some()));
    let key = keys.zip(same_file.as_deref()).map(|(keys, file)| keys.key(file));
    match (protocol, &routes.multipart) {
        (Protocol::Simple, _) if file.size > MAX_REQUEST_SIZE => Err(Refusal::too_large(format!(
            "The file has {} bytes; uploads take at most {MAX_REQUEST_SIZE}.",
            file.size
        ))),
        (Protocol::Multipart, Some(multipart)) => {
            let wanted = NewMultipart { request: upload, grant, by_app, owner, same_file };
            multipart.create(&routes.service, wanted).await
        }
        (Protocol::Multipart, None) => {
            tracing::error!(
                "the routes must have a store, because `authorize` granted a multipart upload"
            );
            Err(Refusal::unprepared())
        }
        (Protocol::Simple, _) => routes.ask(grant.upload, key).await,
        (Protocol::Resumable, _) => {
            // Chunks don't include the file's name.
            let filename = grant.upload.filename.or(Some(upload.filename));
            let resumable = Some(true);
            routes.ask(NewUpload { resumable, filename, ..grant.upload }, key).await
        }
    }
}

impl Routes {
    /// Calls the app's `authorize`.
    async fn decide(&self, head: Parts, upload: UploadRequest) -> Result<Grant, Refusal> {
        call_app("authorize", async { (self.authorize)(head, upload).await }).await
    }

    /// Requests an upload URL from the service.
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
