//! The picture of `draw_bridge`.

const WIDTH: u16 = 320;
const HEIGHT: u16 = 180;

const SKY: [u8; 3] = [206, 226, 238];
const SUN: [u8; 3] = [247, 200, 110];
const STONE: [u8; 3] = [112, 102, 96];
const MORTAR: [u8; 3] = [92, 83, 78];
const WOOD: [u8; 3] = [140, 84, 46];
const CHAIN: [u8; 3] = [40, 40, 44];
const WATER: [u8; 3] = [66, 112, 140];

/// A drawbridge between two towers, `degrees` open, as PNG.
pub(super) fn drawbridge(degrees: f64) -> Result<Vec<u8>, png::EncodingError> {
    let (sin, cos) = degrees.to_radians().sin_cos();
    // The leaf hangs on the left tower's foot; the chain runs from its end to the tower's top.
    let (foot, length) = ((96.0, 128.0), 132.0);
    let end = (foot.0 + length * cos, foot.1 - length * sin);
    let mut pixels = Vec::with_capacity(usize::from(WIDTH) * usize::from(HEIGHT) * 3);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            pixels.extend(colour(f64::from(x), f64::from(y), foot, end));
        }
    }
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, u32::from(WIDTH), u32::from(HEIGHT));
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(png)
}

fn colour(x: f64, y: f64, foot: (f64, f64), end: (f64, f64)) -> [u8; 3] {
    if distance((x, y), foot, end) < 4.0 {
        return WOOD;
    }
    if tower(x - 64.0, y) || tower(x - 256.0, y) {
        // Bricks: every eighth row, and every sixteenth column shifted from row to row.
        let row = (y / 8.0).floor();
        let joint = y % 8.0 < 1.0 || (x + row * 8.0) % 16.0 < 1.0;
        return if joint { MORTAR } else { STONE };
    }
    if distance((x, y), (94.0, 48.0), end) < 1.0 {
        return CHAIN;
    }
    if y > 140.0 {
        let wave = (x / 9.0 + (y * 0.7).sin() * 2.0).sin() > 0.86;
        return if wave { SKY } else { WATER };
    }
    if (x - 176.0).hypot(y - 44.0) < 18.0 {
        SUN
    } else {
        SKY
    }
}

/// Is this point, with x from the tower's middle, of stone? Battlements on top.
fn tower(x: f64, y: f64) -> bool {
    let battlement = (28.0..40.0).contains(&y) && ((x + 36.0) / 12.0).floor() % 2.0 == 0.0;
    x.abs() < 32.0 && ((40.0..152.0).contains(&y) || battlement && x.abs() < 36.0)
}

/// From a point to a line segment.
fn distance(point: (f64, f64), from: (f64, f64), to: (f64, f64)) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let along = ((point.0 - from.0) * dx + (point.1 - from.1) * dy) / (dx * dx + dy * dy);
    let along = along.clamp(0.0, 1.0);
    (point.0 - from.0 - along * dx).hypot(point.1 - from.1 - along * dy)
}
