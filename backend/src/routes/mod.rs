//! The endpoint that an app mounts so that its pages can upload.
//!
//! A page asks here for an upload URL, once per attempt. These routes read what it says,
//! have the app decide ([`UploadRoutes::new`] takes that decision as a function, and there are
//! no routes without one), and ask Ittybit. What the page itself wishes for reaches the app and
//! nobody else: only what the app grants goes to Ittybit, and, where the app says so, the page's
//! idempotency key.

mod refusal;
mod request;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router, middleware};
use ittybit_uploader::transfer::MAX_REQUEST_SIZE;
use serde_json::json;

pub use refusal::Refusal;
pub use request::UploadRequest;

use crate::service::{Created, NewUpload, Service};

/// What a page may say about an upload, in bytes of JSON. A file name has 255 bytes on every
/// common file system, so this is mostly room for the app's own `props`.
const MAX_BODY_SIZE: usize = 64 * 1024;

type Decision = Pin<Box<dyn Future<Output = Result<NewUpload, Refusal>> + Send>>;
type Authorize = dyn Fn(Parts, UploadRequest) -> Decision + Send + Sync;

/// The routes that create upload URLs for an app's own pages.
///
/// ```no_run
/// use axum::Router;
/// use axum::http::request::Parts;
/// use ittybit_uploader_backend::{
///     Metadata, NewUpload, Refusal, Service, UploadRequest, UploadRoutes,
/// };
///
/// /// Your own rules: who is this, and may they store this file?
/// async fn authorize(request: Parts, file: UploadRequest) -> Result<NewUpload, Refusal> {
///     let Some(user) = signed_in_user(&request) else {
///         return Err(Refusal::unauthorized("Please sign in to upload."));
///     };
///     if !file.mime.starts_with("image/") {
///         return Err(Refusal::forbidden("Only pictures can be uploaded here."));
///     }
///     Ok(NewUpload {
///         metadata: Some(Metadata::default().with("user", user)),
///         ..NewUpload::default()
///     })
/// }
/// # fn signed_in_user(request: &Parts) -> Option<String> {
/// #     Some(request.headers.get("x-user")?.to_str().ok()?.into())
/// # }
///
/// # fn app() -> Result<Router, Box<dyn std::error::Error>> {
/// let service = Service::from_env()?; // ITTYBIT_API_KEY
/// let uploads = UploadRoutes::new(service, authorize);
/// let app = Router::new().nest("/api/uploads", uploads.into_router());
/// # Ok(app) }
/// ```
#[derive(Clone)]
pub struct UploadRoutes {
    service: Service,
    authorize: Arc<Authorize>,
    passes_on_keys: bool,
}

impl UploadRoutes {
    /// Routes on which `authorize` decides about every upload.
    ///
    /// It is given the request without its body (headers, and the extensions that the app's own
    /// middleware left) and what the page said about the file, well-formed but not to be
    /// trusted: anyone can send any of it. It answers with the properties to create the upload
    /// with, or with a refusal. How the bytes travel is not the app's to grant: `resumable` is
    /// ignored, because a page that was answered with a bare URL sends its file in one piece.
    ///
    /// It is asked again for every attempt, with the same [`UploadRequest::idempotency_key`] as
    /// long as it is for the same file.
    pub fn new<A, F>(service: Service, authorize: A) -> Self
    where
        A: Fn(Parts, UploadRequest) -> F + Send + Sync + 'static,
        F: Future<Output = Result<NewUpload, Refusal>> + Send + 'static,
    {
        let authorize = move |parts, request| -> Decision { Box::pin(authorize(parts, request)) };
        Self { service, authorize: Arc::new(authorize), passes_on_keys: false }
    }

    /// Has the service know which questions are about the same file, so that a page whose answer
    /// was lost is given the media object that is stored already, not a second URL.
    ///
    /// Only for a service that answers a repeated key in that way, as the stand-in does. Of
    /// Ittybit this is not known (see [`Service::create_upload`]); a service that repeats its first
    /// answer would send every further attempt to a URL that is used up. Without this, every
    /// attempt gets a fresh URL, and an answer that was lost after the file was stored leads to a
    /// second copy.
    ///
    /// `authorize` must then grant the same for the same key: other properties, the time of day for
    /// example, are refused. A key is only as secret as the page that made it, and whoever brings it
    /// is answered with the media object of its file. So where one user must not see another's,
    /// name the user in the metadata.
    #[must_use]
    pub fn passing_on_keys(self) -> Self {
        Self { passes_on_keys: true, ..self }
    }

    /// The router to nest where the pages' `endpoint` points.
    pub fn into_router<S>(self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let create = post(create)
            .fallback(|| async { Refusal::method_not_allowed() })
            .layer(DefaultBodyLimit::max(MAX_BODY_SIZE))
            .layer(middleware::map_response(no_store));
        Router::new().route("/", create).with_state(self)
    }
}

async fn create(State(routes): State<UploadRoutes>, request: Request) -> Response {
    match routes.create(request).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

impl UploadRoutes {
    async fn create(&self, request: Request) -> Result<Response, Refusal> {
        let (parts, upload) = request::read(request).await?;
        if upload.filesize > MAX_REQUEST_SIZE {
            return Err(Refusal::too_large(format!(
                "The file has {} bytes; uploads take at most {MAX_REQUEST_SIZE}.",
                upload.filesize
            )));
        }
        let key = self.passes_on_keys.then_some(upload.idempotency_key);
        let granted = (self.authorize)(parts, upload).await?;
        let granted = NewUpload { resumable: None, ..granted };
        let created = self.service.create_upload(&granted, key).await.map_err(|error| {
            tracing::warn!(%error, "no upload URL");
            Refusal::from(error)
        })?;
        Ok(match created {
            Created::Target(target) => Json(target).into_response(),
            Created::Stored(media) => Json(json!({ "media": media })).into_response(),
        })
    }
}

/// An upload URL works once; an answer from a cache would be a used one.
async fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
