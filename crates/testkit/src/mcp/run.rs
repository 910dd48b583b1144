//! What the tools do.

use std::time::Duration;

use axum::http::request::Parts;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolRequestParams, CallToolResult, ContentBlock, JsonObject, ProgressNotificationParam,
    },
    service::RequestContext,
};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{McpServer, guard::Caller, picture};

pub(super) async fn call(
    server: &McpServer,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<CallToolResult, ErrorData> {
    let running = server.0.tally.begin();
    tokio::select! {
        () = context.ct.cancelled() => Err(ErrorData::internal_error("Cancelled.", None)),
        result = perform(server, request, &context) => {
            running.finish();
            result
        }
    }
}

async fn perform(
    server: &McpServer,
    request: CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResult, ErrorData> {
    let arguments = request.arguments.unwrap_or_default();
    match request.name.as_ref() {
        "greet" => Ok(text(greeting(&arguments)?)),
        "draw_bridge" => draw(&arguments),
        "fail" => fail(&arguments),
        "slow" => slow(&arguments, context).await,
        "weather" => weather(&arguments),
        "form" => Ok(CallToolResult::structured(Value::Object(arguments))),
        "admin_report" => Ok(text("Everybody is well. 12 bridges open, 30 closed.")),
        "revoke_my_sign_in" => Ok(text(revoke(server, context))),
        other
            if server
                .0
                .tools
                .with(|tools| tools.iter().any(|tool| tool.name == other)) =>
        {
            let said = server.0.texts.with(|texts| texts.get(other).cloned());
            Ok(text(said.unwrap_or_else(|| other.to_owned())))
        }
        other => Err(ErrorData::invalid_params(
            format!("Unknown tool: {other}"),
            None,
        )),
    }
}

fn text(text: impl Into<String>) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(text)])
}

fn needed<'a>(arguments: &'a JsonObject, name: &str) -> Result<&'a str, ErrorData> {
    arguments
        .get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| ErrorData::invalid_params(format!("{name} is needed, a string"), None))
}

fn greeting(arguments: &JsonObject) -> Result<String, ErrorData> {
    let name = needed(arguments, "name")?;
    let hello = match arguments.get("language").and_then(Value::as_str) {
        Some("de") => "Guten Tag",
        Some("fr") => "Bonjour",
        _ => "Hello",
    };
    Ok(format!("{hello}, {name}!"))
}

fn draw(arguments: &JsonObject) -> Result<CallToolResult, ErrorData> {
    let degrees = arguments
        .get("open")
        .and_then(Value::as_f64)
        .unwrap_or(40.0)
        .clamp(0.0, 70.0);
    let png = picture::drawbridge(degrees)
        .map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
    let image = ContentBlock::image(BASE64_STANDARD.encode(png), "image/png");
    let caption = ContentBlock::text(format!("A drawbridge, {degrees}° open."));
    Ok(CallToolResult::success(vec![caption, image]))
}

fn fail(arguments: &JsonObject) -> Result<CallToolResult, ErrorData> {
    if arguments.get("kind").and_then(Value::as_str) == Some("protocol") {
        return Err(ErrorData::internal_error(
            "The bridge is out of order.",
            None,
        ));
    }
    Ok(CallToolResult::error(vec![ContentBlock::text(
        "The bridge is stuck. Try again later.",
    )]))
}

async fn slow(
    arguments: &JsonObject,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResult, ErrorData> {
    let seconds = arguments
        .get("seconds")
        .and_then(Value::as_f64)
        .unwrap_or(5.0);
    let seconds = seconds.clamp(0.0, 600.0);
    let token = context.meta.get_progress_token();
    for step in 1..=10_u8 {
        sleep(Duration::from_secs_f64(seconds / 10.0)).await;
        if let Some(token) = token.clone() {
            let progress = ProgressNotificationParam::new(token, f64::from(step))
                .with_total(10.0)
                .with_message(format!("Step {step} of 10"));
            // Whoever does not listen any more misses nothing.
            let _ = context.peer.notify_progress(progress).await;
        }
    }
    Ok(text(format!("Done after {seconds} s.")))
}

fn weather(arguments: &JsonObject) -> Result<CallToolResult, ErrorData> {
    let place = needed(arguments, "place")?;
    // The same place has the same weather, so that tests can say it.
    let seed = place
        .bytes()
        .fold(7_u32, |seed, byte| seed.wrapping_mul(31) + u32::from(byte));
    let sky = ["clear", "cloudy", "rain"][(seed % 3) as usize];
    let celsius = f64::from(seed % 300) / 10.0;
    Ok(CallToolResult::structured(
        json!({ "place": place, "celsius": celsius, "sky": sky }),
    ))
}

fn revoke(server: &McpServer, context: &RequestContext<RoleServer>) -> &'static str {
    let caller = context
        .extensions
        .get::<Parts>()
        .and_then(|parts| parts.extensions.get::<Caller>())
        .and_then(|caller| caller.grant);
    match caller {
        Some(grant) => {
            server.0.auth.revoke_grant(grant);
            "Done. The next request will find you signed out."
        }
        None => "Nobody is signed in here.",
    }
}
