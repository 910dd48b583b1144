//! Build script of the desktop app.
fn main() { let _ = std::fs::create_dir_all("ui/dist"); if !std::path::Path::new("ui/dist/index.html").exists() { let _ = std::fs::write("ui/dist/index.html", ""); } tauri_build::build() }
