//! The demo's pages, under the strictest headers that the uploader promises to run under.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, InvalidHeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Serves `www/`, below `/dist/` what is built and below `/docs/` the documentation; all as seen from
/// the working directory.
/// `upload_hosts` are the CSP sources that a page may send files to and show them from.
pub fn router(upload_hosts: &str) -> Result<Router, InvalidHeaderValue> {
    let policy = HeaderValue::try_from(format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
         connect-src 'self' {upload_hosts}; img-src 'self' blob: {upload_hosts}; \
         media-src 'self' blob: {upload_hosts}; object-src 'none'; base-uri 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'"
    ))?;
    let header = SetResponseHeaderLayer::overriding;
    Ok(Router::new()
        .nest_service("/dist", ServeDir::new("dist"))
        // With its slash, for the pages' links are relative; `www/docs/` has a redirect to it.
        .nest_service("/docs/", ServeDir::new("site"))
        .fallback_service(ServeDir::new("www"))
        .layer(header(CONTENT_SECURITY_POLICY, policy))
        .layer(header(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(header(REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        // A page under development is asked for anew each time; the answer may be "not modified".
        .layer(header(CACHE_CONTROL, HeaderValue::from_static("no-cache"))))
}
