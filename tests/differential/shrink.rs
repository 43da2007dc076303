//! A mismatch made small enough to be understood.

use tagwarden_rules::pattern::Dialect;

use crate::names::Names;
use crate::ours::Scene;
use crate::run::Engines;
use crate::tally::Tally;

/// The mismatch of this pattern in words, with as little of the pattern and of the names as shows it.
pub(crate) fn shrink(engines: &mut Engines, scene: &Scene, dialect: Dialect, text: &str) -> String {
    let mut differs =
        |scene: &Scene, texts: &[String]| engines.compare(scene, dialect, texts, &mut Tally::default());
    let small =
        smallest(text, &mut |texts| differs(scene, texts).into_iter().position(|found| found.is_some()));
    let all = differs(scene, std::slice::from_ref(&small)).pop().flatten().unwrap_or_default();
    let one = scene.names.all().into_iter().find_map(|name| {
        let mut shows = |name: &str| {
            differs(&Scene::new(Names::just(name)), std::slice::from_ref(&small)).pop().flatten()
        };
        shows(&name)?;
        let name = smallest(&name, &mut |names| names.iter().position(|name| shows(name).is_some()));
        Some(format!("on {name:?}: {}", shows(&name)?))
    });
    format!("{dialect:?} {small:?} {}", one.unwrap_or(all))
}

/// Takes out pieces, large ones first, as long as `shows` finds a text that still shows it.
fn smallest(text: &str, shows: &mut dyn FnMut(&[String]) -> Option<usize>) -> String {
    let mut best: Vec<char> = text.chars().collect();
    let mut length = best.len();
    while length > 0 {
        let shorter: Vec<String> = (0..=best.len().saturating_sub(length))
            .map(|from| best[..from].iter().chain(best.get(from + length..).unwrap_or_default()).collect())
            .collect();
        match shows(&shorter) {
            Some(place) => best = shorter[place].chars().collect(),
            None => length /= 2,
        }
        length = length.min(best.len());
    }
    best.into_iter().collect()
}
