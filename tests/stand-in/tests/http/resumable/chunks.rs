//! Tests which chunks the stand-in accepts.

use serde_json::json;
use tempfile::tempdir;
use tokio::io::AsyncWriteExt;

use super::{
    KEY, ask_for_session, completed, connect_chunk, put_chunk, received, session_url, stored_bytes,
    url,
};
use ittybit_uploader_stand_in::testing::{
    API_KEY, client, eventually, file_count, read, refused, stand_in,
};

#[tokio::test]
async fn chunks_in_any_order_become_one_media_object() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let props = json!({ "filename": "a.gif", "metadata": { "user": "42" }, "alias": "intro" });
    let session = ask_for_session(&server, None, props.clone()).await;
    assert!(url(&session).starts_with(&format!("{}/store/resumable?key=", server.url)));
    assert!(session["expires_at"].as_str().unwrap().ends_with('Z'));
    assert!(session.get("received").is_none(), "{session}");

    let url = url(&session);
    assert_eq!(received(url, "bytes 9-11/13", b"\0\0\0").await, json!([[9, 11]]));
    assert_eq!(received(url, "bytes=0-4/13", b"GIF89").await, json!([[0, 4], [9, 11]]));
    assert_eq!(received(url, "Bytes 5-8/13", b"a\x03\0\x02").await, json!([[0, 11]]));
    assert_eq!(received(url, "bytes 5-8/13", b"a\x03\0\x02").await, json!([[0, 11]]), "again");
    let media = completed(url, "bytes 12-12/13", b"\0").await;
    let id = media["id"].as_str().unwrap();
    assert_eq!(
        media,
        json!({
            "id": id, "object": "media", "kind": "image", "filename": "a.gif", "filesize": 13,
            "content_type": "image/gif", "width": 3, "height": 2,
            "url": format!("{}/files/{id}", server.url), "created_at": media["created_at"],
            "metadata": props["metadata"], "alias": "intro",
        })
    );
    assert_eq!(stored_bytes(&media).await, b"GIF89a\x03\0\x02\0\0\0\0");
    let looked_up = client().get(format!("{}/media/{id}", server.url)).bearer_auth(API_KEY);
    assert_eq!(read(looked_up.send().await.unwrap()).await["data"], media);

    for (content_range, chunk) in [("bytes 12-12/13", &b"\0"[..]), ("bytes 0-4/13", b"other")] {
        assert_eq!(completed(url, content_range, chunk).await, media, "again");
    }
    assert_eq!(stored_bytes(&media).await, b"GIF89a\x03\0\x02\0\0\0\0", "what came first stays");
    assert_eq!(file_count(&dir.path().join("incoming")), 0);
}

#[tokio::test]
async fn an_empty_file_is_one_chunk() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let url = session_url(&server).await;
    refused(put_chunk(&url, "bytes */0", b"x").await, 400).await;
    let media = completed(&url, "bytes */0", b"").await;
    assert_eq!((&media["filesize"], &media["kind"]), (&json!(0), &json!("other")));
    assert_eq!(stored_bytes(&media).await, b"");
    assert_eq!(completed(&url, "bytes */0", b"").await, media);
    refused(put_chunk(&url, "bytes 0-0/1", b"x").await, 409).await;

    let other = session_url(&server).await;
    received(&other, "bytes 0-0/2", b"x").await;
    refused(put_chunk(&other, "bytes */0", b"").await, 409).await;
}

#[tokio::test]
async fn refuses_malformed_chunks() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let session = ask_for_session(&server, Some(KEY), json!({})).await;
    let url = url(&session);
    for content_range in [
        "",
        "bytes",
        "bytes 0-3",
        "0-3/8",
        "octets 0-3/8",
        "bytes:0-3/8",
        "bytes  0-3/8",
        "bytes 0-3/*",
        "bytes */8",
        "bytes */*",
        "bytes 3-0/8",
        "bytes 0-8/8",
        "bytes 0-/8",
        "bytes -3/8",
        "bytes +0-3/8",
        "bytes 0-3/+8",
        "bytes 0-3/8, bytes 4-7/8",
        "bytes 0-3-4/8",
        "bytes 0-3/8/9",
        "bytes 0-0/0",
        "bytes 0x0-3/8",
        "bytes 0-3/99999999999999999999",
    ] {
        refused(put_chunk(url, content_range, b"abcd").await, 400).await;
    }
    for (content_range, chunk) in [
        ("bytes 0-0/0", "a"),
        ("bytes 4-8/8", "abcde"),
        ("bytes 8-11/8", "abcd"),
        ("bytes */8", ""),
    ] {
        refused(put_chunk(url, content_range, chunk.as_bytes()).await, 400).await;
    }
    refused(client().put(url).body("abcd").send().await.unwrap(), 400).await;
    let twice = client().put(url).header("content-range", "bytes 0-3/8");
    let twice = twice.header("content-range", "bytes 0-3/8").body("abcd");
    refused(twice.send().await.unwrap(), 400).await;
    for chunk in ["", "abc", "abcde"] {
        refused(put_chunk(url, "bytes 0-3/8", chunk.as_bytes()).await, 400).await;
        // Sends a body without a Content-Length.
        let pieces = futures_util::stream::iter([Ok::<_, std::io::Error>(chunk)]);
        let request = client().put(url).header("content-range", "bytes 0-3/8");
        let request = request.body(reqwest::Body::wrap_stream(pieces));
        refused(request.send().await.unwrap(), 400).await;
    }
    assert!(ask_for_session(&server, Some(KEY), json!({})).await.get("received").is_none());
    assert_eq!(file_count(&dir.path().join("incoming")), 0);
    assert_eq!(received(url, "bytes 0-3/8", b"abcd").await, json!([[0, 3]]));
}

#[tokio::test]
async fn refuses_contradictory_chunks() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let url = session_url(&server).await;
    received(&url, "bytes 4-7/12", b"efgh").await;
    let words = refused(put_chunk(&url, "bytes 0-3/13", b"abcd").await, 409).await;
    assert!(words.contains("12 bytes"), "{words}");
    for (content_range, chunk) in [
        ("bytes 4-6/12", &b"efg"[..]),
        ("bytes 5-7/12", b"fgh"),
        ("bytes 5-6/12", b"fg"),
        ("bytes 4-8/12", b"efghi"),
        ("bytes 0-4/12", b"abcde"),
        ("bytes 7-11/12", b"hijkl"),
        ("bytes 0-11/12", b"abcdefghijkl"),
    ] {
        let words = refused(put_chunk(&url, content_range, chunk).await, 409).await;
        assert!(words.contains("from 4 to 7"), "{words}");
    }
    received(&url, "bytes 0-3/12", b"abcd").await;
    let media = completed(&url, "bytes 8-11/12", b"ijkl").await;
    assert_eq!(stored_bytes(&media).await, b"abcdefghijkl");
    refused(put_chunk(&url, "bytes 0-11/12", b"abcdefghijkl").await, 409).await;
}

#[tokio::test]
async fn limits_the_size_of_a_chunk_and_of_a_file() {
    const LIMIT: usize = 67_108_864;
    const LARGEST: u64 = 5 << 40;
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let url = session_url(&server).await;
    let over = format!("bytes 0-{LIMIT}/{LARGEST}");
    let words = refused(put_chunk(&url, &over, &vec![7; LIMIT + 1]).await, 413).await;
    assert!(words.contains("chunk") && words.contains("67108864"), "{words}");
    let too_large = format!("bytes 0-3/{}", LARGEST + 1);
    assert!(refused(put_chunk(&url, &too_large, b"abcd").await, 413).await.contains("file"));

    let last = format!("bytes {}-{}/{LARGEST}", LARGEST - LIMIT as u64, LARGEST - 1);
    let ranges = received(&url, &last, &vec![7; LIMIT]).await;
    assert_eq!(ranges, json!([[LARGEST - LIMIT as u64, LARGEST - 1]]));
    let words = refused(put_chunk(&url, "bytes 0-3/4", b"abcd").await, 409).await;
    assert!(words.contains(&LARGEST.to_string()), "{words}");
}

#[tokio::test]
async fn a_truncated_chunk_is_discarded() {
    let dir = tempdir().unwrap();
    let incoming = dir.path().join("incoming");
    let server = stand_in(dir.path()).await;
    let session = ask_for_session(&server, Some(KEY), json!({})).await;
    let mut stream = connect_chunk(url(&session), "bytes 0-299999/400000", 300_000).await;
    stream.write_all(&[7; 299_999]).await.unwrap();
    eventually("it is being received", || file_count(&incoming) == 1).await;
    drop(stream);
    eventually("it is cleaned up", || file_count(&incoming) == 0).await;
    let again = ask_for_session(&server, Some(KEY), json!({})).await;
    assert!(again.get("received").is_none(), "{again}");
    // Chunks with other boundaries are still accepted.
    received(url(&session), "bytes 200000-399999/400000", &[8; 200_000]).await;
    let media = completed(url(&again), "bytes 0-199999/400000", &[9; 200_000]).await;
    assert!(stored_bytes(&media).await == [[9; 200_000], [8; 200_000]].concat());
}
