"""A headless Chromium, where there is one, and pages of hostile and of our own articles opened in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")


class Page:
    """A page in the browser: what it shows, and what it complained of."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, path: Path, place: str = "") -> None:
        """Open a file and wait until its script has drawn it."""
        self.driver.get("about:blank")
        self.driver.get(f"{path.as_uri()}{place}")
        self.wait("document.documentElement.dataset.ready === 'yes'")

    def run(self, script: str, *arguments: Any) -> Any:
        """Return what an expression of JavaScript gives."""
        return self.driver.execute_script(f"return ({script})", *arguments)

    def wait(self, script: str, seconds: float = 10) -> None:
        """Wait until an expression of JavaScript holds. Raises selenium's TimeoutException if it does not."""
        from selenium.webdriver.support.wait import WebDriverWait

        WebDriverWait(self.driver, seconds, poll_frequency=0.05).until(lambda _: self.run(script), script)

    def click(self, selector: str) -> None:
        """Click on the first element of a selector as a mouse does."""
        element = self.driver.find_element("css selector", selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def keys(self, *keys: str) -> None:
        """Press keys where the focus is."""
        from selenium.webdriver.common.action_chains import ActionChains

        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def barriers(self) -> list[str]:
        """Return what axe-core finds that keeps people from using what is open."""
        axe = pytest.importorskip("axe_core_python.base", reason="needs axe-core-python (extra dev)")
        self.driver.execute_script(axe.AXE_SCRIPT)
        script = "const done = arguments[0]; axe.run().then(({violations}) => done(violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html}`))))"
        return list(self.driver.execute_async_script(script))

    def complaints(self) -> list[str]:
        """What the browser logged: errors of scripts, refused requests."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """What was loaded apart from the page itself."""
        return list(self.run("performance.getEntriesByType('resource').map((entry) => entry.name)"))


@pytest.fixture(scope="session")
def driver() -> Iterator[Any]:
    if not CHROMIUM or not DRIVER:
        pytest.skip("needs chromium and chromedriver (Debian: apt-get install chromium chromium-driver)")
    selenium = pytest.importorskip("selenium.webdriver", reason="needs selenium (extra dev)")
    options = selenium.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1400,950",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    made = selenium.Chrome(options=options, service=selenium.ChromeService(DRIVER))
    yield made
    made.quit()


@pytest.fixture
def page(driver: Any) -> Iterator[Page]:
    """A page that has nothing to complain of when the test is done, and has loaded nothing."""
    driver.get_log("browser")
    made = Page(driver)
    yield made
    assert made.complaints() == []
    assert made.requests() == []


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A folder for pages."""
    folder = tmp_path_factory.mktemp("pages")
    return lambda name: folder / name
