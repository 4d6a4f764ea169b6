//! A local stand-in for Ittybit: what `Service` and a page's uploader need, with no account.
//!
//! It keeps the promises that make uploading hard: an upload URL works once, and an idempotency
//! key has one media object, also when two uploads race and after a restart; a URL expires; a
//! request has a size limit; the host is foreign to the page. Where a test asks for it, it breaks
//! them as a network would. A resumable upload keeps every chunk that it
//! acknowledged, in whatever order, number and parallel they come. It refuses to be more: no workflow runs, nothing is transcoded, and it
//! is not made to face the internet.

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

/// How long an upload URL works unless [`Settings::url_ttl`] says otherwise.
pub const DEFAULT_URL_TTL: Duration = Duration::from_secs(15 * 60);

/// The longest chunk of a resumable upload, in bytes.
const MAX_CHUNK_SIZE: u64 = 64 << 20;

/// How a stand-in is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it is reached, without a slash at the end: `http://localhost:8081`. Upload URLs
    /// start with it.
    pub base_url: String,
    /// The folder for stored files and the database. It is made where it is missing.
    pub dir: PathBuf,
    /// How long an upload URL works.
    pub url_ttl: Duration,
    /// The key that creates upload URLs: made up, and worth nothing elsewhere. Without one it takes
    /// any from an app's backend, and none from a page.
    pub api_key: Option<String>,
    /// Whether it fails on demand, for tests: anyone who reaches it may then put a plan of faults
    /// to `/faults`.
    pub faults: bool,
}

/// The stand-in, with its folder open.
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
    /// Opens the folder; what was stored there before is there again.
    ///
    /// # Errors
    ///
    /// Where the folder or its database cannot be written.
    pub fn open(settings: Settings) -> Result<Self, StandInError> {
        let files = FileStore::open(&settings.dir)?;
        let records = Records::open(&settings.dir.join("records.sqlite"))?;
        Ok(Self { state: Arc::new(State { settings, records, files }) })
    }

    /// Answers what arrives at `listener`, for as long as the future is polled.
    ///
    /// # Errors
    ///
    /// Where the listener fails.
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

/// Pages of any origin may send files here, and read the answers with all their headers.
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
            // A page of any site may come by, and says its origin.
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
