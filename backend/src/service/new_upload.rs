//! What an upload is created with, and what comes of it.

use std::collections::BTreeMap;
use std::fmt;

use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use thiserror::Error;

use super::{ByteRange, may_carry_secrets};

/// Properties of an upload, as Ittybit takes them when an upload URL is created.
///
/// They are trusted: they decide what happens to the file. Take none of them from a page
/// without a look at it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewUpload {
    /// The workflow that is started when the file is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_id: Option<String>,
    /// Your own notes on the media object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// The file's name, where it is not the one that the upload itself brings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Another name for the media object, unique in the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// What the file must be like. Ittybit defines its form; it is sent as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Value>,
    /// Whether the file is to come in chunks, each retriable by itself.
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
    /// Sets one value; an earlier one of that name is replaced.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<MetadataValue>) -> Self {
        self.0.insert(key.into(), value.into());
        self
    }

    /// All values of both; where both have one, it is `other`'s.
    pub(crate) fn overridden_by(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

impl MetadataValue {
    /// What JSON holds, unless it is `null` or has levels of its own.
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

/// What comes of asking for an upload URL.
#[derive(Clone, Debug, PartialEq)]
pub enum Created {
    /// The file may be sent here.
    Target(UploadTarget),
    /// The file of this idempotency key is stored already: its media object, exactly as received.
    Stored(Value),
}

/// Where one file may be sent, once and for a short time.
///
/// Whoever knows the URL can store a file in the account, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct UploadTarget {
    url: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    received: Vec<ByteRange>,
}

impl UploadTarget {
    /// A target from an upload URL that was created elsewhere. `None` where the file's bytes
    /// could be read on the way there: it must be `https:`, or `http:` on this machine.
    #[must_use]
    pub fn new(url: &str) -> Option<Self> {
        let is_private = Url::parse(url).is_ok_and(|url| may_carry_secrets(&url));
        is_private.then(|| Self { url: url.into(), received: Vec::new() })
    }

    /// The same target, where these bytes of the file are stored already.
    #[must_use]
    pub fn with_received(mut self, ranges: impl IntoIterator<Item = ByteRange>) -> Self {
        self.received = ByteRange::merged(ranges.into_iter().collect());
        self
    }

    /// The upload URL, exactly as Ittybit wrote it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Which bytes of a resumable upload are stored already and need not be sent again: sorted, and
    /// neither overlapping nor adjacent. Empty where the service says nothing of it.
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
