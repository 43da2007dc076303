//! When a part of the display changed, as its frame buffer shows: what an eye would see, and not what
//! the page believes to have drawn.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

/// Names the frame buffer's file, which `scripts/with-desktop` has the display write.
const FILE: &str = "TAGWARDEN_SCREEN";
/// Between two looks: a part of a frame.
const PAUSE: Duration = Duration::from_millis(1);
/// Lines looked at are so far apart: less than letters are high.
const STEP: u64 = 4;

/// A part of the screen, in pixels.
#[derive(Clone, Copy)]
pub(crate) struct Area {
    left: u64,
    top: u64,
    width: u64,
    height: u64,
}

impl Area {
    /// Of `[left, top, width, height]`.
    pub(crate) fn of(edges: &Value) -> Self {
        let edge = |at: usize| edges[at].as_f64().unwrap().round() as u64;
        Self { left: edge(0), top: edge(1), width: edge(2), height: edge(3) }
    }
}

/// Looks at a part of the screen until it is ended.
pub(crate) struct Watch {
    over: Arc<AtomicBool>,
    looking: JoinHandle<Vec<f64>>,
}

impl Watch {
    /// `None` where the display writes no file.
    pub(crate) fn start(area: Area) -> Option<Self> {
        let file = File::open(std::env::var_os(FILE)?).ok()?;
        let over = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&over);
        let looking = std::thread::spawn(move || changes(&file, area, &until));
        Some(Self { over, looking })
    }

    /// The moments at which something was seen to have changed, in milliseconds of the clock.
    pub(crate) fn end(self) -> Vec<f64> {
        self.over.store(true, Ordering::Relaxed);
        self.looking.join().unwrap()
    }
}

fn changes(file: &File, area: Area, over: &AtomicBool) -> Vec<f64> {
    let (first, line) = layout(file);
    let mut seen = vec![0; (area.height.div_ceil(STEP) * area.width * 4) as usize];
    let mut now = seen.clone();
    let mut moments = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64() * 1000.0;
        for (at, part) in now.chunks_exact_mut((area.width * 4) as usize).enumerate() {
            let from = first + (area.top + at as u64 * STEP) * line + area.left * 4;
            file.read_exact_at(part, from).unwrap();
        }
        if now != seen {
            moments.push(clock);
            seen.copy_from_slice(&now);
        }
        std::thread::sleep(PAUSE);
    }
    moments
}

/// Where the first pixel stands in the file, and how long a line is: an X window dump, four bytes a
/// pixel behind a header of numbers and a table of colours.
fn layout(file: &File) -> (u64, u64) {
    let number = |place: u64| {
        let mut bytes = [0; 4];
        file.read_exact_at(&mut bytes, place * 4).unwrap();
        u64::from(u32::from_be_bytes(bytes))
    };
    let (header, line, colours) = (number(0), number(12), number(19));
    (header + colours * 12, line)
}
