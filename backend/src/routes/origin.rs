//! Determines whose page sends a request: this server's, one of an allowed origin, or a foreign one.
//!
//! A browser says where a request comes from, and a page can't change that. So no foreign page can act
//! with a visitor's cookies. A program can claim anything, but doesn't have a visitor's cookies, so
//! `authorize` must recognise it.

use reqwest::Url;
use thiserror::Error;

/// The error for a text that is not a page's origin.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "\"{0}\" must be a page's origin as browsers write it: `https://` or `http://`, a host in lower \
     case, and a port unless it is the usual one"
)]
pub struct OriginError(String);

/// Whose page sends a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Page<'a> {
    /// A page of this server, or a program.
    Own,
    /// A page of this origin, which the app allows.
    Allowed(&'a str),
    /// Any other page.
    Foreign,
}

/// The origins that the app allows, exactly as browsers write them.
#[derive(Debug, Default)]
pub(super) struct Origins(Vec<String>);

impl Origins {
    pub(super) fn new(
        origins: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, OriginError> {
        origins
            .into_iter()
            .map(Into::into)
            .map(|origin| if is_origin(&origin) { Ok(origin) } else { Err(OriginError(origin)) })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Determines whose page has sent the headers `Sec-Fetch-Site`, `Origin` and `Host`. Ignores empty
    /// ones.
    ///
    /// Since 2023, browsers send the first with every request to a trustworthy server. They have long
    /// sent the second with every request that is not a plain `GET`. The order of the checks is that of
    /// Go's `net/http.CrossOriginProtection`.
    pub(super) fn page(
        &self,
        fetch_site: Option<&str>,
        origin: Option<&str>,
        host: Option<&str>,
    ) -> Page<'_> {
        let is_set = |header: Option<&'_ str>| header.is_some_and(|value| !value.is_empty());
        let named = origin.and_then(|origin| self.0.iter().find(|named| *named == origin));
        let is_own = match fetch_site {
            Some("same-origin" | "none") => true,
            _ if is_set(fetch_site) => false,
            _ if !is_set(origin) => true,
            _ => {
                let at = origin.and_then(|origin| origin.split_once("://"));
                is_set(host) && at.map(|(_, at)| at) == host
            }
        };
        match named {
            Some(named) => Page::Allowed(named),
            None if is_own => Page::Own,
            None => Page::Foreign,
        }
    }
}

/// Returns whether a browser could send this origin. A host's name may contain an asterisk, but this
/// refuses it, because a developer who writes one expects a wildcard.
fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.origin().ascii_serialization() == text
            && !text.contains('*')
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::*;

    const APP: &str = "https://app.example.com";

    #[test]
    fn accepts_only_bare_origins() {
        for origin in [
            APP,
            "https://app.example.com:8443",
            "https://xn--bcher-kva.example",
            "http://localhost:3000",
            "http://uploads.corp",
            "http://10.0.0.7:8080",
            "http://127.0.0.1",
            "http://[::1]:3000",
        ] {
            assert!(Origins::new([origin]).is_ok(), "{origin}");
        }
        for origin in [
            "",
            "*",
            "null",
            "app.example.com",
            "https://",
            "https://app.example.com:80000",
            "https://*.example.com",
            "https://app.example.com/",
            "https://app.example.com/path",
            "https://app.example.com:443",
            "https://App.example.com",
            "https://app.example.com ",
            "https://user@app.example.com",
            "https://app.example.com?x",
            "https://bücher.example",
            "http://app.example.com:80",
            "http://app.example.com/",
            "ftp://app.example.com",
            "file:///",
        ] {
            let error = Origins::new([origin]).unwrap_err();
            assert!(error.to_string().contains(origin), "{origin}");
        }
    }

    #[test]
    fn determines_whose_page_sends_a_request() {
        let origins = Origins::new([APP]).unwrap();
        let own = "here.example";
        for (site, origin, page) in [
            (Some("same-origin"), Some("https://here.example"), Page::Own),
            (Some("same-origin"), None, Page::Own),
            (Some("none"), None, Page::Own),
            (Some("cross-site"), Some(APP), Page::Allowed(APP)),
            (Some("same-site"), Some(APP), Page::Allowed(APP)),
            (None, Some(APP), Page::Allowed(APP)),
            (None, None, Page::Own),
            (Some(""), Some(""), Page::Own),
            (None, Some("https://here.example"), Page::Own),
            (None, Some("http://here.example"), Page::Own),
            (Some("cross-site"), Some("https://here.example"), Page::Foreign),
            (Some("same-site"), None, Page::Foreign),
            (Some("cross-site"), None, Page::Foreign),
            (Some("Same-Origin"), None, Page::Foreign),
            (Some("same-origin, same-origin"), None, Page::Foreign),
            (None, Some("null"), Page::Foreign),
            (Some("cross-site"), Some("null"), Page::Foreign),
            (None, Some("https://here.example:8443"), Page::Foreign),
            (None, Some("https://here.example.evil.example"), Page::Foreign),
            (None, Some("https://evil.example/://here.example"), Page::Foreign),
            (None, Some("https://app.example.com.evil.example"), Page::Foreign),
            (None, Some("HTTPS://APP.EXAMPLE.COM"), Page::Foreign),
        ] {
            assert_eq!(origins.page(site, origin, Some(own)), page, "{site:?} {origin:?}");
        }
        assert_eq!(origins.page(None, Some("https://"), Some("")), Page::Foreign);
        assert_eq!(origins.page(None, Some("https://a"), None), Page::Foreign);
    }

    #[test]
    fn allows_no_origin_by_default() {
        let origins = Origins::default();
        assert_eq!(origins.page(Some("cross-site"), Some(APP), Some("x")), Page::Foreign);
        assert!(origins.is_empty());
    }
}
