//! Serves the demo's pages with the strictest headers under which the uploader promises to work.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, InvalidHeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Serves `www/`, the build at `/dist/` and the documentation at `/docs/`, from the working directory.
/// `upload_hosts` are the CSP sources to which pages may send files and from which they may show them.
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
        // With a trailing slash, because the pages' links are relative. `www/docs/` redirects here.
        .nest_service("/docs/", ServeDir::new("site"))
        .fallback_service(ServeDir::new("www"))
        .layer(header(CONTENT_SECURITY_POLICY, policy))
        .layer(header(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(header(REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        // Browsers must revalidate a page that is under development. The answer may be "not modified".
        .layer(header(CACHE_CONTROL, HeaderValue::from_static("no-cache"))))
}
