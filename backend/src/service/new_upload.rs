//! The properties of a new upload, and the result of creating it.

use std::collections::BTreeMap;
use std::fmt;

use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use thiserror::Error;

use super::{ByteRange, may_carry_secrets};

/// The properties with which Ittybit creates an upload URL.
///
/// They decide what happens to the file, so they are trusted. Check every value that comes from a page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewUpload {
    /// The workflow to start when the file is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_id: Option<String>,
    /// Your own notes on the media object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// The file's name, if it differs from the one in the upload itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Another name for the media object, unique in the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The conditions that the file must meet, sent as they are. Ittybit defines their format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Value>,
    /// Whether the file is uploaded in chunks, each of which can be retried alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumable: Option<bool>,
}

/// Notes of one level: each value is a string, a number or a boolean.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct Metadata(BTreeMap<String, MetadataValue>);

/// A value in [`Metadata`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum MetadataValue {
    /// Text.
    String(String),
    /// A number that JSON can write, so no infinity.
    Number(Number),
    /// `true` or `false`.
    Bool(bool),
}

/// A value that metadata cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("metadata has one level: \"{key}\" is neither a string, a number nor a boolean")]
pub struct MetadataError {
    /// The name of the value.
    pub key: String,
}

impl Metadata {
    /// Sets a value, and replaces an earlier one with the same name.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<MetadataValue>) -> Self {
        self.0.insert(key.into(), value.into());
        self
    }

    /// Merges the values of both. `other` takes precedence.
    pub(crate) fn overridden_by(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

impl MetadataValue {
    /// Converts a JSON value. Returns `None` for `null`, an array or an object.
    pub(crate) fn new(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::String(text)),
            Value::Number(number) => Some(Self::Number(number)),
            Value::Bool(bool) => Some(Self::Bool(bool)),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

impl TryFrom<Map<String, Value>> for Metadata {
    type Error = MetadataError;

    fn try_from(map: Map<String, Value>) -> Result<Self, MetadataError> {
        map.into_iter()
            .map(|(key, value)| match MetadataValue::new(value) {
                Some(value) => Ok((key, value)),
                None => Err(MetadataError { key }),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl From<&str> for MetadataValue {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for MetadataValue {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for MetadataValue {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl From<i64> for MetadataValue {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

/// The result of requesting an upload URL.
#[derive(Clone, Debug, PartialEq)]
pub enum Created {
    /// The file must be sent to this target.
    Target(UploadTarget),
    /// The file of this idempotency key is stored already. Contains its media object, exactly as
    /// received.
    Stored(Value),
}

/// Where to send one file, once and within a short time.
///
/// Anyone who knows the URL can store a file in the account, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct UploadTarget {
    url: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    received: Vec<ByteRange>,
}

impl UploadTarget {
    /// Creates a target from an upload URL that was created elsewhere. Returns `None` unless the URL is
    /// `https:`, or `http:` on this machine, so that nobody can read the file on the way.
    #[must_use]
    pub fn new(url: &str) -> Option<Self> {
        let is_private = Url::parse(url).is_ok_and(|url| may_carry_secrets(&url));
        is_private.then(|| Self { url: url.into(), received: Vec::new() })
    }

    /// Returns the same target with the byte ranges that are stored already.
    #[must_use]
    pub fn with_received(mut self, ranges: impl IntoIterator<Item = ByteRange>) -> Self {
        self.received = ByteRange::merged(ranges.into_iter().collect());
        self
    }

    /// Returns the upload URL, exactly as Ittybit wrote it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the byte ranges of a resumable upload that are stored already: sorted, and neither
    /// overlapping nor adjacent. Empty if the service doesn't say.
    #[must_use]
    pub fn received(&self) -> &[ByteRange] {
        &self.received
    }
}

impl fmt::Debug for UploadTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("UploadTarget(…)")
    }
}
