//! Decides who may upload in the demo: its own pages, opened on this machine. The demo has no users. A
//! real app checks who is signed in and what they may store.

use axum::http::header::{HOST, HeaderMap, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use ittybit_uploader_backend::{Grant, Metadata, NewUpload, Protocol, Refusal, UploadRequest};

/// Lets the demo's own pages upload anything, with the protocol in the prop `protocol`: `simple`,
/// `resumable` or `multipart`. A real app chooses the protocol itself.
pub async fn authorize(request: Parts, file: UploadRequest) -> Result<Grant, Refusal> {
    if !is_page_on_this_machine(&request.headers) {
        return Err(Refusal::forbidden("The demo takes uploads from its own pages only."));
    }
    let protocol = match file.props.get("protocol").map(|wish| wish.as_str().unwrap_or_default()) {
        None => None,
        Some("simple") => Some(Protocol::Simple),
        Some("resumable") => Some(Protocol::Resumable),
        Some("multipart") => Some(Protocol::Multipart),
        Some(_) => return Err(Refusal::bad_request("The demo knows no such `protocol`.")),
    };
    Ok(Grant {
        upload: NewUpload {
            metadata: Some(Metadata::default().with("source", "demo")),
            ..NewUpload::default()
        },
        protocol,
        part_size: file.props.get("part_size").and_then(|wish| wish.as_u64()),
        ..Grant::default()
    })
}

/// Returns whether a request is from a page, and for a host name of this machine. The routes have refused
/// foreign pages already. Every browser sends at least one of the two headers with such a request, so a
/// request with neither is from a program. Any other host name may be a foreign one that points to this
/// machine.
fn is_page_on_this_machine(headers: &HeaderMap) -> bool {
    let is_page = headers.contains_key("sec-fetch-site") || headers.contains_key(ORIGIN);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    is_page && host.is_some_and(is_this_machine)
}

fn is_this_machine(host: &str) -> bool {
    host.parse::<Authority>()
        .is_ok_and(|authority| matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]"))
}
