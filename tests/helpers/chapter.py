"""A chapter open in JupyterLab: run its cells, find its widgets, wait for what changes, and look at it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, expect

from helpers.lab import Lab
from helpers.places import TESTS

ARTIFACTS = TESTS / "artifacts"
WIDTHS = (1280, 800)  # pixels: a projector, and a window beside another one
FILES_SHOWN_FROM = 1000  # pixels of width; in a narrower window a reader closes the list of files
TALLEST = 3000  # pixels of a screenshot
LAB_ITSELF = 200  # pixels of menus and tool bars around the notebook
SECONDS_TO_OPEN = 60
SECONDS_TO_RUN = 280  # all cells asked for
SECONDS_TO_ANSWER = 10  # a widget takes a tenth of a second on a quiet machine
HARMLESS = ("/lsp/status",)  # JupyterLab asks for language servers, and this one has none
TOO_EARLY = "No such comm"  # JupyterLab asks for widgets of a kernel that has not loaded any yet

READY = """() => {
    const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
    return session?.isReady && session.session?.kernel?.status === 'idle';
}"""
# With a kernel that another chapter has used, or with a new one.
OPEN = """([path, id]) => {
    const kernel = id ? {id} : undefined;
    return jupyterapp.commands.execute('docmanager:open', {path, factory: 'Notebook', kernel}).then(() => {});
}"""
KERNEL = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.id"
CLOSE = """() => { for (const open of [...jupyterapp.shell.widgets('main')]) open.dispose(); }"""  # asks nothing
FORGET = """code => jupyterapp.shell.currentWidget.sessionContext.session.kernel
    .requestExecute({code, silent: true}).done.then(reply => reply.content.status === 'ok')"""
ALL = "from ipywidgets import Widget\nWidget.close_all()\n%reset -f"
# Whatever the kernel says beside the outputs of cells: errors in callbacks and tasks end up here, and nowhere else.
LISTEN = """() => {
    window.complaints = [];
    window.run = {finished: true};
    jupyterapp.shell.currentWidget.sessionContext.iopubMessage.connect((_, message) => {
        const said = message.content;
        if (message.header.msg_type === 'error') window.complaints.push(`${said.ename}: ${said.evalue}`);
        if (message.header.msg_type === 'stream' && said.name === 'stderr') window.complaints.push(said.text);
    });
}"""
SOURCES = """() => Array.from(jupyterapp.shell.currentWidget.content.model.cells)
    .map(cell => cell.type === 'code' ? cell.sharedModel.source : null)"""
RUN = """places => {
    const run = window.run = {finished: false};  // its own, should a chapter be closed before its cells have ended
    const notebook = jupyterapp.shell.currentWidget.content;
    (async () => {
        for (const place of places) {
            notebook.deselectAll();
            notebook.activeCellIndex = place;
            if (!await jupyterapp.commands.execute('notebook:run-cell')) break;
        }
    })().finally(() => { run.finished = true; });
}"""
# Six frames in which nothing has another size.
SETTLED = """() => new Promise(settled => {
    let before = '', calm = 0;
    const look = () => {
        const now = Array.from(document.querySelectorAll('.jp-Notebook, .jp-OutputArea-output'),
            part => [part.scrollWidth, part.scrollHeight]).join();
        calm = now === before ? calm + 1 : 0;
        before = now;
        calm < 6 ? requestAnimationFrame(look) : settled();
    };
    look();
})"""
FINGERPRINT = """element => [element.outerHTML, ...Array.from(element.querySelectorAll('canvas'), c => c.toDataURL()),
    element.tagName === 'CANVAS' ? element.toDataURL() : '',
    ...Array.from(element.querySelectorAll('input, select, textarea'), e => e.value + e.checked)].join('\\n')"""
OVERFLOW = """element => {
    const edge = element.closest('.jp-OutputArea').getBoundingClientRect().right;
    const framed = part => part.tagName === 'IMG' && getComputedStyle(part.parentNode).overflow === 'hidden';
    return Array.from(element.querySelectorAll('*')).filter(part => !framed(part))  // a film shows one picture of many
        .filter(part => part.getBoundingClientRect().right > edge + 1).map(part => part.outerHTML.slice(0, 120));
}"""


class Chapter:
    """A notebook of the course, alone in JupyterLab's `page`, in a kernel that has nothing to do with another one.

    It may be the kernel of the chapter before, which has forgotten everything but its imports: these take seconds.
    """

    def __init__(self, lab: Lab, page: Page, name: str) -> None:
        """Open course/`name`.ipynb and wait until its kernel is ready. Raises FileNotFoundError where it is not."""
        if not (lab.root / "course" / f"{name}.ipynb").is_file():
            raise FileNotFoundError(f"There is no chapter {name!r} in {lab.root / 'course'}.")
        self.name = name
        self.lab = lab
        self.page = page
        self._complaints: list[str] = []
        page.set_default_timeout(1000 * SECONDS_TO_ANSWER)
        expect.set_options(timeout=1000 * SECONDS_TO_ANSWER)
        self._listeners = {"console": self._hear, "pageerror": self._note, "request": self._watch}
        for event, listener in self._listeners.items():
            page.on(event, listener)
        page.evaluate(OPEN, [f"course/{name}.ipynb", lab.kernel])
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=1000 * SECONDS_TO_OPEN)
        page.wait_for_function(READY, timeout=1000 * SECONDS_TO_OPEN)
        lab.kernel = page.evaluate(KERNEL)
        page.evaluate(LISTEN)
        self.sources: list[str | None] = page.evaluate(SOURCES)

    def close(self) -> None:
        """Leave page and kernel to another chapter; nothing is stored. A kernel that has cells to run ends here."""
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        done = self.page.evaluate("window.run.finished") and self.page.evaluate(READY)
        if not (done and self.page.evaluate(FORGET, ALL)):
            self.lab.shut_kernels_down()
        self.page.evaluate(CLOSE)

    def run(self, *snippets: str) -> Locator:
        """Run the first code cell that holds each of `snippets`, in the order given; returns the last one's output."""
        self.start(*snippets)
        self.finish()
        return self.output(snippets[-1])

    def start(self, *snippets: str) -> None:
        """Begin to run the first code cell that holds each of `snippets`, to look on while they run."""
        self._start([self.find(snippet) for snippet in snippets])

    def finish(self) -> None:
        """Wait until all that was started has run. Raises AssertionError with what page and kernel complained of."""
        self.page.wait_for_function("window.run.finished", timeout=1000 * SECONDS_TO_RUN)
        self.wait_until_idle()
        said = self.take_complaints()
        if said:
            raise AssertionError("\n".join(said))

    def run_until(self, snippet: str) -> Locator:
        """Run all cells down to the first one that holds `snippet`, as a reader would; returns its output."""
        last = self.find(snippet)
        self._start([place for place in range(last + 1) if self.sources[place] is not None])
        self.finish()
        return self.output(snippet)

    def run_all(self) -> None:
        """Run every code cell."""
        self._start([place for place, source in enumerate(self.sources) if source is not None])
        self.finish()

    def output(self, snippet: str) -> Locator:
        """What the first code cell that holds `snippet` shows: the place to look for its controls and pictures."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(self.find(snippet)).locator(".jp-Cell-outputArea")

    def find(self, snippet: str) -> int:
        """The place of the first code cell that holds `snippet`. Raises ValueError where there is none."""
        for place, source in enumerate(self.sources):
            if source is not None and snippet in source:
                return place
        raise ValueError(f"No code cell of {self.name} holds {snippet!r}.")

    @contextmanager
    def changes(self, *seen: Locator) -> Iterator[None]:
        """Around an action: wait until each of `seen` looks different from before (picture, text, canvas, choice)."""
        self.wait_until_idle()
        before = [look(one) for one in seen]
        yield
        for one, old in zip(seen, before, strict=True):
            until = time.monotonic() + SECONDS_TO_ANSWER
            while look(one) == old:
                if time.monotonic() > until:
                    raise AssertionError(f"Nothing changed within {SECONDS_TO_ANSWER} s in {old[:300]}")
                self.page.wait_for_timeout(20)

    def wait_until_idle(self) -> None:
        """Wait until the kernel has nothing to do but its background tasks."""
        self.page.wait_for_function(READY, timeout=1000 * SECONDS_TO_RUN)

    def screenshots(self, name: str, seen: Locator) -> None:
        """Keep tests/artifacts/`name`-WIDTH.png of `seen` for each window width; nothing may stick out to the right."""
        ARTIFACTS.mkdir(exist_ok=True)
        size, cut = self.page.viewport_size, []
        for width in WIDTHS:
            self._resize(width, size["height"])
            height = min(TALLEST, round(seen.bounding_box()["height"]) + LAB_ITSELF)
            self._resize(width, max(size["height"], height))
            seen.evaluate("element => element.scrollIntoView({block: 'center'})")
            self.page.screenshot(path=ARTIFACTS / f"{name}-{width}.png")
            cut += [f"cut off at a width of {width}: {part}" for part in seen.evaluate(OVERFLOW)]
        self._resize(size["width"], size["height"])
        if cut:
            raise AssertionError("\n".join(cut))

    def take_complaints(self) -> list[str]:
        """Errors of the page and of the kernel, and requests to elsewhere, since the last time this was asked."""
        said = self._complaints + self.page.evaluate("window.complaints.splice(0)")
        self._complaints = []
        return [words for words in said if TOO_EARLY not in words]

    def _resize(self, width: int, height: int) -> None:
        if self.page.viewport_size == {"width": width, "height": height}:
            return
        self.page.set_viewport_size({"width": width, "height": height})
        side = "expandLeft" if width >= FILES_SHOWN_FROM else "collapseLeft"
        self.page.evaluate(f"jupyterapp.shell.{side}()")
        self.page.evaluate(SETTLED)

    def _start(self, places: list[int]) -> None:
        self.page.evaluate(RUN, places)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.location["url"] for part in HARMLESS):
            self._complaints.append(f"console: {message.text} ({message.location['url']})")

    def _note(self, error: Error) -> None:
        self._complaints.append(f"page: {error}")

    def _watch(self, request: Request) -> None:
        if request.url.startswith(("http:", "https:", "ws:", "wss:")) and "//127.0.0.1:" not in request.url:
            self._complaints.append(f"request to elsewhere: {request.url}")


def look(seen: Locator) -> str:
    """What is to be seen in an element, as text: equal when nothing has changed."""
    return seen.evaluate(FINGERPRINT)
