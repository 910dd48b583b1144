//! What a choice in the menu leads to.

use std::{future::ready, time::Duration};

use drawbridge_engine::Error;
use serde_json::Value;
use tauri::{
    Listener as _, WebviewUrl, WebviewWindowBuilder,
    test::{mock_builder, mock_context, noop_assets},
};
use tokio::{sync::mpsc::unbounded_channel, time::timeout};

use super::{Choice, choose};
use crate::{main_window::MAIN, opening::Opening};

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_refused_is_told_at_its_server() {
    let opening = Opening::by(|| ready(Err(Error::DataInUse.into())));
    opening.open().await;
    let app = mock_builder()
        .manage(opening)
        .build(mock_context(noop_assets()))
        .unwrap();
    let main = WebviewWindowBuilder::new(&app, MAIN, WebviewUrl::default())
        .build()
        .unwrap();
    let (tell, mut told) = unbounded_channel();
    main.listen("drawbridge://trouble", move |event| {
        let _ = tell.send(event.payload().to_owned());
    });
    choose(app.handle(), Choice::Reconnect("notes".to_owned()));
    let told = timeout(Duration::from_mins(1), told.recv()).await;
    let told: Value = serde_json::from_str(&told.unwrap().unwrap()).unwrap();
    assert_eq!(told["id"], "notes");
    assert_eq!(told["error"]["code"], Error::DataInUse.code());
}
