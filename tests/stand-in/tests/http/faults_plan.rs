//! Tests the stand-in's plan of faults: who can set it, its format and its counts. Also tests how the backend
//! passes the service's faults on to a page.

use reqwest::{Method, Response};
use serde_json::{Value, json};
use tempfile::tempdir;

use ittybit_uploader_stand_in::testing::{
    API_KEY, Server, ask_app, client, form, fresh_upload_url, granting_app, read, send, stand_in,
    stand_in_with,
};

async fn faulty(dir: &std::path::Path) -> Server {
    stand_in_with(dir, |settings| settings.faults = true).await
}

async fn faults(server: &Server, method: Method, plan: &Value) -> Response {
    let url = format!("{}/faults", server.url);
    client().request(method, url).body(plan.to_string()).send().await.unwrap()
}

async fn put(server: &Server, plan: Value) -> Value {
    let response = faults(server, Method::PUT, &plan).await;
    assert_eq!(response.status(), 200, "{plan}");
    read(response).await
}

async fn get(server: &Server) -> Value {
    read(faults(server, Method::GET, &Value::Null).await).await
}

#[tokio::test]
async fn without_the_setting_there_is_no_plan() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        assert_eq!(faults(&server, method, &json!({})).await.status(), 404);
    }
}

#[tokio::test]
async fn requests_take_their_faults_in_order() {
    let dir = tempdir().unwrap();
    let server = faulty(dir.path()).await;
    let status = |status: u16| json!({ "kind": "status", "status": status });
    let plan = json!({ "store": [status(500), null, status(502)], "create": [null, status(503)] });
    put(&server, plan).await;

    let (one, two) = (fresh_upload_url(&server).await, async || {
        client().post(format!("{}/uploads", server.url)).bearer_auth(API_KEY).send().await.unwrap()
    });
    assert_eq!(two().await.status(), 503);
    assert_eq!(two().await.status(), 200);
    let preflight = client().request(Method::OPTIONS, &one).header("origin", "http://a.example");
    let preflight = preflight.header("access-control-request-method", "POST").send().await;
    assert_eq!(preflight.unwrap().status(), 200, "takes no fault");
    for status in [500, 201, 502, 410] {
        assert_eq!(send(&one, form("a", "", b"x")).await.status(), status);
    }
}

#[tokio::test]
async fn a_fault_can_affect_several_requests() {
    let dir = tempdir().unwrap();
    let server = faulty(dir.path()).await;
    let status =
        |status: u16, times: u64| json!({ "kind": "status", "status": status, "times": times });
    put(&server, json!({ "store": [status(500, 2), null, status(502, 1)] })).await;
    let url = fresh_upload_url(&server).await;
    for (status, left) in [(500, 3), (500, 2), (201, 1), (502, 0), (410, 0)] {
        assert_eq!(send(&url, form("a", "", b"x")).await.status(), status);
        assert_eq!(get(&server).await["plan"]["store"].as_array().unwrap().len(), left);
    }
}

#[tokio::test]
async fn the_plan_and_the_counts_can_be_read() {
    let dir = tempdir().unwrap();
    let server = faulty(dir.path()).await;
    send(&fresh_upload_url(&server).await, form("a", "", b"x")).await;
    let left = json!([
        null,
        { "kind": "status", "status": 503, "retry_after": "1", "body": "", "early": false },
        { "kind": "hang" },
        { "kind": "slow", "bytes_per_second": 1000 },
    ]);
    let mut store = left.clone();
    store.as_array_mut().unwrap().insert(0, json!({ "kind": "lost-after-storing" }));
    let counts = |create: u64, store: u64, urls: u64, files: u64| {
        json!({
            "create_requests": create, "store_requests": store, "chunk_requests": 0,
            "urls_created": urls, "files_stored": files,
        })
    };
    let nothing_yet = counts(0, 0, 0, 0);
    let plan = json!({ "store": store, "create": [], "chunk": [] });
    let state = json!({ "plan": plan, "counts": nothing_yet, "chunks": [] });
    assert_eq!(put(&server, plan).await, state);

    let url = fresh_upload_url(&server).await;
    fresh_upload_url(&server).await;
    client().post(format!("{}/uploads", server.url)).send().await.unwrap();
    let lost = client().post(&url).header("content-type", "text/plain").body("no form");
    assert!(lost.send().await.is_err());
    let state = get(&server).await;
    assert_eq!(state["plan"], json!({ "store": left, "create": [], "chunk": [] }));
    assert_eq!(state["counts"], counts(3, 1, 2, 0));
    assert_eq!(send(&url, form("a", "", b"x")).await.status(), 201);
    assert_eq!(get(&server).await["counts"], counts(3, 2, 2, 1));

    let cleared = read(faults(&server, Method::DELETE, &Value::Null).await).await;
    let plan = json!({ "store": [], "create": [], "chunk": [] });
    let nothing = json!({ "plan": plan, "counts": nothing_yet, "chunks": [] });
    assert_eq!(cleared, nothing);
    assert_eq!(get(&server).await, nothing);
}

#[tokio::test]
async fn a_malformed_plan_changes_nothing() {
    let dir = tempdir().unwrap();
    let server = faulty(dir.path()).await;
    let before = put(&server, json!({ "store": [{ "kind": "hang" }] })).await;
    for (plan, word) in [
        (json!([]), "sequence"),
        (json!({ "stroe": [] }), "stroe"),
        (json!({ "store": [{ "kind": "explode" }] }), "explode"),
        (json!({ "store": [{ "bytes": 1 }] }), "kind"),
        (json!({ "store": [{ "kind": "hang", "bytes": 1 }] }), "bytes"),
        (json!({ "store": [{ "kind": "reset-in-body" }] }), "bytes"),
        (json!({ "store": [{ "kind": "slow", "bytes_per_second": 0 }] }), "nonzero"),
        (json!({ "store": [{ "kind": "status", "status": 99 }] }), "`status`"),
        (json!({ "store": [{ "kind": "status", "status": 600 }] }), "`status`"),
        (json!({ "store": [{ "kind": "status", "status": 500, "ms": 1 }] }), "ms"),
        (
            json!({ "store": [{ "kind": "status", "status": 500, "retry_after": "\n" }] }),
            "retry-after",
        ),
        (json!({ "create": [{ "kind": "expire" }] }), "expire"),
        (json!({ "create": [{ "kind": "hang", "at": 0 }] }), "`at`"),
        (json!({ "store": [{ "kind": "hang", "at": 0 }] }), "`at`"),
        (json!({ "chunk": [{ "kind": "hang", "at": -1 }] }), "-1"),
        (json!({ "chunk": [{ "kind": "hang", "times": 0 }] }), "nonzero"),
        (json!({ "chunk": [{ "kind": "hang", "time": 2 }] }), "time"),
        (json!({ "chunk": [{ "kind": "status", "status": 600 }] }), "`status`"),
    ] {
        let response = faults(&server, Method::PUT, &plan).await;
        assert_eq!(response.status(), 400, "{plan}");
        let answer = read(response).await;
        let words = answer["error"]["message"].as_str().unwrap();
        assert!(words.contains(word), "{words}");
    }
    assert_eq!(get(&server).await, before);
}

#[tokio::test]
async fn a_page_can_set_the_plan() {
    let dir = tempdir().unwrap();
    let server = faulty(dir.path()).await;
    let preflight = client()
        .request(Method::OPTIONS, format!("{}/faults", server.url))
        .header("origin", "http://localhost:1")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "content-type")
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.status(), 200);
    assert_eq!(preflight.headers()["access-control-allow-methods"], "*");
    let response = faults(&server, Method::PUT, &json!({})).await;
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn a_page_sees_failures_of_the_service() {
    let dir = tempdir().unwrap();
    let server = faulty(dir.path()).await;
    let app = granting_app(&server).await;
    let ask = || ask_app(&app, "0f8fad5b-d9cb-469f-a165-70867728950e");
    let later = |status: u16| json!({ "kind": "status", "status": status, "retry_after": "7" });
    for (fault, status, retry_after) in [
        (later(503), 502, Some("7")),
        (later(429), 429, Some("7")),
        (json!({ "kind": "status", "status": 200, "body": "<p>Sign in" }), 502, None),
        (json!({ "kind": "status", "status": 500, "early": true }), 502, None),
        (json!({ "kind": "reset-before-body" }), 502, None),
        (json!({ "kind": "reset-in-body", "bytes": 1 }), 502, None),
        (json!({ "kind": "reset-after-body" }), 502, None),
        (json!({ "kind": "lost-after-storing" }), 502, None),
        (json!({ "kind": "slow-answer", "ms": 1 }), 200, None),
        (json!({ "kind": "slow", "bytes_per_second": 1_000_000 }), 200, None),
    ] {
        put(&server, json!({ "create": [fault] })).await;
        let response = ask().await;
        assert_eq!(response.status(), status, "{fault}");
        let header = response.headers().get("retry-after").map(|value| value.to_str().unwrap());
        assert_eq!(header, retry_after, "{fault}");
        assert_eq!(ask().await.status(), 200, "after {fault}");
    }
    put(&server, json!({ "create": [{ "kind": "hang" }] })).await;
    // From here on, the clock jumps from timer to timer, so a timeout of 30 s fires at once.
    tokio::time::pause();
    assert_eq!(ask().await.status(), 504);
}
