//! A complete server of an app: a page that uploads, and upload routes for signed-in users.
//!
//! It serves `public/index.html`, and the package's `dist/`:
//!
//! ```html
//! <script src="/dist/ittybit-uploader.js"></script>
//! <ittybit-uploader endpoint="/api/uploads"></ittybit-uploader>
//! ```

use std::error::Error;

use axum::http::request::Parts;
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
    Ok(serve(listener, app(Service::from_env()?, user_of)).await?) // ITTYBIT_API_KEY
}

/// Returns the app's router. `user_of` returns the user who sends a request.
pub fn app(service: Service, user_of: fn(&Parts) -> Option<String>) -> Router {
    let limits = Limits {
        max_file_size: Some(2_000_000_000),
        allowed_file_types: vec!["image/*".into(), "video/*".into()],
        ..Limits::default()
    };
    let authorize = move |request: Parts, file| authorize(user_of(&request), file);
    let uploads = UploadRoutes::new(service, authorize)
        .identifying(move |request: Parts| async move { Ok(user_of(&request)) })
        .with_limits(limits)
        .taking_props([PageProp::Note("caption".into())]);
    Router::new()
        .nest("/api/uploads", uploads.into_router())
        .nest_service("/dist", ServeDir::new("dist"))
        .fallback_service(ServeDir::new("public"))
}

/// Decides about every file, and returns the properties with which Ittybit creates the upload.
async fn authorize(user: Option<String>, _file: UploadRequest) -> Result<NewUpload, Refusal> {
    let Some(user) = user else {
        return Err(Refusal::unauthorized("Please sign in to upload."));
    };
    let metadata = Some(Metadata::default().with("user", user));
    Ok(NewUpload { metadata, ..NewUpload::default() })
}

/// Returns the id of the signed-in user, or `None`. Look it up in your app's own sessions.
pub fn user_of(_request: &Parts) -> Option<String> {
    eprintln!("src/main.rs: replace the body of user_of(). Until then, nobody can upload.");
    None
}
