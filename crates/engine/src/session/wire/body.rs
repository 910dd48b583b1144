//! Bodies with a limit (rule N1): whole ones, and streams of events.

use futures::{Stream, StreamExt as _};
use reqwest::Response;
use rmcp::ErrorData;
use rmcp::model::{ErrorCode, RequestId, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_client::SseError;
use sse_stream::{Sse, SseStream};

use super::{Events, WireError};

/// Of our own, and of no server: JSON-RPC and MCP give out codes from -32768 to -32000.
const TOO_LARGE: i32 = i32::MIN;

/// Reads a body of at most `limit` bytes.
pub(super) async fn read(mut answer: Response, limit: usize) -> Result<Vec<u8>, WireError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if chunk.len() > limit - body.len() {
            return Err(WireError::TooLarge(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Reads events of at most `limit` bytes each. A larger one ends the stream; where it is to answer
/// `asked`, that is told in its place: a stream that just ends would be taken up again.
pub(super) fn events(answer: Response, limit: usize, asked: Option<RequestId>) -> Events {
    let chunks = answer
        .bytes_stream()
        .map(|chunk| chunk.map_err(WireError::from));
    SseStream::from_bytes_stream(measured(chunks, limit))
        .map(move |event| match (event, &asked) {
            (Err(error), Some(asked)) if is_too_large(&error) => Ok(said_of(asked, limit)),
            (event, _) => event,
        })
        .boxed()
}

fn is_too_large(error: &SseError) -> bool {
    let SseError::Body(error) = error else {
        return false;
    };
    matches!(error.downcast_ref(), Some(WireError::TooLarge(_)))
}

fn said_of(asked: &RequestId, limit: usize) -> Sse {
    let error = ErrorData::new(ErrorCode(TOO_LARGE), "too large", Some(limit.into()));
    let answer = ServerJsonRpcMessage::error(error, Some(asked.clone()));
    Sse::default().data(serde_json::to_string(&answer).unwrap_or_default())
}

/// The limit, in bytes, that the answer to a request went over.
pub(in crate::session) fn too_large(error: &ErrorData) -> Option<usize> {
    let limit = error.data.as_ref().filter(|_| error.code.0 == TOO_LARGE)?;
    limit.as_u64()?.try_into().ok()
}

fn measured<S, B>(chunks: S, limit: usize) -> impl Stream<Item = Result<B, WireError>>
where
    S: Stream<Item = Result<B, WireError>>,
    B: AsRef<[u8]>,
{
    let mut gauge = Gauge::default();
    chunks.scan(false, move |over, chunk| {
        let chunk = match chunk {
            _ if *over => return std::future::ready(None),
            Ok(chunk) if gauge.longest_after(chunk.as_ref()) > limit => {
                Err(WireError::TooLarge(limit))
            }
            chunk => chunk,
        };
        *over = chunk.is_err();
        std::future::ready(Some(chunk))
    })
}

/// How long the event is that is under way. An empty line ends it (HTML, server-sent events §9.2.6).
#[derive(Default)]
struct Gauge {
    event: usize,
    /// Whether the line that is under way has anything in it.
    filled: bool,
}

impl Gauge {
    fn longest_after(&mut self, chunk: &[u8]) -> usize {
        let mut longest = 0;
        let mut begin = 0;
        for end in memchr::memchr_iter(b'\n', chunk) {
            longest = longest.max(self.add(&chunk[begin..end]));
            self.event = if self.filled { self.event + 1 } else { 0 };
            self.filled = false;
            begin = end + 1;
        }
        longest.max(self.add(&chunk[begin..]))
    }

    /// Of a line, without its end.
    fn add(&mut self, part: &[u8]) -> usize {
        self.event += part.len();
        self.filled |= part.iter().any(|byte| *byte != b'\r');
        self.event
    }
}

#[cfg(test)]
mod tests {
    use super::Gauge;

    #[test]
    fn each_event_is_measured_by_itself_over_all_chunks() {
        let mut gauge = Gauge::default();
        assert_eq!(gauge.longest_after(b"data: 12345\r\n\r\ndata: 1"), 14);
        assert_eq!(gauge.longest_after(b"23456789"), 15);
        assert_eq!(gauge.longest_after(b"\n\ndata: 1\n\n"), 16);
        assert_eq!(gauge.event, 0);
    }
}
