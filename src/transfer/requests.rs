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

/// What the backend is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Where the file goes.
    Target,
    /// Which parts the store has.
    Parts,
    /// Where a part goes.
    Part {
        /// Counts from 1.
        number: u32,
        /// The part's checksum in base64, if the store verifies one.
        checksum: Option<String>,
    },
    /// To put the parts together.
    Complete,
    /// To end an upload for good, so that no parts are left behind.
    Abort,
}

impl Question {
    /// Returns the request's JSON, with the `stored` parts where they are asked about.
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
    /// Counts from 1.
    pub number: u32,
    /// What the store calls the part. `None` while it has no name yet.
    pub etag: Option<String>,
    /// Its checksum in base64, if it is known.
    pub checksum: Option<String>,
}

/// A request to the app's backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What it asks.
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

/// What ends an upload for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abort {
    /// The key under which the upload is remembered.
    pub key: String,
    /// What the backend is asked. `None` if it has begun nothing that it could end.
    pub request: Option<Box<Request>>,
    /// Whether this page holds the upload's lock. If not, the upload is ended only if no other window is
    /// sending it.
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
