//! What makes two questions one: the same page's key, from the same owner, about the same file, with
//! the same grant. Whoever changes any of it asks about another file.

use hmac::{Hmac, Mac};
use serde_json::json;
use sha2::Sha256;
use uuid::Uuid;

use super::UploadRequest;
use crate::secret::derived_mac;
use crate::service::{NewUpload, Service};

/// The service's idempotency keys: it learns nothing of the page's, and no page can choose one.
#[derive(Clone)]
pub(super) struct IdempotencyKeys(Hmac<Sha256>);

impl IdempotencyKeys {
    /// Those of the routes of this name, for this account.
    pub(super) fn of(service: &Service, name: &str) -> Self {
        Self(derived_mac(service.api_key().as_str(), &["idempotency key", name]))
    }

    /// The key of a file. It is sent as 32 digits, which is the most that the service takes.
    pub(super) fn key(&self, same_file: &str) -> Uuid {
        let mut key = [0; 16];
        let mac = self.0.clone().chain_update(same_file).finalize().into_bytes();
        key.copy_from_slice(&mac[..16]);
        Uuid::from_bytes(key)
    }
}

/// As JSON, with the names of every object in order. The JavaScript handler writes the same.
pub(super) fn same_file(
    request: &UploadRequest,
    owner: Option<&str>,
    granted: &NewUpload,
) -> String {
    let UploadRequest { idempotency_key, filename, filesize, mime, .. } = request;
    json!([idempotency_key.to_string(), owner, filename, filesize, mime, granted]).to_string()
}
