"""Tables line up, and keep what they are given."""

import re

from gancore.tables import as_html, as_text

ROWS = [("model", "FID"), ("static", "105.7"), ("a < b", "1.2")]


def test_numbers_keep_to_the_right_and_names_to_the_left():
    assert as_text(ROWS) == "model     FID\nstatic  105.7\na < b     1.2"
    assert as_text(ROWS, numbers=()) == "model   FID\nstatic  105.7\na < b   1.2"


def test_html_has_a_caption_headings_and_a_row_header_for_each_row():
    page = as_html(ROWS, "Low is good & rare.")
    assert "<caption>Low is good &amp; rare.</caption>" in page
    assert re.findall(r'<th scope="col">(.*?)</th>', page) == ["model", "FID"]
    assert re.findall(r'<th scope="row">(.*?)</th>', page) == ["static", "a &lt; b"]
    assert re.findall(r"<td>(.*?)</td>", page) == ["105.7", "1.2"]
