//! Where the bytes are, and how stored files and their media objects are handed out.

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

/// An unfinished file older than this belongs to a process that was killed.
const ABANDONED_AFTER: Duration = Duration::from_secs(60 * 60);

/// The folders: one for what arrives, one for what is stored, which is also where a file grows that
/// comes in chunks. Both are on one file system, so
/// that a file moves from the one to the other in one step.
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

    /// Where the file of a media object is. `id` is one that the stand-in made itself.
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

/// `GET /files/{id}`: the stored bytes, whole or by range.
pub(super) async fn file(
    State(state): State<Arc<super::State>>,
    UrlPath(id): UrlPath<String>,
    request: Request,
) -> Result<Response, Failure> {
    // The name of a file comes from the request only once a record has that very id.
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
    // It is a stranger's file, whatever its type: a page or an SVG in it must not run.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    Ok(response)
}

fn no_media() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "There is no such media object.")
}
