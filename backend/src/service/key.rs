//! The API key, in a type that can't reveal it.

use std::fmt;

use reqwest::header::HeaderValue;

use super::ConfigError;

/// An API key of Ittybit. Anyone who has it can act for the account, so it has no `Display`, its `Debug`
/// hides it, and it is never sent to a page.
#[derive(Clone)]
pub struct ApiKey {
    key: String,
    bearer: HeaderValue,
}

impl ApiKey {
    /// Creates a key. Ignores surrounding white space.
    ///
    /// # Errors
    ///
    /// [`ConfigError::KeyMalformed`] if the key is empty or can't be sent in a header.
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

    /// Returns the value of the `Authorization` header, marked as sensitive.
    pub(crate) fn bearer(&self) -> HeaderValue {
        self.bearer.clone()
    }

    /// Returns the key itself, to derive other keys from it.
    pub(crate) fn as_str(&self) -> &str {
        &self.key
    }

    /// Removes the key from a text. A server may repeat it in a message ("invalid key …"), and messages
    /// are logged.
    pub(super) fn redact(&self, text: &str) -> String {
        text.replace(&self.key, "[API key]")
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey(…)")
    }
}
