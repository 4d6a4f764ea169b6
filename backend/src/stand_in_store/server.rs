//! The store as an HTTP server that browsers may talk to.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ETAG, HeaderName};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use s3s::service::S3Service;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

pub(super) fn router(service: S3Service) -> Router {
    Router::new().fallback(move |request: Request| answer(service.clone(), request))
}

async fn answer(service: S3Service, request: Request) -> Response {
    match service.call(request.map(s3s::Body::http_body_unsync)).await {
        Ok(response) => response.map(Body::new),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// What a bucket's CORS rule has to say for pages to send parts to it.
pub(super) fn foreign_pages() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::PUT, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([ETAG, HeaderName::from_static("x-amz-checksum-crc32c")])
}
