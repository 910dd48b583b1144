//! A Tauri app with one window and one line of text in it: as little as there can be.

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!())
}
