//! The API key, and nothing that could show it to anyone.

use std::fmt;

use reqwest::header::HeaderValue;

use super::ConfigError;

/// An API key of Ittybit. Whoever holds it acts for the account, so it has no `Display`, its
/// `Debug` hides it, and it never leaves for a page.
#[derive(Clone)]
pub struct ApiKey {
    key: String,
    bearer: HeaderValue,
}

impl ApiKey {
    /// Takes a key as it was handed out; white space around it is ignored.
    ///
    /// # Errors
    ///
    /// [`ConfigError::KeyMalformed`] where the key is empty or could not be sent in a header.
    pub fn new(key: &str) -> Result<Self, ConfigError> {
        let key = key.trim();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ConfigError::KeyMalformed);
        }
        let mut bearer = HeaderValue::try_from(format!("Bearer {key}"))
            .map_err(|_| ConfigError::KeyMalformed)?;
        bearer.set_sensitive(true);
        Ok(Self { key: key.into(), bearer })
    }

    /// The value of the `Authorization` header, marked as sensitive.
    pub(crate) fn bearer(&self) -> HeaderValue {
        self.bearer.clone()
    }

    /// The key itself, for what is derived from it.
    pub(crate) fn as_str(&self) -> &str {
        &self.key
    }

    /// A server may repeat the key in a message ("invalid key …"), and messages are logged.
    pub(super) fn redact(&self, text: &str) -> String {
        text.replace(&self.key, "[API key]")
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey(…)")
    }
}
