//! Where a registry is: a region by name, or an address.

use url::Url;

use crate::address::{AddressError, normalise_address};

/// The region of an address that names none.
const FALLBACK: &str = "us-east-1";
/// The part of a query that names the region of an address of one's own.
const REGION: &str = "region";

/// A place to ask, and the region that requests are signed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The endpoint, without a query.
    pub endpoint: Url,
    /// The region.
    pub region: String,
}

impl Place {
    /// Reads what [`address`] has made.
    ///
    /// # Errors
    /// When the text is no address.
    pub fn read(typed: &str) -> Result<Self, AddressError> {
        let mut endpoint = address(typed)?;
        let region = named(&endpoint).or_else(|| endpoint.host_str().and_then(region_in));
        endpoint.set_query(None);
        Ok(Self { endpoint, region: region.unwrap_or_else(|| FALLBACK.to_owned()) })
    }

    /// Whether the endpoint is the service's public one, whose console is known.
    pub(super) fn is_public(&self) -> bool {
        self.endpoint.host_str() == Some(host_of(&self.region).as_str())
    }
}

/// The address of what people type: a region (`eu-central-1`) is the service's endpoint there; a
/// registry's own host (`123456789012.dkr.ecr.eu-central-1.amazonaws.com`), as images are named, is
/// the endpoint of its region; any other address, e.g. of a VPC endpoint, is taken as it is. Its
/// region is the one in its host name, else `?region=`, else `us-east-1`.
///
/// # Errors
/// As [`normalise_address`].
pub fn address(typed: &str) -> Result<Url, AddressError> {
    let typed = typed.trim();
    if is_region(typed) {
        return normalise_address(&host_of(typed));
    }
    let mut url = normalise_address(typed)?;
    if let Some(region) = url.host_str().and_then(of_registry) {
        return normalise_address(&host_of(region));
    }
    let full = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    if let Some(region) = Url::parse(&full).ok().as_ref().and_then(named) {
        url.query_pairs_mut().append_pair(REGION, &region);
    }
    Ok(url)
}

fn host_of(region: &str) -> String {
    let tail = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("api.ecr.{region}.{tail}")
}

/// The region of a host that images are named with.
fn of_registry(host: &str) -> Option<&str> {
    let (account, rest) = host.split_once(".dkr.ecr.")?;
    let (region, tail) = rest.split_once('.')?;
    let account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (account && is_region(region) && tail.starts_with("amazonaws.com")).then_some(region)
}

fn named(url: &Url) -> Option<String> {
    let (_, region) = url.query_pairs().find(|(name, _)| name == REGION)?;
    is_region(&region).then(|| region.into_owned())
}

fn region_in(host: &str) -> Option<String> {
    host.split('.').find(|label| is_region(label)).map(str::to_owned)
}

/// `eu-central-1`, `us-gov-west-1`: two letters, words, a number.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return false };
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    first.len() == 2
        && word(first)
        && (1..=3).contains(&middle.len())
        && middle.iter().all(word)
        && (1..=2).contains(&last.len())
        && last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_a_registry_and_an_address_lead_to_an_endpoint() {
        for (typed, address, region) in [
            ("eu-central-1", "https://api.ecr.eu-central-1.amazonaws.com/", "eu-central-1"),
            (" us-gov-west-1 ", "https://api.ecr.us-gov-west-1.amazonaws.com/", "us-gov-west-1"),
            ("cn-north-1", "https://api.ecr.cn-north-1.amazonaws.com.cn/", "cn-north-1"),
            (
                "123456789012.dkr.ecr.eu-west-3.amazonaws.com/shop/api:1.0",
                "https://api.ecr.eu-west-3.amazonaws.com/",
                "eu-west-3",
            ),
            (
                "vpce-0a1b-c2d3.api.ecr.ap-south-2.vpce.amazonaws.com",
                "https://vpce-0a1b-c2d3.api.ecr.ap-south-2.vpce.amazonaws.com/",
                "ap-south-2",
            ),
            ("http://127.0.0.1:4566", "http://127.0.0.1:4566/", "us-east-1"),
            (
                "https://ecr.example.com/?region=eu-west-1&x=y",
                "https://ecr.example.com/?region=eu-west-1",
                "eu-west-1",
            ),
            ("https://ecr.example.com/?region=Nowhere", "https://ecr.example.com/", "us-east-1"),
        ] {
            let read = super::address(typed).unwrap();
            assert_eq!(read.as_str(), address, "{typed}");
            assert_eq!(super::address(read.as_str()).unwrap(), read, "read again: {typed}");
            let place = Place::read(typed).unwrap();
            assert_eq!((place.region.as_str(), place.endpoint.query()), (region, None), "{typed}");
        }
    }

    #[test]
    fn what_would_leak_or_leads_nowhere_is_refused_as_everywhere() {
        for (typed, expected) in [
            ("", AddressError::Empty),
            ("http://ecr.example.com", AddressError::Plain),
            ("https://me:pw@ecr.example.com", AddressError::Credentials),
            ("ftp://eu-central-1", AddressError::Scheme),
        ] {
            assert_eq!(super::address(typed), Err(expected), "{typed}");
        }
    }

    #[test]
    fn only_the_services_own_address_is_known_to_have_a_console() {
        assert!(Place::read("eu-central-1").unwrap().is_public());
        assert!(!Place::read("http://127.0.0.1:1").unwrap().is_public());
    }
}
