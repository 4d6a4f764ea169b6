//! Tests an upload to a store of several nodes, one of which fails meanwhile.

use std::env;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::process::Command;

use ittybit_uploader_stand_in::testing::parts::{Page, Store, bytes_of, content, crc32c, put};
use ittybit_uploader_stand_in::testing::read;

/// How often to retry while the store detects which nodes are left.
const ATTEMPTS: u64 = 20;

/// Sends a part, and retries like a page.
async fn send(page: &Page<'_>, number: usize) -> Value {
    for attempt in 1..=ATTEMPTS {
        let response = put(&page.signed(number).await, page.part(number).to_vec()).await;
        if response.status() == 200 {
            let etag = response.headers()["etag"].to_str().unwrap();
            return json!({ "part_number": number, "etag": etag, "checksum": crc32c(page.part(number)) });
        }
        println!("part {number}, attempt {attempt}: {}", response.status());
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    panic!("part {number} never arrived");
}

#[tokio::test]
#[ignore = "needs a node to lose: npm run test:s3"]
async fn an_upload_survives_the_loss_of_a_node() {
    let node = env::var("S3_NODE_TO_LOSE").expect("the process id of a node");
    let store = Store::new().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(100_000_000)).await;
    let mut parts = Vec::new();
    for number in 1..=page.part_count() {
        if number == page.part_count() / 2 {
            let killed = Command::new("kill").args(["-KILL", &node]).status().await.unwrap();
            assert!(killed.success());
            println!(
                "{} of {} parts have arrived: node {node} is gone",
                number - 1,
                page.part_count()
            );
        }
        parts.push(send(&page, number).await);
    }
    let media = 'completed: {
        for _ in 0..ATTEMPTS {
            let response = page.complete(&json!(parts)).await;
            if response.status() == 200 {
                break 'completed read(response).await;
            }
            println!("complete: {}", response.status());
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
        panic!("never completed");
    };
    let stored = bytes_of(&media).await;
    assert_eq!(stored.len(), page.content.len());
    let hash = |bytes: &[u8]| Sha256::digest(bytes);
    assert_eq!(hash(&stored), hash(&page.content));
    println!("SHA-256 of all {} bytes read back is the file's", stored.len());
}
