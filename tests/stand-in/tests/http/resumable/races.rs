//! Tests concurrent chunks: in any order, in parallel, repeated, and across a restart.

use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::tempdir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::{KEY, ask_for_session, connect_chunk, put_chunk, session_url, stored_bytes};
use ittybit_uploader_stand_in::testing::{eventually, file_count, read, stand_in};

/// A random number generator with a seed (xorshift, by G. Marsaglia), so that each run has the same numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn file(&mut self, largest: usize) -> Vec<u8> {
        (0..=self.below(largest)).map(|_| self.below(256) as u8).collect()
    }

    /// Returns the first and last byte of each chunk, in random order. Some chunks occur twice.
    fn cut(&mut self, size: usize) -> Vec<(usize, usize)> {
        let mut bounds: Vec<_> = (0..self.below(12)).map(|_| self.below(size)).collect();
        bounds.extend([0, size]);
        bounds.sort_unstable();
        bounds.dedup();
        let mut chunks: Vec<_> = bounds.windows(2).map(|pair| (pair[0], pair[1] - 1)).collect();
        for _ in 0..self.below(4) {
            chunks.push(chunks[self.below(chunks.len())]);
        }
        for last in (1..chunks.len()).rev() {
            chunks.swap(last, self.below(last + 1));
        }
        chunks
    }
}

fn content_range(chunk: (usize, usize), total: usize) -> String {
    format!("bytes {}-{}/{total}", chunk.0, chunk.1)
}

#[tokio::test(flavor = "multi_thread")]
async fn any_division_into_chunks_stores_the_same_file() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    for seed in 1..=40 {
        let mut random = Random(seed * 0x9e37_79b9);
        let file = Arc::new(random.file(if seed % 10 == 0 { 3_000_000 } else { 40_000 }));
        let url = session_url(&server).await;
        let mut sending = JoinSet::new();
        for chunk in random.cut(file.len()) {
            let (file, url) = (Arc::clone(&file), url.clone());
            sending.spawn(async move {
                let range = content_range(chunk, file.len());
                let response = put_chunk(&url, &range, &file[chunk.0..=chunk.1]).await;
                (response.status().as_u16(), read(response).await["data"].take())
            });
        }
        let answers = sending.join_all().await;
        assert!(answers.iter().all(|(status, _)| matches!(status, 201 | 202)), "{answers:?}");
        let objects: Vec<_> = answers.iter().filter(|(status, _)| *status == 201).collect();
        let (_, media) = objects.first().expect("all bytes are there");
        assert!(objects.iter().all(|(_, other)| other == media), "seed {seed}: {objects:?}");
        assert_eq!(media["filesize"], file.len());
        assert!(stored_bytes(media).await == *file, "seed {seed}: other bytes");
    }
    assert_eq!(file_count(&dir.path().join("files")), 40);
    assert_eq!(file_count(&dir.path().join("incoming")), 0);
}

/// Sends the last byte, and reads status and `data` of the answer.
async fn finish(stream: &mut TcpStream, last: u8) -> (String, Value) {
    stream.write_all(&[last]).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let json: Value = serde_json::from_str(body).unwrap();
    (head["HTTP/1.1 ".len()..][..3].to_owned(), json["data"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_concurrent_last_chunks_complete_a_file_once() {
    let dir = tempdir().unwrap();
    let incoming = dir.path().join("incoming");
    let server = stand_in(dir.path()).await;
    for round in 1..=10 {
        let url = session_url(&server).await;
        assert_eq!(put_chunk(&url, "bytes 0-9/200009", &[1; 10]).await.status(), 202);
        let mut one = connect_chunk(&url, "bytes 10-99999/200009", 99_990).await;
        let mut two = connect_chunk(&url, "bytes 100000-200008/200009", 100_009).await;
        one.write_all(&[2; 99_989]).await.unwrap();
        two.write_all(&[3; 100_008]).await.unwrap();
        eventually("both are being received", || file_count(&incoming) == 2).await;
        let (one, two) = tokio::join!(finish(&mut one, 2), finish(&mut two, 3));
        let (first, last) = if one.0 == "202" { (one, two) } else { (two, one) };
        assert_eq!((first.0.as_str(), last.0.as_str()), ("202", "201"));
        assert!(first.1["received"].is_array(), "{}", first.1);
        let bytes = [vec![1; 10], vec![2; 99_990], vec![3; 100_009]].concat();
        assert!(stored_bytes(&last.1).await == bytes, "other bytes");
        assert_eq!(file_count(&dir.path().join("files")), round);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_overlapping_chunks_do_not_mix() {
    let dir = tempdir().unwrap();
    let incoming = dir.path().join("incoming");
    let server = stand_in(dir.path()).await;
    let url = session_url(&server).await;
    let mut slow = connect_chunk(&url, "bytes 0-199999/300000", 200_000).await;
    slow.write_all(&[1; 199_999]).await.unwrap();
    let mut same = connect_chunk(&url, "bytes 0-99999/300000", 100_000).await;
    same.write_all(&[2; 99_999]).await.unwrap();
    eventually("both are being received", || file_count(&incoming) == 2).await;
    // The chunk that is complete first counts, even if another one began earlier.
    assert_eq!(put_chunk(&url, "bytes 0-99999/300000", &[3; 100_000]).await.status(), 202);
    assert_eq!(finish(&mut same, 2).await.0, "202", "the same chunk again");
    assert_eq!(finish(&mut slow, 1).await.0, "409");
    let response = put_chunk(&url, "bytes 100000-299999/300000", &[4; 200_000]).await;
    assert_eq!(response.status(), 201);
    let media = read(response).await["data"].take();
    assert!(stored_bytes(&media).await == [vec![3; 100_000], vec![4; 200_000]].concat());
}

#[tokio::test]
async fn a_restart_keeps_every_acknowledged_chunk() {
    let dir = tempdir().unwrap();
    let first = stand_in(dir.path()).await;
    let session = ask_for_session(&first, Some(KEY), json!({})).await;
    let url = session["url"].as_str().unwrap();
    assert_eq!(put_chunk(url, "bytes 4-7/12", b"efgh").await.status(), 202);
    let mut arriving = connect_chunk(url, "bytes 8-11/12", 4).await;
    arriving.write_all(b"ijk").await.unwrap();
    let first_address = first.url.clone();
    drop(first);

    let second = stand_in(dir.path()).await;
    let again = ask_for_session(&second, Some(KEY), json!({})).await;
    assert_eq!(again["received"], json!([[4, 7]]));
    let old_url = url.replace(&first_address, &second.url);
    assert_eq!(put_chunk(&old_url, "bytes 0-3/12", b"abcd").await.status(), 202);
    assert_eq!(put_chunk(&old_url, "bytes 0-3/13", b"abcd").await.status(), 409);
    let new_url = again["url"].as_str().unwrap();
    let response = put_chunk(new_url, "bytes 8-11/12", b"ijkl").await;
    assert_eq!(response.status(), 201);
    let media = read(response).await["data"].take();
    assert_eq!(stored_bytes(&media).await, b"abcdefghijkl");
    drop(second);

    let third = stand_in(dir.path()).await;
    let known = ask_for_session(&third, Some(KEY), json!({})).await;
    assert_eq!(known, json!({ "media": media }));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_instances_on_one_folder_complete_a_file_once() {
    const SIZE: usize = 500_000;
    let dir = tempdir().unwrap();
    let mut servers = Vec::new();
    for _ in 0..4 {
        servers.push(stand_in(dir.path()).await);
    }
    for round in 1..=10 {
        let url = session_url(&servers[0]).await;
        let mut sending = JoinSet::new();
        for (server, first) in servers.iter().zip((0..).step_by(SIZE)) {
            let url = url.replace(&servers[0].url, &server.url);
            let range = content_range((first, first + SIZE - 1), servers.len() * SIZE);
            sending.spawn(async move { put_chunk(&url, &range, &[7; SIZE]).await });
        }
        let mut answers = sending.join_all().await;
        answers.sort_by_key(reqwest::Response::status);
        let statuses: Vec<_> = answers.iter().map(|answer| answer.status().as_u16()).collect();
        assert_eq!(statuses, [201, 202, 202, 202]);
        let media = read(answers.remove(0)).await["data"].take();
        assert!(stored_bytes(&media).await == [7; 4 * SIZE]);
        assert_eq!(file_count(&dir.path().join("files")), round);
    }
}
