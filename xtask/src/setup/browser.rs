//! A browser for tests: the system's Chromium and its driver.

use super::debian;
use crate::{
    Result,
    shell::{announce, which},
};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const DRIVER: &str = "chromedriver";

/// The browser that tests run in.
pub(crate) struct Browser {
    browser: PathBuf,
    driver: PathBuf,
}

impl Browser {
    /// Tells a test program where the browser is.
    pub(crate) fn used_by<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("CHROMIUM", &self.browser).env("CHROMEDRIVER", &self.driver)
    }
}

/// Finds or installs the browser.
pub(super) fn set_up() -> Result<Browser> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    if debian::is_here() {
        announce("Install Chromium and its driver (1 min)");
        debian::install(&["chromium", "chromium-driver"])?;
    }
    find().ok_or_else(|| {
        "Chromium or chromedriver is missing: install both, or name them in CHROMIUM and CHROMEDRIVER."
            .to_owned()
    })
}

fn find() -> Option<Browser> {
    let named = |variable| env::var_os(variable).map(PathBuf::from).filter(|file: &PathBuf| is_file(file));
    let browser = named("CHROMIUM").or_else(|| BROWSERS.iter().find_map(|name| which(name)))?;
    let driver = named("CHROMEDRIVER").or_else(|| which(DRIVER))?;
    Some(Browser { browser, driver })
}

fn is_file(file: &Path) -> bool {
    file.is_file()
}
