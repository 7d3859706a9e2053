// A quiz is taken in the page: a choice shows what is said about it, and is remembered in this browser.
(function (gancore) {
  const KEY = "gancore-quizzes"; // in the browser's storage: { chapter: [place or null, …] }

  function remembered() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) || {};
    } catch {
      return {}; // no storage here, or somebody else's: then nothing is remembered
    }
  }

  function remember(chapter, choices) {
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...remembered(), [chapter]: choices }));
    } catch {
      // the quiz works without
    }
  }

  gancore.takeQuiz = function (quiz) {
    const chapter = quiz.dataset.quiz, questions = [...quiz.querySelectorAll("fieldset")];
    const options = questions.map((question) => [...question.querySelectorAll("input")]);

    function show() {
      const chosen = options.map((inputs) => inputs.find((input) => input.checked));
      questions.forEach((question, i) => {
        const said = chosen[i]?.closest("label").nextElementSibling.innerHTML ?? "";
        const place = question.querySelector("[role=status]");
        if (place.innerHTML !== said) place.innerHTML = said;
      });
      const answered = chosen.filter(Boolean).length;
      const right = chosen.filter((input) => input && "right" in input.dataset).length;
      quiz.querySelector(".gancore-score").textContent = `${answered} of ${questions.length} answered, ${right} right.`;
      return chosen.map((input) => (input ? Number(input.value) : null));
    }

    remembered()[chapter]?.forEach?.((place, i) => options[i]?.[place] && (options[i][place].checked = true));
    quiz.addEventListener("change", () => remember(chapter, show()));
    show();
  };
})(globalThis.gancore);
