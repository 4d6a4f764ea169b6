//! Serves the store over HTTP, also to browsers.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_SECURITY_POLICY, ETAG, HeaderName, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt};
use s3s::service::S3Service;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::host::single::drain;

pub(super) fn router(service: S3Service) -> Router {
    let header = SetResponseHeaderLayer::overriding;
    Router::new()
        .fallback(move |request: Request| answer(service.clone(), request))
        // An object is untrusted, so a page or an SVG in it must not run.
        .layer(header(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(header(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox; default-src 'none'"),
        ))
}

async fn answer(service: S3Service, request: Request) -> Response {
    let request = request.map(|body| {
        let body = Body::from_stream(ReadToItsEnd(Some(body.into_data_stream())));
        s3s::Body::http_body_unsync(body)
    });
    match service.call(request).await {
        Ok(response) => response.map(Body::new),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A body that reads its rest when it is dropped, because its sender may still be sending.
struct ReadToItsEnd(Option<BodyDataStream>);

impl Stream for ReadToItsEnd {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, axum::Error>>> {
        let Some(body) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let item = ready!(body.poll_next_unpin(context));
        if !matches!(item, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(item)
    }
}

impl Drop for ReadToItsEnd {
    fn drop(&mut self) {
        if let Some(body) = self.0.take() {
            drain(body);
        }
    }
}

/// The CORS rules that a bucket needs for pages to send parts to it.
pub(super) fn foreign_pages() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::PUT, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([ETAG, HeaderName::from_static("x-amz-checksum-crc32c")])
}
