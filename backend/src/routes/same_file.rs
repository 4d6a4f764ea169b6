//! Identifies a file by the page's key, the owner, what the page says about the file, and the grant. Two
//! requests are about the same file only if all of these are equal.

use hmac::{Hmac, Mac};
use ittybit_uploader::transfer::MAX_SAFE_INTEGER;
use serde_json::{Number, Value, json};
use sha2::Sha256;
use uuid::Uuid;

use super::UploadRequest;
use crate::secret::derived_mac;
use crate::service::{NewUpload, Service};

/// Creates the service's idempotency keys. They reveal nothing about the page's keys, and no page can
/// choose one.
#[derive(Clone)]
pub(super) struct IdempotencyKeys(Hmac<Sha256>);

impl IdempotencyKeys {
    /// Creates the keys for routes with this name and this account.
    pub(super) fn of(service: &Service, name: &str) -> Self {
        Self(derived_mac(service.api_key().as_str(), &["idempotency key", name]))
    }

    /// Returns the key of a file. It is sent as 32 digits, the longest key that the service accepts.
    pub(super) fn key(&self, same_file: &str) -> Uuid {
        let mut key = [0; 16];
        let mac = self.0.clone().chain_update(same_file).finalize().into_bytes();
        key.copy_from_slice(&mac[..16]);
        Uuid::from_bytes(key)
    }
}

/// Returns JSON with sorted keys in every object, in which numbers that JSON writers write differently are
/// hexadecimal. The JavaScript handler writes the same text.
pub(super) fn same_file(
    request: &UploadRequest,
    owner: Option<&str>,
    granted: &NewUpload,
) -> String {
    let UploadRequest { idempotency_key, filename, filesize, mime, .. } = request;
    canonical(&json!([idempotency_key.to_string(), owner, filename, filesize, mime, granted]))
}

fn canonical(value: &Value) -> String {
    match value {
        Value::Number(number) => canonical_number(number),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            // The order of UTF-8 is that of code points.
            fields.sort_unstable_by_key(|(name, _)| *name);
            let fields = fields.into_iter().map(|(name, value)| {
                format!("{}:{}", Value::from(name.as_str()), canonical(value))
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

/// Returns a whole number in decimal, and any other number as the bits of its `f64`.
fn canonical_number(number: &Number) -> String {
    const LARGEST: f64 = MAX_SAFE_INTEGER as f64;
    match number.as_f64() {
        Some(float) if float.fract() == 0.0 && float.abs() <= LARGEST => (float as i64).to_string(),
        Some(float) => format!("0x{:016x}", float.to_bits()),
        None => number.to_string(),
    }
}
