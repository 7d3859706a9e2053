"""How Sphinx builds the site. `make site` calls it by build.py, which writes the pages first."""

import html
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from build import HTML, SCRIPTS, STATIC, descriptions
from colab import write_copies

# The address of the repository, such as "https://github.com/NAME/gancore", and of the site itself. While they are
# empty no page names one: there are no badges, no links to sources, and the card for social networks has no picture.
REPOSITORY = ""
ADDRESS = ""

project = "gancore"
author = "The gancore authors"
copyright = "the gancore authors; text and figures CC BY 4.0, code MIT"
language = "en"  # with "en_GB" the search fails where it says how many pages it found

extensions = ["myst_nb", "sphinx.ext.mathjax"]
nb_execution_mode = "off"  # chapters are shown as they are stored
nb_ipywidgets_js = {}  # a page asks no other host for anything
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]
mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}}  # the menu would fetch more than is shipped

html_theme = "sphinx_book_theme"
html_title = "gancore"
html_baseurl = ADDRESS
html_static_path = ["live", str(STATIC)]
html_css_files = ["site.css"]
html_js_files = [f"{name}.js" for name in SCRIPTS]
html_copy_source = False  # pages are made from notebooks, which the repository has
html_show_sourcelink = False
html_show_search_summary = False  # it is fetched, which no browser does for a page from a disk
html_context = {"default_mode": "auto"}  # light or dark as the reader has set the machine
html_theme_options = {
    "repository_url": REPOSITORY,
    "use_repository_button": bool(REPOSITORY),
    "repository_branch": "main",
    "path_to_docs": "course",
    "launch_buttons": {"binderhub_url": "https://mybinder.org", "notebook_interface": "jupyterlab"}
    if REPOSITORY
    else {},
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "home_page_in_toc": True,
    "navigation_with_keys": False,
    "navbar_persistent": [],  # the side bar has the search already
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}

ABOUT = descriptions()
EMPTY_HEADING = re.compile(r"<th[^>]*>\s*(<p></p>)?\s*</th>")


def describe(app, pagename, templatename, context, doctree) -> None:
    """What search engines and social networks show of a page."""
    about = ABOUT.get(pagename, ABOUT["index"])
    title = context.get("title", project)
    pairs = [("name", "description", about), ("property", "og:title", title), ("property", "og:description", about)]
    pairs += [("property", "og:type", "article"), ("name", "twitter:card", "summary_large_image")]
    if ADDRESS:
        pairs.append(("property", "og:image", f"{ADDRESS.rstrip('/')}/_static/card.png"))
    for attribute, name, content in pairs:
        context["metatags"] = (
            context.get("metatags", "") + f'\n<meta {attribute}="{name}" content="{html.escape(content)}">'
        )


def head_nothing(app, pagename, templatename, context, doctree) -> None:
    """A table's heading without words heads nothing: for those who hear the page it becomes a cell like others."""
    context["body"] = EMPTY_HEADING.sub("<td></td>", context.get("body", ""))


def offer_colab(app, pagename, templatename, context, doctree) -> None:
    """Under a chapter a link to its copy for Google Colab, which knows where to install from once that is set."""
    if REPOSITORY and re.match(r"\d\d_", pagename):
        link = f'<a href="colab/{pagename}.ipynb" download>Download this chapter for Google Colab</a>'
        context["body"] += f"<p>{link}, then upload it there: File, Upload notebook.</p>"


def copy_for_colab(app, error) -> None:
    """The copies are written beside the pages, linked or not."""
    write_copies(REPOSITORY, HTML / "colab")


def setup(app) -> None:
    app.connect("html-page-context", offer_colab)
    app.connect("build-finished", copy_for_colab)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", head_nothing)
