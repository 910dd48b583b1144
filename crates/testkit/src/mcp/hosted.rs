//! An MCP server that is its own authorization server, as servers of 2025-03-26 are.

use axum::{
    Json, Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};

use super::{Hosts, McpServer, Weak};
use crate::AuthServer;

const METADATA: &str = "/.well-known/oauth-authorization-server";

/// The endpoints; nothing is there unless the behaviour says so.
pub(super) fn router(auth: &AuthServer, weak: Weak) -> Router {
    let metadata = Router::new()
        .route(METADATA, axum::routing::get(metadata))
        .with_state(weak.clone());
    auth.hosted()
        .route_layer(from_fn_with_state(weak, open))
        .merge(metadata)
}

async fn open(State(weak): State<Weak>, request: Request, next: Next) -> Response {
    let hosts = weak
        .server()
        .is_some_and(|server| server.behave(|behaviour| behaviour.hosts != Hosts::Nothing));
    if hosts {
        next.run(request).await
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

async fn metadata(server: McpServer) -> Response {
    if server.behave(|behaviour| behaviour.hosts) != Hosts::Metadata {
        return StatusCode::NOT_FOUND.into_response();
    }
    Json(server.0.auth.metadata_as(&server.origin())).into_response()
}
