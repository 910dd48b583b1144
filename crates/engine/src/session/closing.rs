//! A transport that comes to its end although nobody listens to the server any more.

use std::borrow::Cow;

use rmcp::RoleClient;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::{StreamableHttpClientTransport, Transport};

use super::wire::Wire;

/// `rmcp` takes no more messages before it closes a transport, which then waits for one to be taken, for ever,
/// if the server has said enough by then: its session would not be ended, and all of it stay in memory.
pub(super) struct Closing(pub(super) StreamableHttpClientTransport<Wire>);

impl Transport<RoleClient> for Closing {
    type Error = <StreamableHttpClientTransport<Wire> as Transport<RoleClient>>::Error;

    fn name() -> Cow<'static, str> {
        StreamableHttpClientTransport::<Wire>::name()
    }

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.0.send(message)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        self.0.receive().await
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.0.cancel_token().cancel();
        while self.receive().await.is_some() {}
        self.0.close().await
    }
}
