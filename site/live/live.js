// Brings a page to life: quizzes at once, views when somebody wants to play with them.
(function (gancore) {
  const { button, element } = gancore.controls;

  // Lets the page show what has been drawn.
  gancore.pause = () => new Promise((resolve) => setTimeout(resolve));

  // Puts the view in place of what stands in for it. The first page calls this itself, so as not to wait for the theme.
  gancore.start = async function (place) {
    const args = JSON.parse(place.dataset.args || "{}");
    const view = await gancore.views[place.dataset.view](args);
    place.replaceWith(view);
    return view;
  };

  // A stand-in gets a button; on a press the weights are fetched, and the view takes its place.
  function offer(place) {
    const words = place.querySelector("figcaption");
    const press = button("Play here", async () => {
      press.disabled = true;
      press.textContent = "Fetching the network …";
      try {
        const view = await gancore.start(place);
        view.querySelector("input, select, button")?.focus({ preventScroll: true });
      } catch (error) {
        press.disabled = false;
        press.textContent = "Play here";
        words.append(element("span", { textContent: ` ${error.message}` }));
      }
    });
    const what = place.querySelector("img") ? "This is a picture of a view that" : "This view";
    const where = "onlyHere" in place.dataset ? "" : ", or in JupyterLab with the rest of the chapter";
    words.textContent = `${what} runs in your browser${where}. `;
    words.append(press);
  }

  // The theme names every fold alike, over the words that it shows.
  function nameFolds() {
    document.querySelectorAll("details.hide > summary").forEach((fold) => fold.removeAttribute("aria-label"));
  }

  // A formula or a table that is wider than the page scrolls, by keyboard too.
  function reachWhatScrolls() {
    for (const wide of document.querySelectorAll('mjx-container[display="true"], .bd-article table')) {
      if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    }
  }

  window.addEventListener("load", () => Promise.resolve(globalThis.MathJax?.startup?.promise).then(reachWhatScrolls));
  document.addEventListener("DOMContentLoaded", () => {
    nameFolds();
    document.querySelectorAll("[data-quiz]").forEach(gancore.takeQuiz);
    for (const place of document.querySelectorAll("figure[data-view]")) {
      if (place.dataset.view in gancore.views) offer(place); // others are live in JupyterLab, and say so
    }
  });
})(globalThis.gancore);
