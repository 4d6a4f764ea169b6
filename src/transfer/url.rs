//! Which URLs a file may be sent to.

/// Why a file may not be sent to `url`, if it may not. It may: over `https:`, or, where the page itself is plain
/// `http:` as in development, to this machine.
///
/// Deliberately narrower than the URL standard, which forgives backslashes, tabs and credentials:
/// what passes here means the same to every parser.
pub(super) fn problem_with(url: &str, http_loopback: bool) -> Option<&'static str> {
    if url.bytes().any(|byte| byte <= b' ' || byte == b'\\' || byte == 0x7f) {
        return Some("its `url` has a space, a control character or a backslash in it");
    }
    let (rest, http) = match (after(url, "https://"), after(url, "http://")) {
        (Some(rest), _) => (rest, false),
        (None, Some(rest)) => (rest, true),
        (None, None) => return Some("its `url` is not an absolute https URL"),
    };
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let authority = &rest[..end.unwrap_or(rest.len())];
    if authority.is_empty() || authority.contains('@') {
        return Some("its `url` has no host, or a password in it");
    }
    if http && !(http_loopback && is_loopback(authority)) {
        return Some("its `url` is not https");
    }
    None
}

/// What follows `prefix`, in capitals or not.
fn after<'a>(url: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = url.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// `localhost`, a name below it, 127.0.0.0/8 or ::1 (RFC 6761, section 6.3; RFC 1122; RFC 4291).
fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let (name, tail) = host.split_at(host.len().saturating_sub("localhost".len()));
    host == "[::1]"
        || (tail.eq_ignore_ascii_case("localhost") && (name.is_empty() || name.ends_with('.')))
        // Four numbers are an IPv4 address to every parser, or refused.
        || (host.starts_with("127.")
            && host.bytes().filter(|&byte| byte == b'.').count() == 3
            && host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}
