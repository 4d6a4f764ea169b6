//! Tests the stand-in, the local store and the demo over real HTTP, on free loopback ports. They are one
//! program, because linking a program takes seconds.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't continue must fail")]

mod demo;
mod demo_parts;
mod faults;
mod faults_plan;
mod host;
mod host_limits;
mod idempotency;
mod resumable;
mod store;
mod store_faults;
