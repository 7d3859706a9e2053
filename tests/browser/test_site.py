"""The site as a reader meets it, from a disk, at two widths: nothing is fetched from elsewhere, and views answer."""

import importlib.util
import io
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from helpers.places import COURSE, REPOSITORY
from playwright.sync_api import Browser, Locator, Page, expect

from gancore.lessons.teaching import load_bank

for needed in ("sphinx_book_theme", "myst_nb"):
    pytest.importorskip(needed, reason="the site needs what `pip install -e '.[site]'` installs")

sys.path.append(str(REPOSITORY / "site"))
import build  # noqa: E402

WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
HERE = ("file:", "data:", "blob:")
CHAPTERS = [path.stem for path in sorted(COURSE.glob("*.ipynb"))]
EVERY_PAGE = ["index", "glossary", "readme", "api", *CHAPTERS]
LOADED = r"<(?:script|img|iframe|source|link rel=.(?:stylesheet|icon|preload).)"  # elements that load something
LOADED_FROM_ELSEWHERE = re.compile(LOADED + r"""[^>]*\s(?:src|href)="((?:https?:)?//[^"]*)""")
STYLED_FROM_ELSEWHERE = re.compile(r"""(?:url\(|@import )['"]?(?:https?:)?//""")
SOURCE_FILE = re.compile(r"\.(py|ipynb)(\.txt)?$")
OF_THE_THEME = (".search-button-field", ".sidebar-primary-item")  # its search button's name, its logo outside landmarks
PICTURE = re.compile(r'<img alt="([^"]*)"[^>]* src="(_static/figures/[^"]*)"')
STRETCHED = """() => [...document.querySelectorAll("article img[width][height]")]
  .filter((image) => image.clientWidth && Math.abs(
    (image.clientHeight * image.getAttribute("width")) / (image.clientWidth * image.getAttribute("height")) - 1) > 0.03)
  .map((image) => image.src)"""
FITS = "document.documentElement.scrollWidth <= innerWidth"
SECONDS_TO_DIGITS = 5  # one on a machine that has nothing else to do

Opener = Callable[[str], Page]
# A view is driven at one width; the long test below opens all of them at both.
ON_A_DESK, ON_A_PHONE = (pytest.mark.parametrize("visit", [width], indirect=True) for width in WIDTHS)


@pytest.fixture(scope="module")
def built() -> Path:
    """The site, built anew."""
    with redirect_stderr(io.StringIO()) as said, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Sphinx's themes; what Sphinx says of pages fails it
        status = build.main()
    assert status == 0, said.getvalue()
    return build.HTML


@pytest.fixture(params=WIDTHS)
def visit(request: pytest.FixtureRequest, built: Path, browser: Browser) -> Iterator[Opener]:
    """Opens a page of the site; anything that a page asks for elsewhere, and any error, fails the test."""
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    troubles = []
    page.on("request", lambda asked: troubles.append(asked.url) if not asked.url.startswith(HERE) else None)
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))

    def open_page(name: str) -> Page:
        page.goto((built / f"{name}.html").as_uri())
        return page

    yield open_page
    page.close()
    assert troubles == []


def test_no_page_loads_anything_from_elsewhere(built):
    pages = sorted(built.glob("*.html"))
    assert {page.stem for page in pages} >= set(EVERY_PAGE)
    asked = {page.name: LOADED_FROM_ELSEWHERE.findall(page.read_text(encoding="utf-8")) for page in pages}
    assert {name: found for name, found in asked.items() if found} == {}
    styles = [path for path in built.rglob("*.css") if STYLED_FROM_ELSEWHERE.search(path.read_text(encoding="utf-8"))]
    assert styles == []


def test_every_picture_has_a_file_of_its_own(built):
    for page in built.glob("*.html"):
        told: dict[str, set[str]] = {}
        for alt, source in PICTURE.findall(page.read_text(encoding="utf-8")):
            told.setdefault(source, set()).add(alt)
        assert (page.name, [source for source, alts in told.items() if len(alts) > 1]) == (page.name, [])


def test_while_no_address_is_set_no_page_opens_one(built):
    assert re.search(r'^REPOSITORY = ""$', (REPOSITORY / "site" / "conf.py").read_text(encoding="utf-8"), re.MULTILINE)
    pages = {page.name: page.read_text(encoding="utf-8") for page in built.glob("*.html")}
    assert [name for name, text in pages.items() if "mybinder.org" in text or "colab/" in text] == []


def test_every_chapter_says_below_its_title_what_a_page_is_for(built):
    for name in CHAPTERS:
        text = (built / f"{name}.html").read_text(encoding="utf-8")
        assert re.search(r"</h1>\s*<p><em>Here this chapter is to be read:", text), name


def test_no_bank_and_no_hint_is_published(built):
    files = {path.relative_to(built).as_posix() for path in built.rglob("*") if SOURCE_FILE.search(path.name)}
    assert files == {f"colab/{name}.ipynb" for name in CHAPTERS}
    shown = [*built.glob("*.html"), *(built / "colab").iterdir()]
    text = "".join(page.read_text(encoding="utf-8") for page in shown)
    banks = [load_bank(int(name[:2])) for name in CHAPTERS]
    hints = [hint for bank in banks for exercise in bank.EXERCISES for hint in exercise.hints]
    assert len(hints) > 50
    assert [hint for hint in hints if hint in text] == []


@pytest.mark.parametrize("name", ["04_a_game_for_two", "glossary", "readme"])
def test_a_page_fits_its_window_and_says_what_it_is_about(visit, name):
    assert_fits(visit(name))


@pytest.mark.long
@pytest.mark.parametrize("name", EVERY_PAGE)
def test_every_page_fits_its_window_and_is_accessible(visit, name):
    page = visit(name)
    assert_fits(page)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    while (waiting := page.get_by_role("button", name="Play here")).count():
        left = waiting.count()
        waiting.first.click()
        expect(waiting).to_have_count(left - 1, timeout=20_000)
    assert page.evaluate(FITS)
    assert page.evaluate(STRETCHED) == []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []


def assert_fits(page: Page) -> None:
    page.wait_for_load_state("load")
    page.evaluate("globalThis.MathJax?.startup?.promise")
    assert page.evaluate(FITS)
    assert page.evaluate(STRETCHED) == []
    assert page.evaluate("document.title").strip()
    assert len(page.locator('meta[name="description"]').first.get_attribute("content")) > 40


def test_the_first_page_writes_what_is_typed(visit):
    start = time.monotonic()
    page = visit("index")
    sheet = page.locator(".gancore-sheet")
    expect(sheet.locator("canvas")).to_have_count(10)
    assert time.monotonic() - start < SECONDS_TO_DIGITS
    assert_fits(page)
    page.get_by_role("textbox", name="Number").fill("31415")
    expect(sheet).to_have_attribute("aria-label", "31415 in hand 0")
    expect(page.locator(".gancore-status")).to_contain_text("reads 31415")
    page.get_by_role("slider", name="Hand").press("ArrowRight")
    expect(sheet).to_have_attribute("aria-label", "31415 in hand 1")
    page.get_by_role("textbox", name="Number").fill("")
    expect(page.locator(".gancore-status")).to_contain_text("Type digits")


def alive(page: Page, view: str) -> Locator:
    """The first view of a page that stands in for `view`, brought to life; no other one should be alive."""
    waiting = page.locator(f'[data-view="{view}"]')
    left = waiting.count()
    waiting.first.get_by_role("button", name="Play here").click()
    expect(waiting).to_have_count(left - 1, timeout=20_000)  # a view may read networks first
    assert page.evaluate(FITS)
    return page.locator(".gancore-view").last


def assert_moves(view: Locator, slider: str, words: str) -> None:
    status = view.locator(".gancore-status")
    expect(status).to_contain_text(words)
    before = status.text_content()
    view.get_by_role("slider", name=slider, exact=True).press("ArrowRight")
    expect(status).not_to_have_text(before)


@ON_A_PHONE
def test_chapter_00_draws_from_another_seed(visit):
    assert_moves(alive(visit("00_start_here"), "Drawer"), "Seed", "Drawn with seed")


@ON_A_DESK
def test_the_views_of_chapter_09_come_to_life(visit):
    page = visit("09_conditional_gans")
    assert_moves(alive(page, "NumberWriter"), "Hand", "in hand")
    page.reload()
    assert_moves(alive(page, "ClassGrid"), "Latents", "of 40 as asked")
    page.reload()
    assert_moves(alive(page, "LabelBlend"), "How far", "of the way from 3 to 8")


@ON_A_DESK
def test_the_lab_of_chapter_05_trains_and_goes_back(visit):
    lab = alive(visit("05_the_loop_by_hand"), "Lab")
    numbers, status = lab.locator(".gancore-status").first, lab.locator(".gancore-status[role=status]")
    expect(numbers).to_contain_text("After 0 rounds")
    lab.get_by_role("button", name="Play").click()
    expect(numbers).to_contain_text(re.compile(r"After \d{2,} rounds"))
    expect(lab.get_by_role("slider", name="Rewind")).not_to_have_value("0")
    lab.get_by_role("button", name="Pause").click()
    expect(status).to_contain_text("Paused.")
    lab.get_by_role("slider", name="Rewind").press("Home")
    expect(status).to_contain_text("What you play now replaces")
    expect(numbers).to_contain_text("After 0 rounds")
    lab.get_by_role("button", name="Step D").click()
    expect(status).to_contain_text("D has moved once")
    lab.get_by_label("Data").select_option("spiral")
    expect(numbers).to_contain_text(re.compile(r"After 0 rounds: \d+ of 70 modes"))


@ON_A_PHONE
def test_the_lab_of_chapter_04_trains_on_the_line_and_goes_back(visit):
    lab = alive(visit("04_a_game_for_two"), "LineLab")
    numbers, status = lab.locator(".gancore-status").first, lab.locator(".gancore-status[role=status]")
    expect(numbers).to_contain_text("D has moved 0 times, G 0 times")
    lab.get_by_role("button", name="Step D").click()
    expect(status).to_contain_text("D has moved 5 times; G waits.")
    lab.get_by_role("button", name="Play").press("Enter")
    expect(numbers).to_contain_text(re.compile(r"D has moved \d{3,} times"), timeout=20_000)
    lab.get_by_role("button", name="Pause").press("Enter")
    expect(status).to_contain_text("Paused.")
    lab.get_by_role("slider", name="Rewind").press("Home")
    expect(numbers).to_contain_text("D has moved 0 times, G 0 times")
    lab.get_by_label("Data").select_option("bumps far apart")
    expect(status).to_contain_text("Ready")


@ON_A_PHONE
def test_a_discriminator_is_drawn_by_hand_and_the_best_one_shown(visit):
    game = alive(visit("04_a_game_for_two"), "PlayByHand")
    status, sheet = game.locator(".gancore-status"), game.get_by_role("application", name="A sheet for D")
    expect(status).to_contain_text("Draw D over the whole width")
    expect(draw(game)).to_contain_text(re.compile(r"^V is -\d\.\d{3}; the best D .* short of it\.$"))
    game.get_by_role("button", name="Best D").click()
    expect(status).to_contain_text("reaches -0.771. Yours is as good.")
    expect(game).to_contain_text("61 points.")
    for _ in range(2):
        sheet.press("Space")  # a second point in the same column
    expect(game).to_contain_text(re.compile(r"61 points\. Cursor at 0\.00, 0\.00"))
    assert_moves(game, "q: mean", "the best D against this forger")


@ON_A_PHONE
def test_the_zoo_of_chapter_03_draws_again_and_by_those_who_have_come(visit):
    zoo = alive(visit("03_a_family_of_generative_models"), "ZooView")
    status, sheets = zoo.locator(".gancore-status"), zoo.locator(".gancore-sheet")
    expect(sheets).to_have_count(2)
    expect(status).to_have_text(
        re.compile(r"each digit in turn\..* naive Bayes \d+ of 10; Gaussian mixture \d+ of 10\.$")
    )
    drawn = sheets.last.locator("canvas").first
    before = drawn.evaluate("(canvas) => canvas.toDataURL()")
    zoo.get_by_role("button", name="Draw again").click()
    expect(status).to_contain_text("Draw 2")
    assert drawn.evaluate("(canvas) => canvas.toDataURL()") != before
    zoo.get_by_label("Class").select_option("1")
    expect(status).to_have_text(re.compile("asked for the digit 1.* Gaussian mixture (8|9|10) of 10"))


@ON_A_PHONE
def test_the_failure_lab_asks_reveals_and_repairs(visit):
    lab = alive(visit("06_when_the_game_goes_wrong"), "FailureLab")
    status, pictures = lab.locator(".gancore-status"), lab.locator(".gancore-charts")
    expect(status).to_contain_text("G's rate 0.03 instead of 0.001")
    expect(lab.get_by_role("button", name="Repair")).to_be_disabled()
    lab.get_by_role("button", name="Reveal").click()
    expect(status).to_contain_text("Predict first")
    lab.get_by_label("few modes, and losses that end like those of a good game").press("Space")
    lab.get_by_role("button", name="Reveal").click()
    expect(status).to_contain_text("✓ You predicted “few modes")
    lab.page.emulate_media(reduced_motion="reduce")  # then the end shows at once
    lab.get_by_label("Remedy").select_option("two learning rates")
    lab.get_by_role("button", name="Repair").click()
    expect(status).to_contain_text("Repaired.")
    expect(pictures).to_have_count(2)
    expect(pictures.last).to_have_attribute(
        "aria-label", re.compile("with two learning rates.* 8 of 8 modes after 288")
    )
    lab.get_by_role("slider", name="Time").press("Home")
    expect(pictures.first).to_have_attribute("aria-label", re.compile("after 0 rounds"))


@ON_A_DESK
def test_two_numbers_follow_their_controls(visit):
    explorer = alive(visit("06_when_the_game_goes_wrong"), "DiracExplorer")
    assert_moves(explorer, "Penalty γ", "After 200 rounds the players are 1.72 from")
    explorer.get_by_label("They move").select_option("in turns")
    expect(explorer.locator(".gancore-charts")).to_have_attribute("aria-label", re.compile("they began at 1.41"))


@ON_A_PHONE
def test_the_views_of_chapter_11_come_to_life(visit):
    page = visit("11_inside_the_latent_space")
    assert_moves(alive(page, "InterpolationFilm"), "Frame", "Mean length of z")
    page.reload()
    assert_moves(alive(page, "LatentExplorer"), "Slant", "Mean slant")


def draw(view: Locator) -> Locator:
    """A stroke with the mouse across the view's sheet, and the line that says what came of it."""
    sheet = view.locator(".gancore-pad")
    sheet.scroll_into_view_if_needed()
    box, mouse = sheet.bounding_box(), view.page.mouse
    mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.2 * box["height"])
    mouse.down()
    mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    mouse.up()
    return view.locator(".gancore-status")


@ON_A_PHONE
def test_digits_of_ones_own_hand_are_read_and_kept(visit):
    page = visit("07_mnist_with_two_perceptrons")
    view = alive(page, "OwnDigits")
    view.get_by_label("Digit", exact=True).select_option("1")
    expect(draw(view)).to_contain_text("1 of 10 digits drawn")
    page.reload()
    view = alive(page, "OwnDigits")
    expect(view.locator(".gancore-status")).to_contain_text("1 of 10 digits drawn")
    view.get_by_label("Digit", exact=True).select_option("1")
    view.get_by_role("button", name="Clear").click()
    expect(view.locator(".gancore-status")).to_contain_text("Draw a 0")


@ON_A_DESK
def test_a_digit_drawn_with_keys_is_judged_in_chapter_11(visit):
    view = alive(visit("11_inside_the_latent_space"), "DigitPad")
    sheet = view.get_by_role("application", name="A sheet for a digit")
    for key in ("Space", *["ArrowDown", "Space"] * 4):
        sheet.press(key)
    words = r"D says (real|generated): its logit is .* the nearest is a \d, with an error of 0\.\d\d per ink"
    expect(view.locator(".gancore-status")).to_have_text(re.compile(words))
    expect(view).to_contain_text("5 points.")
    expect(view.get_by_role("img", name=re.compile(r"^Where D looks: \d places"))).to_be_visible()


@ON_A_PHONE
def test_the_contest_of_chapter_10_keeps_the_score(visit):
    view = alive(visit("10_is_it_any_good"), "RealOrDrawn")
    digits = view.get_by_role("button", name=re.compile("^Digit"))
    expect(digits).to_have_count(20)
    digits.first.click()
    expect(digits.first).to_have_attribute("aria-pressed", "true")
    view.get_by_role("button", name="Let D judge").click()
    expect(view.locator(".gancore-status")).to_contain_text(re.compile(r"You are right about \d+, D about \d+"))
    expect(view).to_contain_text(re.compile(r"So far: you \d+ of 20"))
    view.get_by_role("button", name="Twenty others").click()
    expect(digits.first).to_have_accessible_name("Digit 1: drawn")
    view.get_by_label("Drawn by").select_option("two perceptrons")
    expect(view.locator(".gancore-status")).to_contain_text("drawn by two perceptrons", timeout=20_000)
    view.get_by_role("button", name="Let D judge").click()
    expect(view.locator(".gancore-status")).to_contain_text("seed 11, 8 are real")
    expect(view.locator(".gancore-status")).to_contain_text("D about 12;")  # as the same judge says in Python


@ON_A_PHONE
def test_an_outline_of_chapter_14_is_coloured(visit):
    page = visit("14_from_picture_to_picture")
    scan = page.get_by_alt_text("The spectrum of a slice, a quarter")
    scan.scroll_into_view_if_needed()
    assert scan.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
    view = alive(page, "Colouring")
    expect(view.locator(".gancore-sheet canvas")).to_have_count(2)  # L1 comes in section 8
    view.get_by_label("Begin with").select_option("an empty sheet")
    coloured = view.locator(".gancore-sheet canvas").last
    before = coloured.evaluate("(canvas) => canvas.toDataURL()")
    expect(draw(view)).to_contain_text(re.compile(r"an empty sheet, and \d{2} points"))
    assert coloured.evaluate("(canvas) => canvas.toDataURL()") != before


@ON_A_DESK
def test_lines_of_a_scan_are_measured_and_the_rest_completed(visit):
    view = alive(visit("14_from_picture_to_picture"), "Scanner")
    status, shown = view.locator(".gancore-status"), view.locator(".gancore-sheet")
    expect(status).to_contain_text("Nothing is measured")
    view.get_by_role("button", name="A quarter, at random").click()
    words = (
        r"^23 of 96 lines \(24%\) are measured\. PSNR in dB: zero-filled \d\d\.\d, L1 \d\d\.\d, the game \d\d\.\d\.$"
    )
    expect(status).to_have_text(re.compile(words))
    expect(shown.locator("canvas")).to_have_count(5)
    expect(draw(view)).not_to_contain_text("23 of 96")
    assert_moves(view, "Slice", "are measured")
    view.get_by_role("button", name="Clear").click()
    expect(shown).to_be_hidden()


@ON_A_DESK
def test_a_word_of_chapter_16_changes_its_pictures(visit):
    view = alive(visit("16_words_to_pictures"), "WordChips")
    expect(view.locator(".gancore-status")).to_contain_text("a green shirt”")
    view.get_by_role("radio", name="yellow").check()
    expect(view.locator(".gancore-status")).to_contain_text("a yellow shirt”, latents 0. Of 8 pictures")
    expect(view.locator(".gancore-sheet").first).to_have_attribute("aria-label", re.compile("a green shirt"))


@ON_A_DESK
def test_the_plane_and_the_chains_of_chapter_03_move(visit):
    page = visit("03_a_family_of_generative_models")
    assert_moves(alive(page, "LatentPlane"), "z₁", "At (0.00, 0.00)")
    page.reload()
    page.locator("details", has=page.locator('[data-view="BoltzmannChain"]')).locator("summary").click()
    chains = alive(page, "BoltzmannChain")
    expect(chains.locator(".gancore-status")).to_contain_text("After 0 steps")
    chains.get_by_role("button", name="One step").click()
    expect(chains.locator(".gancore-status")).to_contain_text("After 1 step")


@ON_A_PHONE
def test_a_voice_of_chapter_17_is_heard_and_judged(visit):
    view = alive(visit("17_voices"), "BlindListening")
    player = view.locator("audio")
    player.evaluate("(audio) => new Promise((done) => audio.readyState >= 2 ? done() : (audio.oncanplay = done))")
    assert player.evaluate("(audio) => audio.duration") > 0.4
    view.get_by_role("button", name="drawn").click()
    expect(view.locator(".gancore-status")).to_contain_text(re.compile("^(Right|No): sound 1 is"))


@ON_A_DESK
def test_a_sound_is_painted_and_heard_in_chapter_17(visit):
    view = alive(visit("17_voices"), "SoundPad")
    status, player = view.locator(".gancore-status"), view.locator("audio")
    expect(status).to_have_text(
        re.compile(r"^said: 1, and 0 points painted by hand: the listener takes it for one, with")
    )
    before = player.get_attribute("src")
    expect(draw(view)).to_contain_text(re.compile(r"said: 1, and \d{2} points"))
    assert player.get_attribute("src") != before
    player.evaluate("(audio) => new Promise((done) => audio.readyState >= 2 ? done() : (audio.oncanplay = done))")
    assert player.evaluate("(audio) => audio.duration") == pytest.approx(0.512, abs=0.01)
    view.get_by_label("Begin with").select_option("silence")
    view.get_by_role("button", name="Clear").click()
    expect(status).to_contain_text("nothing is to be heard")


@ON_A_DESK
def test_chapter_04_quiz_formulas_and_what_is_to_be_foreseen(visit):
    page = visit("04_a_game_for_two")
    expect(page.locator("mjx-container").first).to_be_visible()
    expect(page.locator("mjx-merror")).to_have_count(0)
    page.locator(".gancore-quiz fieldset").first.locator("[data-right]").check()
    expect(page.locator(".gancore-quiz fieldset [role=status]").first).to_contain_text("✓ Right.")
    page.reload()
    expect(page.locator(".gancore-score")).to_contain_text("1 right")
    fold = page.locator("details", has=page.locator("summary", has_text="Foreseen?")).first
    expect(fold.locator("summary ~ *").first).to_be_hidden()
    fold.locator("summary").click()
    expect(fold.locator("summary ~ *").first).to_be_visible()


@ON_A_PHONE
def test_a_view_that_needs_a_kernel_says_where_it_is_live(visit):
    page = visit("01_supervised_and_unsupervised")
    expect(page.locator('[data-view="ClusterExplorer"] figcaption')).to_contain_text("live in JupyterLab")


@ON_A_DESK
def test_the_search_finds_a_chapter_from_a_disk(visit, built):
    page = visit("glossary")
    page.goto((built / "search.html").as_uri() + "?q=counterfeiter")
    expect(page.locator("#search-results li a").first).to_have_text(re.compile("A game for two"))
    expect(page.locator("#search-results .search-summary")).to_contain_text("found")


@pytest.mark.parametrize(("name", "view"), [("index", ""), ("readme", ""), ("00_start_here", "Drawer")])
def test_axe_finds_nothing_of_our_making(visit, name, view):
    """In light at the one width, in dark at the other: colours do not hang on widths."""
    page = visit(name)
    page.emulate_media(color_scheme=dict(zip(WIDTHS, SCHEMES, strict=True))[page.viewport_size["width"]])
    page.wait_for_load_state("load")
    if view:
        alive(page, view)
    assert violations(page) == []


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds, which looks for what keeps people from using a page."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None:
        pytest.skip("axe-core comes with `pip install -e '.[site]'`")
    page.evaluate((Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    result = page.evaluate(
        "(parts) => axe.run({ exclude: parts.map((part) => [part]) }, { preload: false, resultTypes: ['violations'] })",
        OF_THE_THEME,
    )
    return [(each["id"], [node["html"][:100] for node in each["nodes"]]) for each in result["violations"]]
