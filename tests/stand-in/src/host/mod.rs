//! A local stand-in for Ittybit: implements what `Service` and a page's uploader need, without an
//! account.
//!
//! It has the properties that make uploading hard. An upload URL works once and expires. An idempotency
//! key has one media object, even if two uploads race, and after a restart. A request has a size limit.
//! The host is of another origin than the page. A resumable upload keeps every acknowledged chunk, in
//! any order and also in parallel. On request of a test, it fails as a network would. It runs no
//! workflows, transcodes nothing, and must not be exposed to the internet.

pub(crate) mod answer;
mod chunk;
mod create;
mod error;
pub(crate) mod faults;
mod files;
mod media;
mod receive;
mod records;
mod resumable;
pub(crate) mod single;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post, put};
use tokio::net::TcpListener;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

pub use error::StandInError;
pub use ittybit_uploader::transfer::MAX_REQUEST_SIZE;

use answer::Failure;
use files::FileStore;
use records::Records;

/// How long an upload URL works by default; see [`Settings::url_ttl`].
pub const DEFAULT_URL_TTL: Duration = Duration::from_secs(15 * 60);

/// The longest chunk of a resumable upload, in bytes.
const MAX_CHUNK_SIZE: u64 = 64 << 20;

/// The settings of a stand-in.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The URL of the stand-in, without a slash at the end: `http://localhost:8081`. Upload URLs start
    /// with it.
    pub base_url: String,
    /// The folder for stored files and the database. It is created if it doesn't exist.
    pub dir: PathBuf,
    /// How long an upload URL works.
    pub url_ttl: Duration,
    /// The key that creates upload URLs, invented and of no use elsewhere. If `None`, accepts any key
    /// from an app's backend, and none from a page.
    pub api_key: Option<String>,
    /// Whether the stand-in fails on demand, for tests. Anyone who can reach it can then set a plan of
    /// faults at `/faults`.
    pub faults: bool,
}

/// A stand-in with an open folder.
#[derive(Clone)]
pub struct StandIn {
    state: Arc<State>,
}

struct State {
    settings: Settings,
    records: Records,
    files: FileStore,
}

impl StandIn {
    /// Opens the folder, with everything that was stored in it before.
    ///
    /// # Errors
    ///
    /// Fails if the folder or its database can't be written.
    pub fn open(settings: Settings) -> Result<Self, StandInError> {
        let files = FileStore::open(&settings.dir)?;
        let records = Records::open(&settings.dir.join("records.sqlite"))?;
        Ok(Self { state: Arc::new(State { settings, records, files }) })
    }

    /// Serves requests at `listener` while the future is polled.
    ///
    /// # Errors
    ///
    /// Fails if the listener fails.
    pub async fn serve(self, listener: TcpListener) -> io::Result<()> {
        let routes = routes(Arc::clone(&self.state));
        if self.state.settings.faults {
            return faults::serve(listener, routes, self.state).await;
        }
        axum::serve(listener, routes.layer(foreign_pages())).await
    }
}

fn routes(state: Arc<State>) -> Router {
    Router::new()
        .route("/uploads", post(create::create_upload))
        .route("/store/single", post(single::store).put(single::refuse_chunk))
        .route("/store/resumable", put(resumable::store).post(resumable::refuse_form))
        .route("/media/{id}", get(files::media))
        .route("/files/{id}", get(files::file))
        .fallback(|| async { Failure::new(StatusCode::NOT_FOUND, "There is no such page.") })
        .method_not_allowed_fallback(|| async {
            Failure::new(StatusCode::METHOD_NOT_ALLOWED, "This method is not allowed here.")
        })
        .with_state(state)
}

/// Lets pages of any origin send files and read the answers with all their headers.
fn foreign_pages() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(Any)
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(Any)
}

impl State {
    fn check_key(&self, headers: &HeaderMap) -> Result<(), Failure> {
        let given = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let is_right = match (&self.settings.api_key, given) {
            (_, None) => false,
            (Some(key), Some(given)) => given == key,
            // Refuses pages, whose requests have an `Origin`.
            (None, Some(given)) => !given.is_empty() && !headers.contains_key(header::ORIGIN),
        };
        if is_right {
            return Ok(());
        }
        Err(Failure::new(
            StatusCode::UNAUTHORIZED,
            "This needs an Authorization header: Bearer and the API key.",
        ))
    }
}
