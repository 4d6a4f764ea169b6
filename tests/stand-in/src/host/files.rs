//! The folders for files, and the routes that return stored files and media objects.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use axum::extract::{Path as UrlPath, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeFile;

use super::StandInError;
use super::answer::{Failure, success};

/// An older unfinished file is left over from a process that was killed.
const ABANDONED_AFTER: Duration = Duration::from_secs(60 * 60);

/// Two folders: one for arriving files, one for stored files and for files that arrive in chunks. Both
/// are on the same file system, so that a file can be moved atomically.
pub(super) struct FileStore {
    incoming: PathBuf,
    stored: PathBuf,
}

impl FileStore {
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let store = Self { incoming: dir.join("incoming"), stored: dir.join("files") };
        fs::create_dir_all(&store.incoming)?;
        fs::create_dir_all(&store.stored)?;
        for entry in fs::read_dir(&store.incoming)? {
            let entry = entry?;
            let age = entry.metadata()?.modified()?.elapsed();
            if age.is_ok_and(|age| age > ABANDONED_AFTER) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(store)
    }

    pub(super) fn incoming(&self) -> &Path {
        &self.incoming
    }

    /// Returns the path of a media object's file. `id` must be one that the stand-in has created.
    pub(super) fn place(&self, id: &str) -> PathBuf {
        self.stored.join(id)
    }
}

/// `GET /media/{id}`, with the key.
pub(super) async fn media(
    State(state): State<Arc<super::State>>,
    UrlPath(id): UrlPath<String>,
    request: Request,
) -> Result<Response, Failure> {
    state.check_key(request.headers())?;
    let media = state.records.media(id).await?.ok_or_else(no_media)?;
    Ok(success(StatusCode::OK, media))
}

/// `GET /files/{id}`: the stored bytes, all of them or a range.
pub(super) async fn file(
    State(state): State<Arc<super::State>>,
    UrlPath(id): UrlPath<String>,
    request: Request,
) -> Result<Response, Failure> {
    // Uses the id from the request as a file's name only if a record has it.
    let media = state.records.media(id.clone()).await?.ok_or_else(no_media)?;
    let content_type = media["content_type"]
        .as_str()
        .and_then(|value| HeaderValue::try_from(value).ok())
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let mut response = ServeFile::new(state.files.place(&id))
        .try_call(request)
        .await
        .map_err(StandInError::from)?
        .into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    // The file is untrusted, so a page or an SVG in it must not run.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    Ok(response)
}

fn no_media() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "There is no such media object.")
}
