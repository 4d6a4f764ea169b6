//! What the page may set of a transfer. Times are in milliseconds.

/// How a transfer behaves, the same for all files of a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The form's field that holds the file.
    pub field_name: String,
    /// Whether the page is itself plain `http:`, and may therefore send to this machine over
    /// `http:`.
    pub http_loopback: bool,
    /// The origins where an upload may be asked about, with cookies and headers, if an app's own
    /// function says where: as a browser writes them, with spaces between.
    pub origins: String,
    /// Bytes in a chunk, where the page has said how many; else the target does.
    pub chunk_size: Option<u64>,
    /// How long to wait before each further attempt; as many as there are delays.
    pub retry_delays: Vec<f64>,
    /// Whether the app itself decides what is tried again, each time it is asked.
    pub asks_app: bool,
    /// How long no byte may move on the way to the host, once one was seen to move; and how long the
    /// endpoint may take to answer. 0 is for ever.
    pub stall_timeout: f64,
    /// How long the host may take to answer once it has all bytes, or since the start where none was
    /// seen to move. 0 is for ever.
    pub response_timeout: f64,
    /// Whether an answer of the endpoint is waited for no longer than a stall. An app's own
    /// function may take its time: it may be asking a person.
    pub times_endpoint: bool,
}

impl Settings {
    /// How long a request may take if the browser reports no progress. 0 is for ever.
    pub(super) fn silent_timeout(&self) -> f64 {
        let Self { stall_timeout, response_timeout, .. } = self;
        if *stall_timeout > 0.0 && *response_timeout > 0.0 {
            stall_timeout.max(*response_timeout)
        } else {
            0.0
        }
    }

    /// How long reading a file may take: a device or a cloud may have to fetch it first. 0 means for ever,
    /// and is returned only if both timeouts are 0.
    pub(super) const fn reading_timeout(&self) -> f64 {
        self.stall_timeout.max(self.response_timeout)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            field_name: "file".into(),
            http_loopback: false,
            origins: String::new(),
            chunk_size: None,
            retry_delays: vec![500.0, 1_000.0, 3_000.0, 5_000.0],
            asks_app: false,
            stall_timeout: 30_000.0,
            response_timeout: 300_000.0,
            times_endpoint: true,
        }
    }
}
