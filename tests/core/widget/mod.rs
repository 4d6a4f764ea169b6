//! What the widget decides with no page around it.

mod announcer;
mod counts;
mod rows;
mod size;
