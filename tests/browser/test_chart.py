"""Charts of an answer: drawn, and readable without seeing them."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import ask


def test_a_ranking_is_drawn_with_bars_as_long_as_its_values(page: Page) -> None:
    chart = ask(page, "ranking").locator("figure.chart").first
    expect(chart.locator("figcaption")).to_have_text("Contribution by branch")
    bars = chart.locator("svg rect")
    expect(bars).to_have_count(3)
    widths = [float(str(bar.get_attribute("width")).rstrip("%")) for bar in bars.all()]
    assert widths == [60.0, 30.0, 40.0]
    assert [bar.get_attribute("x") for bar in bars.all()] == ["40%", "40%", "0%"]
    expect(bars.last).to_have_class("series-0 below")
    assert (bars.first.bounding_box() or {"width": 0})["width"] > 40


def test_its_figures_are_a_table_that_opens(page: Page) -> None:
    chart = ask(page, "ranking").locator("figure.chart").first
    expect(chart.get_by_role("table")).to_be_hidden()
    chart.get_by_text("Show the figures").click()
    expect(chart.get_by_role("row")).to_have_count(4)
    chart.get_by_role("button", name="600.00").click()
    expect(page.locator("rapport-chat .source")).to_be_visible()


def test_a_trend_is_a_line_from_first_to_last(page: Page) -> None:
    chart = ask(page, "ranking").locator("figure.chart").last
    points = str(chart.locator("polyline").get_attribute("points")).split()
    assert [point.split(",")[0] for point in points] == ["0", "500", "1000"]
    heights = [float(point.split(",")[1]) for point in points]
    assert heights[0] > heights[1] > heights[2]
    expect(chart.locator(".ends")).to_contain_text("Oct: 30.00")
