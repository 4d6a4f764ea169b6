//! What JavaScript sees, and nothing else.
