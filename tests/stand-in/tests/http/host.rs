//! Tests the stand-in's API: upload URLs that work once, media objects and files.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::tempdir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use ittybit_uploader_stand_in::testing::{
    API_KEY, BOUNDARY, Server, client, connect, eventually, file_count, form, fresh_upload_url,
    read, refused, send, stand_in, stand_in_with, upload_url,
};

/// The header of a PNG of 640 × 480.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0";
/// The header of a GIF of 3 × 2.
const GIF: &[u8] = b"GIF89a\x03\0\x02\0\0\0\0";
/// The headers of a JPEG of 200 × 100, up to its frame header.
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\
                      \xff\xc0\0\x11\x08\0\x64\0\xc8\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xda";

async fn stored(server: &Server, form: Vec<u8>) -> Value {
    let response = send(&fresh_upload_url(server).await, form).await;
    assert_eq!(response.status(), 201);
    read(response).await["data"].take()
}

#[tokio::test]
async fn upload_urls_need_the_key() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let ask = || client().post(format!("{}/uploads", server.url));
    refused(ask().send().await.unwrap(), 401).await;
    refused(ask().bearer_auth("wrong").send().await.unwrap(), 401).await;
    refused(ask().header("authorization", API_KEY).send().await.unwrap(), 401).await;

    let response = ask().bearer_auth(API_KEY).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let answer = read(response).await;
    assert!(answer["error"].is_null() && answer["meta"].is_object() && answer["links"].is_object());
    let url = answer["data"]["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("{}/store/single?key=", server.url)), "{url}");
    assert!(answer["data"]["expires_at"].as_str().unwrap().ends_with('Z'));
    assert_ne!(url, fresh_upload_url(&server).await);
}

#[tokio::test]
async fn without_a_configured_key_accepts_any_key_but_no_pages() {
    let dir = tempdir().unwrap();
    let server = stand_in_with(dir.path(), |settings| settings.api_key = None).await;
    let ask = || client().post(format!("{}/uploads", server.url));
    assert_eq!(ask().bearer_auth("any").send().await.unwrap().status(), 200);
    refused(ask().send().await.unwrap(), 401).await;
    refused(ask().bearer_auth("").send().await.unwrap(), 401).await;
    let page = ask().bearer_auth("any").header("origin", "https://evil.example");
    refused(page.send().await.unwrap(), 401).await;
}

#[tokio::test]
async fn properties_are_checked() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    for (body, status) in [
        ("{".to_owned(), 400),
        ("[]".into(), 400),
        (json!({ "metadata": { "a": { "b": 1 } } }).to_string(), 400),
        (json!({ "alias": 7 }).to_string(), 400),
        (json!({ "alias": "x".repeat(70_000) }).to_string(), 413),
    ] {
        let request = client().post(format!("{}/uploads", server.url)).bearer_auth(API_KEY);
        refused(request.body(body).send().await.unwrap(), status).await;
    }
}

#[tokio::test]
async fn a_media_object_describes_the_stored_file() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let props = json!({ "metadata": { "user": "42", "paid": true }, "alias": "intro" });
    let url = upload_url(&server, props.clone()).await;
    let response = send(&url, form("a.png", "image/png", PNG)).await;
    assert_eq!(response.status(), 201);
    let answer = read(response).await;
    assert!(answer["error"].is_null());
    let media = &answer["data"];
    let id = media["id"].as_str().unwrap();
    assert!(id.starts_with("med_"), "{id}");
    let created_at = media["created_at"].as_str().unwrap();
    assert!(created_at.starts_with("20") && created_at.ends_with('Z'), "{created_at}");
    assert_eq!(
        media,
        &json!({
            "id": id, "object": "media", "kind": "image", "filename": "a.png",
            "filesize": PNG.len(), "content_type": "image/png", "width": 640, "height": 480,
            "url": format!("{}/files/{id}", server.url), "created_at": created_at,
            "metadata": props["metadata"], "alias": "intro",
        })
    );

    let media_url = format!("{}/media/{id}", server.url);
    refused(client().get(&media_url).send().await.unwrap(), 401).await;
    let again = client().get(&media_url).bearer_auth(API_KEY).send().await.unwrap();
    assert_eq!(&read(again).await["data"], media);
    let nobody = client().get(format!("{}/media/med_0", server.url)).bearer_auth(API_KEY);
    refused(nobody.send().await.unwrap(), 404).await;
}

#[tokio::test]
async fn detects_kinds_and_picture_sizes() {
    let matroska = [&b"\x1a\x45\xdf\xa3\x42\x82\x88matroska"[..], &[0; 300]].concat();
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    for (mime, content, content_type, kind, size) in [
        ("image/gif", GIF, "image/gif", "image", Some((3, 2))),
        ("image/jpeg", JPEG, "image/jpeg", "image", Some((200, 100))),
        ("", PNG, "image/png", "image", Some((640, 480))),
        ("", JPEG, "image/jpeg", "image", Some((200, 100))),
        ("", &matroska, "video/x-matroska", "video", None),
        ("", b"ID3\x04", "audio/mpeg", "audio", None),
        ("", b"just text", "application/octet-stream", "other", None),
        ("Video/MP4; codecs=x", b"not really", "video/mp4", "video", None),
        ("image/gif,text/html", PNG, "image/png", "image", Some((640, 480))),
        ("image/png", b"not really", "image/png", "image", None),
        ("text/plain", PNG, "text/plain", "other", None),
    ] {
        let media = stored(&server, form("a", mime, content)).await;
        assert_eq!(media["content_type"], content_type, "{media}");
        assert_eq!(media["kind"], kind, "{media}");
        assert_eq!(media["width"], json!(size.map(|size| size.0)), "{media}");
        assert_eq!(media["height"], json!(size.map(|size| size.1)), "{media}");
    }
}

#[tokio::test]
async fn names_are_returned_exactly() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    for name in [
        "clip.mp4",
        "with \"quotes\".png",
        "\"",
        "猫 😀 ملف.jpg",
        "\u{202e}gpj.exe",
        "line\r\nbreak.txt",
        "100%.txt",
        "a%20b+c.txt",
        "back\\slash",
        "ends in \\",
        "\\\"both\\\"",
        "a; filename=b; name=c",
        "../../etc/passwd",
        "  spaces  ",
        "",
    ] {
        let media = stored(&server, form(name, "", b"x")).await;
        assert_eq!(media["filename"], name);
    }
    let granted = upload_url(&server, json!({ "filename": "theirs.txt" })).await;
    let media = read(send(&granted, form("mine.txt", "", b"x")).await).await;
    assert_eq!(media["data"]["filename"], "theirs.txt");
}

#[tokio::test]
async fn stored_files_are_returned_and_never_run() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let content: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let media = stored(&server, form("a.html", "text/html", &content)).await;
    assert_eq!(media["filesize"], content.len());
    let url = media["url"].as_str().unwrap();

    let response = client().get(url).header("origin", "http://localhost:1").send().await.unwrap();
    assert_eq!(response.status(), 200);
    let headers = response.headers();
    assert_eq!(headers["content-type"], "text/html");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["content-security-policy"], "sandbox; default-src 'none'");
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert!(response.bytes().await.unwrap() == content, "other bytes");

    let part = client().get(url).header("range", "bytes=4-7").send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.bytes().await.unwrap(), content[4..8]);

    for path in ["/files/med_0", "/files/..%2frecords.sqlite", "/elsewhere"] {
        refused(client().get(format!("{}{path}", server.url)).send().await.unwrap(), 404).await;
    }
    refused(client().post(url).send().await.unwrap(), 405).await;
}

#[tokio::test]
async fn accepts_an_empty_file() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let media = stored(&server, form("empty", "", b"")).await;
    assert_eq!((&media["filesize"], &media["kind"]), (&json!(0), &json!("other")));
    let response = client().get(media["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_url_works_once_even_after_a_restart() {
    let dir = tempdir().unwrap();
    let first = stand_in(dir.path()).await;
    let used = fresh_upload_url(&first).await;
    let open = fresh_upload_url(&first).await;
    let media = read(send(&used, form("a", "", b"first")).await).await["data"].take();
    assert!(refused(send(&used, form("a", "", b"second")).await, 410).await.contains("used"));
    let first_address = first.url.clone();
    drop(first);

    let second = stand_in(dir.path()).await;
    let moved = |url: &str| url.replace(&first_address, &second.url);
    assert!(
        refused(send(&moved(&used), form("a", "", b"third")).await, 410).await.contains("used")
    );
    assert_eq!(send(&moved(&open), form("a", "", b"other")).await.status(), 201);
    let kept = client().get(moved(media["url"].as_str().unwrap())).send().await.unwrap();
    assert_eq!(kept.bytes().await.unwrap(), "first");
    assert_eq!(file_count(&dir.path().join("files")), 2);
}

#[tokio::test]
async fn refuses_unknown_and_expired_urls() {
    let dir = tempdir().unwrap();
    let server = stand_in_with(dir.path(), |settings| settings.url_ttl = Duration::ZERO).await;
    let expired = fresh_upload_url(&server).await;
    assert!(refused(send(&expired, form("a", "", b"x")).await, 410).await.contains("expired"));
    for query in ["?key=0", "?key=", "", "?other=1"] {
        let url = format!("{}/store/single{query}", server.url);
        assert!(refused(send(&url, form("a", "", b"x")).await, 404).await.contains("no such"));
    }
    assert_eq!(file_count(&dir.path().join("files")), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_concurrent_uploads_one_succeeds() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    for _ in 0..5 {
        let url = fresh_upload_url(&server).await;
        let before = file_count(&dir.path().join("files"));
        let form = form("a", "", &[7; 300_000]);
        let (most, last) = form.split_at(form.len() - 10);
        let (mut one, mut two) = tokio::join!(connect(&url, &form), connect(&url, &form));
        one.write_all(most).await.unwrap();
        two.write_all(most).await.unwrap();
        eventually("both are being received", || file_count(&dir.path().join("incoming")) == 2)
            .await;
        let end = async |stream: &mut TcpStream| {
            stream.write_all(last).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer["HTTP/1.1 ".len()..][..3].to_owned()
        };
        let (one, two) = tokio::join!(end(&mut one), end(&mut two));
        let mut answers = [one, two];
        answers.sort();
        assert_eq!(answers, ["201", "410"]);
        assert_eq!(file_count(&dir.path().join("files")), before + 1);
        assert_eq!(file_count(&dir.path().join("incoming")), 0);
    }
}

#[tokio::test]
async fn a_broken_upload_leaves_the_url_usable_and_no_files() {
    let dir = tempdir().unwrap();
    let (incoming, files) = (dir.path().join("incoming"), dir.path().join("files"));
    let server = stand_in(dir.path()).await;
    let url = fresh_upload_url(&server).await;
    let form = form("a", "", &[7; 300_000]);
    let mut stream = connect(&url, &form).await;
    stream.write_all(&form[..200_000]).await.unwrap();
    eventually("it is being received", || file_count(&incoming) == 1).await;
    drop(stream);
    eventually("it is cleaned up", || file_count(&incoming) == 0).await;
    assert_eq!(file_count(&files), 0);

    assert_eq!(send(&url, form).await.status(), 201);
    assert_eq!((file_count(&incoming), file_count(&files)), (0, 1));
}

#[tokio::test]
async fn malformed_forms_leave_the_url_usable() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let url = fresh_upload_url(&server).await;
    let whole = form("a", "", b"content");
    let other_field = String::from_utf8(whole.clone()).unwrap().replace("\"file\"", "\"other\"");
    assert!(refused(send(&url, other_field).await, 400).await.contains("\"file\""));
    // Cuts the form inside the content, before the last boundary, and before its last two dashes.
    for missing in [BOUNDARY.len() + 10, BOUNDARY.len() + 6, 4] {
        let cut = whole[..whole.len() - missing].to_vec();
        refused(send(&url, cut).await, 400).await;
    }
    refused(client().post(&url).body("text").send().await.unwrap(), 400).await;
    assert_eq!(file_count(&dir.path().join("files")), 0);
    assert_eq!(file_count(&dir.path().join("incoming")), 0);
    assert_eq!(send(&url, whole).await.status(), 201);
}

#[tokio::test]
async fn other_fields_around_the_file_are_skipped() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let field =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n");
    let body = [field.as_bytes(), &form("a", "", b"content")].concat();
    assert_eq!(stored(&server, body).await["filesize"], 7);
}

#[tokio::test]
async fn removes_files_of_a_killed_process() {
    let dir = tempdir().unwrap();
    drop(stand_in(dir.path()).await);
    let incoming = dir.path().join("incoming");
    let (old, new) = (incoming.join("old"), incoming.join("new"));
    fs::write(&new, "still arriving").unwrap();
    let two_hours_ago = std::time::SystemTime::now() - Duration::from_secs(7200);
    fs::File::create(&old).unwrap().set_modified(two_hours_ago).unwrap();
    drop(stand_in(dir.path()).await);
    assert!(!old.exists() && new.exists());
}
