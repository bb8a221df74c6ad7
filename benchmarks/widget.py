"""The widget in a browser: from the press of Enter to the first word of the answer on screen."""

import tempfile
from pathlib import Path
from statistics import quantiles

from rich.table import Table

from benchmarks import command_line, machine, server
from benchmarks.questions import QUESTIONS

CHROMIUM = Path("/usr/bin/chromium")
ROUNDS = 3
AIM_MS = 200

WATCH = """() => {
    const root = document.querySelector("rapport-chat").shadowRoot;
    window.measured = new Promise((resolve) => {
        let pressed = null;
        root.addEventListener("keydown", () => (pressed = performance.now()), { capture: true, once: true });
        new MutationObserver((_, watching) => {
            if (pressed === null || !root.querySelector(".exchange:last-child .body > *")) return;
            watching.disconnect();
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed)));
        }).observe(root, { childList: true, subtree: true });
    });
}"""
"""Told after the frame that shows the first piece has been painted."""


def measures(given_home: Path | None) -> Table:
    """Takes them on the bank in `given_home`, or on one that is made for it. Needs Playwright and Debian's Chromium."""
    table = Table("measure", "aim", "measured", caption=f"{machine.described()}; load before: {machine.load()}")
    with tempfile.TemporaryDirectory() as folder:
        home = given_home or Path(folder)
        if given_home is None:
            command_line.demo_bank(home)
        first = _first_words(home)
    cuts = quantiles(first, n=100)
    table.add_row(f"first word of the answer after Enter, p50 of {len(first)}", f"< {AIM_MS} ms", f"{cuts[49]:.0f} ms")
    table.add_row("first word of the answer after Enter, p95", f"< {AIM_MS} ms", f"{cuts[94]:.0f} ms")
    return table


def _first_words(home: Path) -> list[float]:
    """Milliseconds for each question of the mix, each in a conversation of its own; the first round warms up."""
    from playwright.sync_api import sync_playwright  # a dependency of development

    with server.running(home) as (_, client), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        rounds = []
        for _ in range(ROUNDS + 1):
            milliseconds = []
            for employee, question in QUESTIONS:
                page = browser.new_page(viewport={"width": 900, "height": 800})
                page.add_init_script(f"sessionStorage['rapport.demo.employee'] = {employee!r}")
                page.goto(str(client.base_url), wait_until="networkidle")
                page.locator("rapport-chat textarea").fill(question)
                page.evaluate(WATCH)
                page.keyboard.press("Enter")
                milliseconds.append(float(page.evaluate("window.measured")))
                page.close()
            rounds.append(milliseconds)
        browser.close()
    return [each for milliseconds in rounds[1:] for each in milliseconds]
