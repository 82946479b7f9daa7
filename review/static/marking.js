// Marking other words: by the mouse over an agent's turn, or by keys after "m". The server counts and cuts the words
// itself; this only says which ones, and shows them.
"use strict";
(() => {
  const MOST = 39;
  let chosen = null; // {turn, first, last, anchor}, numbers of words in the turn

  const field = (name) => document.querySelector(`#decision > input[name="${name}"]`);
  const turns = () => [...document.querySelectorAll("li[data-turn]")];
  const words = (turn) => [...document.querySelectorAll(`li[data-turn="${turn}"] [data-w]`)];
  const from = (word) => Number(word.dataset.w);
  const to = (word) => Number(word.dataset.to ?? word.dataset.w);
  const can = () => document.getElementById("marked") !== null;

  const show = () => {
    document.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
    const box = document.getElementById("marked");
    box.hidden = chosen === null;
    document.documentElement.classList.toggle("marking", chosen !== null);
    for (const name of ["turn", "first", "last"]) field(name).value = chosen === null ? "" : chosen[name];
    if (chosen === null) return;
    const taken = words(chosen.turn).filter((one) => from(one) >= chosen.first && to(one) <= chosen.last);
    taken.forEach((one) => one.classList.add("chosen"));
    const count = chosen.last - chosen.first + 1;
    const said = taken.map((one) => one.textContent).join(" ");
    document.getElementById("marked-count").textContent = `${count} ${count === 1 ? "word" : "words"}`;
    document.getElementById("marked-words").textContent = said;
    const problem = count > MOST ? `A quote has at most ${MOST} words.` : "";
    document.getElementById("marked-problem").textContent = problem;
    document.getElementById("take-marked").disabled = problem !== "";
    document.getElementById("marked-said").textContent = `${count} words: ${said} ${problem}`;
    taken[0]?.scrollIntoView({ block: "nearest" });
  };
  const set = (turn, anchor, head) => {
    chosen = { turn, anchor, head, first: Math.min(from(anchor), from(head)), last: Math.max(to(anchor), to(head)) };
    show();
  };
  const leave = () => { chosen = null; show(); };
  const begin = () => {
    const turn = document.querySelector("li[data-turn].told") ?? turns()[0];
    if (!turn) return;
    const word = turn.querySelector("mark.quote [data-w]") ?? turn.querySelector("[data-w]");
    if (word) set(turn.dataset.turn, word, word);
  };
  const step = (by, widen) => {
    const all = words(chosen.turn);
    const head = all[Math.min(all.length - 1, Math.max(0, all.indexOf(chosen.head) + by))];
    set(chosen.turn, widen ? chosen.anchor : head, head);
  };
  const jump = (by) => {
    const all = turns().filter((one) => one.querySelector("[data-w]"));
    const next = all[all.findIndex((one) => one.dataset.turn === chosen.turn) + by];
    const word = next?.querySelector("[data-w]");
    if (word) set(next.dataset.turn, word, word);
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("#mark-words")) begin();
  });
  document.addEventListener("keydown", (event) => {
    if (chosen === null || !can() || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("textarea, input, select, dialog[open]")) return;
    const act = {
      ArrowLeft: () => step(-1, event.shiftKey),
      ArrowRight: () => step(1, event.shiftKey),
      ArrowUp: () => jump(-1),
      ArrowDown: () => jump(1),
      Escape: leave,
      Enter: () => document.getElementById("take-marked").click(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    if (event.key !== "Enter" || !event.repeat) act();
  }, true);

  document.addEventListener("mouseup", () => {
    const picked = window.getSelection();
    if (!can() || !picked || picked.isCollapsed || picked.rangeCount === 0) return;
    const range = picked.getRangeAt(0);
    const touched = [...document.querySelectorAll("li[data-turn] [data-w]")].filter((one) => range.intersectsNode(one));
    if (touched.length === 0) return;
    const turn = touched[0].closest("li").dataset.turn;
    const mine = touched.filter((one) => one.closest("li").dataset.turn === turn);
    set(turn, mine[0], mine[mine.length - 1]);
  });
  document.addEventListener("htmx:afterSettle", () => { chosen = null; document.documentElement.classList.remove("marking"); });
})();
