//! Limits on files, checked before the app is asked.

use std::time::Duration;

use ittybit_uploader::queue::Restrictions;
use ittybit_uploader::transfer::FileInfo;

use super::Refusal;

/// Limits on the files that pages may upload. They are checked before an upload is created, against what
/// the page says about a file, not against its content. For a file in parts, the store enforces the size
/// that was checked. The service doesn't: a page that lies can send up to 64 MB in one request, and more
/// in chunks. To prevent that, grant [`Protocol::Multipart`](crate::Protocol::Multipart).
///
/// ```
/// use ittybit_uploader_backend::Limits;
///
/// let pictures = Limits {
///     max_file_size: Some(20_000_000),
///     allowed_file_types: vec!["image/*".into()],
///     ..Limits::default()
/// };
/// # let _ = pictures;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The size of the largest file, in bytes. A larger file gets a 413.
    pub max_file_size: Option<u64>,
    /// The size of the smallest file, in bytes. A smaller file gets a 400.
    pub min_file_size: Option<u64>,
    /// Types as in the `accept` attribute: `.jpg`, `image/png`, `video/*`. Other types get a 403. Empty
    /// allows every type. `image/*` and other wildcards don't allow types that browsers run as a page
    /// or a script: list such a type itself, as `image/svg+xml` or `.svg`. An extension doesn't allow a
    /// file whose type contradicts it.
    pub allowed_file_types: Vec<String>,
    /// How long the body of a request may take to arrive. Default: ten seconds. A slower request gets a
    /// 408, and its connection is closed.
    pub body_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_file_size: None,
            min_file_size: None,
            allowed_file_types: Vec::new(),
            body_timeout: Duration::from_secs(10),
        }
    }
}

impl Limits {
    pub(super) fn check(&self, file: &FileInfo) -> Result<(), Refusal> {
        let size = file.size;
        if let Some(most) = self.max_file_size.filter(|most| size > *most) {
            return Err(Refusal::too_large(format!(
                "The file has {size} bytes; uploads take at most {most}."
            )));
        }
        if let Some(least) = self.min_file_size.filter(|least| size < *least) {
            return Err(Refusal::bad_request(format!(
                "The file has {size} bytes; uploads take at least {least}."
            )));
        }
        if !self.allows_type(file) {
            return Err(Refusal::forbidden(format!(
                "Only these types of files are allowed: {}.",
                self.allowed_file_types.join(", ")
            )));
        }
        Ok(())
    }

    /// Decides as the page's own restriction does, which only saves the person an upload.
    fn allows_type(&self, file: &FileInfo) -> bool {
        let types = self.allowed_file_types.iter().flat_map(|types| types.split(','));
        // An empty type would allow every file of unknown type.
        let types: Vec<_> = types
            .map(|kind| kind.trim().to_ascii_lowercase())
            .filter(|kind| !kind.is_empty())
            .collect();
        if types.is_empty() {
            return self.allowed_file_types.is_empty();
        }
        Restrictions { allowed_file_types: types.join(","), ..Restrictions::default() }
            .allows_type(file)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use ittybit_uploader::transfer::essence;
    use serde_json::Value;

    use super::*;

    fn file(name: &str, size: u64, mime: &str) -> FileInfo {
        FileInfo { name: name.into(), size, mime: mime.into() }
    }

    #[test]
    fn checks_sizes() {
        let limits =
            Limits { max_file_size: Some(10), min_file_size: Some(5), ..Limits::default() };
        for (size, is_taken) in [(0, false), (4, false), (5, true), (10, true), (11, false)] {
            assert_eq!(limits.check(&file("a", size, "")).is_ok(), is_taken, "{size}");
        }
        assert!(Limits::default().check(&file("a", 0, "")).is_ok());
        assert!(Limits::default().check(&file("a", u64::MAX, "")).is_ok());
    }

    /// The page and the JavaScript handler are tested with the same cases.
    #[test]
    fn decides_types_as_the_page_does() {
        let cases: Vec<Value> =
            serde_json::from_str(include_str!("../../../tests/core/types.json")).unwrap();
        for case in cases {
            let text = |at: usize| case[at].as_str().unwrap();
            let types = case[0].as_array().unwrap().iter();
            let allowed_file_types = types.map(|kind| kind.as_str().unwrap().into()).collect();
            let limits = Limits { allowed_file_types, ..Limits::default() };
            let mime = essence(text(2)).unwrap_or_default();
            let is_taken = limits.check(&file(text(1), 1, &mime)).is_ok();
            assert_eq!(Some(is_taken), case[4].as_bool(), "{case}");
        }
    }

    #[test]
    fn reads_types_as_in_accept() {
        let allows = |types: &[&str], name: &str, mime: &str| {
            let allowed_file_types = types.iter().map(|kind| (*kind).into()).collect();
            Limits { allowed_file_types, ..Limits::default() }.check(&file(name, 1, mime)).is_ok()
        };
        assert!(allows(&["image/*", ".PDF"], "a.pdf", ""));
        assert!(allows(&[" Image/* "], "a", "image/png"));
        assert!(allows(&[".jpg, video/*"], "a", "video/mp4"));
        assert!(allows(&["video/*"], "a.MOV", ""));
        assert!(!allows(&["image/*"], "a.png", "text/html"));
        assert!(!allows(&["image/*,"], "a.exe", ""));
        assert!(!allows(&[""], "a.exe", ""));
        assert!(allows(&[], "a.exe", ""));
    }
}
