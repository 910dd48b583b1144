//! Where on the screen a popup opens: beside the main window, where there is room.

use tauri::{LogicalPosition, PhysicalPosition, PhysicalSize, Runtime, WebviewWindow};

/// Logical width and height of a popup.
pub(crate) const SIZE: (f64, f64) = (560.0, 720.0);
const GAP: i32 = 12;
const STEP: i32 = 32;

/// A rectangle in physical pixels.
#[derive(Debug, Clone, Copy)]
struct Area {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
}

/// The place beside `main`, a step further for each popup that is open already; nothing where the
/// window system does not tell where windows are.
pub(crate) fn beside<R: Runtime>(
    main: &WebviewWindow<R>,
    already_open: usize,
) -> Option<LogicalPosition<f64>> {
    let monitor = main.current_monitor().ok()??;
    let scale = monitor.scale_factor();
    let work = monitor.work_area();
    let popup = tauri::LogicalSize::new(SIZE.0, SIZE.1).to_physical(scale);
    let (x, y) = corner(
        area(main.outer_position().ok()?, main.outer_size().ok()?),
        area(PhysicalPosition::default(), popup),
        area(work.position, work.size),
        STEP * i32::try_from(already_open % 8).unwrap_or(0),
    );
    Some(PhysicalPosition::new(x, y).to_logical(scale))
}

/// Right of the main window, else left of it, else where it leaves the list of servers to be seen;
/// never off the screen.
fn corner(main: Area, popup: Area, screen: Area, step: i32) -> (i32, i32) {
    let right = main.x + main.width + GAP;
    let left = main.x - GAP - popup.width;
    let x = if right + popup.width <= screen.x + screen.width {
        right
    } else if left >= screen.x {
        left
    } else {
        screen.x + screen.width - popup.width
    };
    (
        within(x + step, popup.width, screen.x, screen.width),
        within(main.y + step, popup.height, screen.y, screen.height),
    )
}

fn within(at: i32, length: i32, from: i32, room: i32) -> i32 {
    at.min(from + room - length).max(from)
}

fn area(position: PhysicalPosition<i32>, size: PhysicalSize<u32>) -> Area {
    let pixels = |length| i32::try_from(length).unwrap_or(i32::MAX / 4);
    Area {
        x: position.x,
        y: position.y,
        width: pixels(size.width),
        height: pixels(size.height),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Area, corner};

    #[rstest]
    #[case::room_on_the_right(100, 1920, (1072, 50))]
    #[case::room_on_the_left_only(900, 1920, (328, 50))]
    #[case::room_nowhere(100, 1280, (720, 50))]
    #[case::off_the_screen(2500, 1920, (1360, 50))]
    fn a_popup_opens_beside_the_main_window(
        #[case] main_x: i32,
        #[case] screen_width: i32,
        #[case] expected: (i32, i32),
    ) {
        let main = Area {
            x: main_x,
            y: 50,
            width: 960,
            height: 680,
        };
        let popup = Area {
            x: 0,
            y: 0,
            width: 560,
            height: 720,
        };
        let screen = Area {
            x: 0,
            y: 0,
            width: screen_width,
            height: 1080,
        };
        assert_eq!(corner(main, popup, screen, 0), expected);
    }

    #[test]
    fn two_popups_do_not_hide_each_other() {
        let main = Area {
            x: 100,
            y: 50,
            width: 960,
            height: 680,
        };
        let popup = Area {
            x: 0,
            y: 0,
            width: 560,
            height: 720,
        };
        let screen = Area {
            x: 0,
            y: 0,
            width: 1920,
            height: 1080,
        };
        assert_eq!(corner(main, popup, screen, 32), (1104, 82));
    }

    #[test]
    fn a_popup_taller_than_the_screen_begins_at_its_top() {
        let main = Area {
            x: 0,
            y: 100,
            width: 640,
            height: 480,
        };
        let popup = Area {
            x: 0,
            y: 0,
            width: 560,
            height: 720,
        };
        let screen = Area {
            x: 0,
            y: 24,
            width: 800,
            height: 600,
        };
        assert_eq!(corner(main, popup, screen, 0), (240, 24));
    }
}
