//! The code for checksums is a file of its own, which may fail to load.

use std::rc::Rc;

use ittybit_uploader::transfer::{Action, ErrorCode, Event, Settings, Transfer, UploadError};
use serde_json::{Value, json};

use super::{file, reply};

/// Hashes a part without the code for checksums. Returns the retry delay, or the error of the upload.
fn without_code(retryable: bool) -> Result<f64, UploadError> {
    let settings = Settings { retry_delays: vec![100.0], ..Settings::default() };
    let mut transfer = Transfer::<Value>::new(Rc::new(file(10)), Rc::new(settings), 1, 0);
    transfer.start(0.0);
    let target = json!({ "protocol": "multipart", "upload_id": "u", "part_size": 10 });
    transfer.handle(1, Event::EndpointAnswered(reply(200, target)), 0.0);
    assert!(transfer.begin_piece(0.0));
    let mut wait = None;
    while let Some(action) = transfer.poll() {
        match action {
            Action::Hash { ticket, .. } => {
                let words = "checksum.wasm could not be loaded".into();
                transfer.handle(ticket, Event::NotLoaded { words, retryable }, 0.0);
            }
            Action::Announce { error, delay, .. } => wait = Some((error, delay)),
            Action::Finish(result) => return Err(*result.expect_err("nothing was sent")),
            _ => {}
        }
    }
    let (error, delay) = wait.expect("it fails or is tried again");
    assert_eq!((error.code, error.retryable), (ErrorCode::NotLoaded, true));
    Ok(delay)
}

#[test]
fn code_that_may_load_later_is_retried() {
    let delay = without_code(true).expect("it is tried again");
    assert!((50.0..=100.0).contains(&delay), "{delay}");
}

#[test]
fn code_that_was_not_deployed_fails_the_upload_with_a_clear_error() {
    let error = without_code(false).expect_err("it is not tried again");
    assert_eq!((error.code.as_str(), error.retryable), ("not-loaded", false));
    assert_eq!(error.message, "checksum.wasm could not be loaded");
}
