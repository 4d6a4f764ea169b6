//! An app's whole server: a page that uploads, and the routes that let those in who are signed in.
//!
//! Beside it are `public/index.html`, and `dist/` of the package:
//!
//! ```html
//! <script src="/dist/ittybit-uploader.js"></script>
//! <ittybit-uploader endpoint="/api/uploads"></ittybit-uploader>
//! ```

use std::error::Error;

use axum::http::{header::COOKIE, request::Parts};
use axum::{Router, serve};
use ittybit_uploader_backend::{
    Limits, Metadata, NewUpload, PageProp, Refusal, Service, UploadRequest, UploadRoutes,
};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://{}/", listener.local_addr()?);
    Ok(serve(listener, app(Service::from_env()?)).await?) // ITTYBIT_API_KEY
}

/// Everything that is served on the one port.
pub fn app(service: Service) -> Router {
    let limits = Limits {
        max_file_size: Some(2_000_000_000),
        allowed_file_types: vec!["image/*".into(), "video/*".into()],
        ..Limits::default()
    };
    let uploads = UploadRoutes::new(service, authorize)
        .with_limits(limits)
        .taking_props([PageProp::Note("caption".into())]);
    Router::new()
        .nest("/api/uploads", uploads.into_router())
        .nest_service("/dist", ServeDir::new("dist"))
        .fallback_service(ServeDir::new("public"))
}

/// Asked about every file. What it grants is what Ittybit is told of it.
async fn authorize(request: Parts, _file: UploadRequest) -> Result<NewUpload, Refusal> {
    let Some(user) = signed_in_user(&request) else {
        return Err(Refusal::unauthorized("Please sign in to upload."));
    };
    let metadata = Some(Metadata::default().with("user", user));
    Ok(NewUpload { metadata, ..NewUpload::default() })
}

/// Whose session it is that the cookie names. Your app looks it up where it keeps sessions.
fn signed_in_user(request: &Parts) -> Option<&'static str> {
    let cookies = request.headers.get(COOKIE)?.to_str().ok()?;
    let mut pairs = cookies.split("; ").filter_map(|cookie| cookie.split_once('='));
    let (_, session) = pairs.find(|(name, _)| *name == "session")?;
    (session == "an-id-that-nobody-guesses").then_some("user_42")
}
