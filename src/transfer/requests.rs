//! Requests to the app's backend, as data. A shell adds the app's headers and sends them.

use super::error::digits;
use super::json::quote;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
}

impl Method {
    /// Returns the method as HTTP writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// What a request asks of the backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Where the file goes.
    Target,
    /// Which parts the store has.
    Parts,
    /// Where one part goes.
    Part {
        /// The part's number, counted from 1.
        number: u32,
        /// The part's checksum in base64, if the store verifies one.
        checksum: Option<String>,
    },
    /// To complete the upload: the store puts the parts together.
    Complete,
    /// To abort the upload, so that the store keeps none of its parts.
    Abort,
}

impl Question {
    /// Returns the JSON of a question about parts: that of [`Self::Complete`] lists the `stored` ones.
    /// Returns `None` for other questions.
    pub(super) fn body(&self, stored: &[StoredPart]) -> Option<String> {
        match self {
            Self::Part { number, checksum } => {
                let part = StoredPart { number: *number, etag: None, checksum: checksum.clone() };
                Some(parts_body(&[part]))
            }
            Self::Complete => Some(parts_body(stored)),
            Self::Target | Self::Parts | Self::Abort => None,
        }
    }
}

/// A part that the store has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPart {
    /// The part's number, counted from 1.
    pub number: u32,
    /// The store's `ETag` of the part. `None` while the part is not stored yet.
    pub etag: Option<String>,
    /// Its checksum in base64, if it is known.
    pub checksum: Option<String>,
}

/// A request to the app's backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What the request asks.
    pub question: Question,
    /// The method.
    pub method: Method,
    /// The absolute URL. `None` if a function of the app answers.
    pub url: Option<String>,
    /// The header `Idempotency-Key`.
    pub key: String,
    /// The body: JSON.
    pub body: Option<String>,
}

/// What is needed to abort an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abort {
    /// The key under which the upload is remembered.
    pub key: String,
    /// The request to the backend. `None` if the backend has begun no upload.
    pub request: Option<Box<Request>>,
    /// Whether this page holds the upload's lock. If not, the shell must abort the upload only if no other
    /// window is sending it.
    pub is_ours: bool,
}

/// Returns the JSON that describes a file. `props` is JSON too.
pub(super) fn file_body(name: &str, size: u64, mime: &str, props: Option<&str>) -> String {
    let mut json = String::from(r#"{"filename":"#);
    quote(name, &mut json);
    json.push_str(r#","filesize":"#);
    json.push_str(&digits(size));
    json.push_str(r#","type":"#);
    quote(mime, &mut json);
    if let Some(props) = props {
        json.push_str(r#","props":"#);
        json.push_str(props);
    }
    json.push('}');
    json
}

fn parts_body(parts: &[StoredPart]) -> String {
    let mut json = String::from(r#"{"parts":["#);
    for part in parts {
        if !json.ends_with('[') {
            json.push(',');
        }
        json.push_str(r#"{"part_number":"#);
        json.push_str(&digits(part.number.into()));
        for (name, value) in [(r#","etag":"#, &part.etag), (r#","checksum":"#, &part.checksum)] {
            if let Some(value) = value {
                json.push_str(name);
                quote(value, &mut json);
            }
        }
        json.push('}');
    }
    json.push_str("]}");
    json
}
