//! The options of a transfer. Times are in milliseconds.

/// The default of [`Settings::field_name`].
pub const FIELD_NAME: &str = "file";

/// The default of [`Settings::retry_delays`].
pub const RETRY_DELAYS: [f64; 4] = [500.0, 1_000.0, 3_000.0, 5_000.0];

/// The default of [`Settings::stall_timeout`].
pub const STALL_TIMEOUT: f64 = 30_000.0;

/// The default of [`Settings::response_timeout`].
pub const RESPONSE_TIMEOUT: f64 = 300_000.0;

/// The options of a transfer, the same for all files of a queue.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The absolute URL of the app's endpoint. `None` if a function of the app is called instead. No timeout
    /// limits that function, because it may be asking a person.
    pub endpoint: Option<String>,
    /// The `props` that the app sends to its endpoint, as JSON.
    pub props: Option<String>,
    /// From which size on files are remembered, in bytes, so that another visit can continue them.
    /// [`u64::MAX`] remembers none.
    pub remembers_from: u64,
    /// Returns a new idempotency key: a text that is unique everywhere.
    pub new_key: fn() -> String,
    /// The name of the form field that contains the file.
    pub field_name: String,
    /// Whether uploads to loopback addresses may use `http:`. Set if the page itself is plain `http:`, as in
    /// development.
    pub http_loopback: bool,
    /// The origins that may get requests with cookies and headers if an app's own function names the
    /// endpoint: as a browser serialises them, separated by spaces.
    pub origins: String,
    /// The size of a chunk, in bytes. If `None`, the upload target says it.
    pub chunk_size: Option<u64>,
    /// How long to wait before each retry. There are as many retries as delays.
    pub retry_delays: Vec<f64>,
    /// Whether the app decides about each retry (`shouldRetry`).
    pub asks_app: bool,
    /// How long an upload may go without progress once there was some, and how long the endpoint may take
    /// to answer. 0 disables the timeout.
    pub stall_timeout: f64,
    /// How long the host may take to answer after the last byte, or after the start if the browser reports
    /// no progress. 0 disables the timeout.
    pub response_timeout: f64,
}

impl Settings {
    /// How long a request may take if the browser reports no progress. 0 means no limit.
    pub(super) fn silent_timeout(&self) -> f64 {
        let Self { stall_timeout, response_timeout, .. } = self;
        if *stall_timeout > 0.0 && *response_timeout > 0.0 {
            stall_timeout.max(*response_timeout)
        } else {
            0.0
        }
    }

    /// Returns whether another visit can continue a file of `size` bytes.
    pub(crate) const fn remembers(&self, size: u64) -> bool {
        size >= self.remembers_from
    }

    /// How long the endpoint may take to answer. 0 means no limit.
    pub(super) const fn endpoint_timeout(&self) -> f64 {
        if self.endpoint.is_some() { self.stall_timeout } else { 0.0 }
    }

    /// How long reading a file may take: the device may have to download it first. Returns 0, which means
    /// no limit, only if both timeouts are 0.
    pub(super) const fn reading_timeout(&self) -> f64 {
        self.stall_timeout.max(self.response_timeout)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            endpoint: None,
            props: None,
            remembers_from: u64::MAX,
            new_key: String::new,
            field_name: FIELD_NAME.into(),
            http_loopback: false,
            origins: String::new(),
            chunk_size: None,
            retry_delays: RETRY_DELAYS.into(),
            asks_app: false,
            stall_timeout: STALL_TIMEOUT,
            response_timeout: RESPONSE_TIMEOUT,
        }
    }
}
