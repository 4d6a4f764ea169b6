//! Derives keys from an app's secrets, a different key for each purpose. The JavaScript handler derives
//! the same keys.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

/// The shortest secret, in bytes of UTF-8.
pub(crate) const SHORTEST_SECRET: usize = 32;

/// Derives a key of 256 bits with HKDF, SHA-256 and no salt (RFC 5869). `about` is the purpose, and
/// everything else that the key is bound to.
pub(crate) fn derived_key(secret: &str, about: &[&str]) -> [u8; 32] {
    let mut info = vec!["ittybit-uploader"];
    info.extend(about);
    hkdf(secret.as_bytes(), json!(info).to_string().as_bytes())
}

/// Creates an HMAC-SHA256 with a derived key.
pub(crate) fn derived_mac(secret: &str, about: &[&str]) -> Hmac<Sha256> {
    mac(derived_key(secret, about))
}

/// Returns one block of output, so that "expand" has a single step.
fn hkdf(secret: &[u8], info: &[u8]) -> [u8; 32] {
    let extracted = mac([0; 32]).chain_update(secret).finalize().into_bytes();
    mac(extracted.into()).chain_update(info).chain_update([1]).finalize().into_bytes().into()
}

fn mac(key: [u8; 32]) -> Hmac<Sha256> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    block[..32].copy_from_slice(&key);
    Hmac::new(&block)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5869, appendix A.3.
    #[test]
    fn derives_the_key_in_the_rfc() {
        let key = hkdf(&[0x0b; 22], b"");
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    }

    #[test]
    fn each_purpose_and_place_has_its_own_key() {
        let secret = "x".repeat(SHORTEST_SECRET);
        let keys = [&["a", "bc"][..], &["ab", "c"], &["a", "b", "c"], &["a", "bc", ""]];
        let mut keys = keys.map(|about| derived_key(&secret, about)).to_vec();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 4);
    }
}
