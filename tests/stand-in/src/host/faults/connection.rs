//! Connections that a handler can reset, below HTTP.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// How many bytes are read at a time. Few, so that a body can be stopped exactly and slowed down.
const READ_SIZE: usize = 8 * 1024;

/// A handler's access to the connection of its request.
#[derive(Clone, Default)]
pub(crate) struct Line(Arc<Switches>);

#[derive(Default)]
struct Switches {
    is_cut: AtomicBool,
    ends_at_next_request: AtomicBool,
}

impl Line {
    /// Resets the connection when the server tries to send the returned answer, which the client never
    /// gets.
    pub(crate) fn cut(&self) -> Response {
        self.0.is_cut.store(true, Ordering::Relaxed);
        Response::default()
    }

    /// Resets the connection when the next request arrives on it, except for a preflight.
    pub(super) fn cut_at_next_request(&self) {
        self.0.ends_at_next_request.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.0.is_cut.load(Ordering::Relaxed)
    }

    /// Inspects the bytes that have arrived, before the server does.
    fn sees(&self, bytes: &[u8]) {
        if self.0.ends_at_next_request.load(Ordering::Relaxed)
            && !bytes.is_empty()
            && !bytes.starts_with(b"OPTIONS ")
        {
            self.cut();
        }
    }
}

impl Connected<IncomingStream<'_, BreakableListener>> for Line {
    fn connect_info(stream: IncomingStream<'_, BreakableListener>) -> Self {
        stream.io().line.clone()
    }
}

/// The size of a connection's receive buffer, in bytes. A system's default may be larger than a test's
/// file, which would then be sent completely before a slow server has read any of it.
const RECEIVE_BUFFER: usize = 512 * 1024;

/// Accepts connections that can be reset.
pub(crate) struct BreakableListener(TcpListener);

impl BreakableListener {
    /// # Errors
    ///
    /// Fails if the system refuses a buffer of that size.
    pub(crate) fn new(listener: TcpListener) -> io::Result<Self> {
        SockRef::from(&listener).set_recv_buffer_size(RECEIVE_BUFFER)?;
        Ok(Self(listener))
    }
}

impl Listener for BreakableListener {
    type Io = Breakable;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Breakable, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Breakable { stream, line: Line::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that can be reset.
pub(crate) struct Breakable {
    stream: TcpStream,
    line: Line,
}

impl Breakable {
    /// Returns the stream, or an error if it must be reset. The server then drops the connection, and
    /// closing without lingering resets it (RFC 9293, section 3.9.1: ABORT).
    fn whole(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        if self.line.is_cut() {
            self.stream.set_zero_linger()?;
            return Err(ErrorKind::ConnectionReset.into());
        }
        Ok(Pin::new(&mut self.stream))
    }
}

impl AsyncRead for Breakable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let size = buffer.remaining().min(READ_SIZE);
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(size));
        ready!(self.whole()?.poll_read(context, &mut part))?;
        let count = part.filled().len();
        self.line.sees(part.filled());
        self.whole()?;
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Breakable {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.whole()?.poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.whole()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.whole()?.poll_shutdown(context)
    }
}
