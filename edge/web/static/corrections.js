// Correcting on the call page: the form opens under its utterance. Without this script its link leads to a page of its own.
"use strict";

(() => {
  const list = document.getElementById("lines");
  let open = null;

  function close() {
    if (!open) return;
    open.form.remove();
    open.link.focus();
    open = null;
  }

  async function show(link) {
    const again = open && open.link === link;
    close();
    if (again) return;
    const address = new URL(link.href);
    address.searchParams.set("part", "1");
    const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" }).catch(() => null);
    if (!answer || !answer.ok) {
      location.assign(link.href); // whatever is wrong, the page of its own says it
      return;
    }
    close(); // another one may have been asked for meanwhile
    link.closest(".line").insertAdjacentHTML("beforeend", await answer.text());
    const form = link.closest(".line").querySelector(".correction-form");
    open = { link, form };
    form.scrollIntoView({ block: "nearest" });
    form.querySelector("input[type=radio]").focus();
  }

  // Only while the focus is in the transcript: elsewhere a letter belongs to whoever speaks to the page (WCAG 2.1.4).
  function onKey(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && open) {
      event.preventDefault();
      close();
      return;
    }
    if (event.key.toLowerCase() !== "c" || event.target.closest("input, select, textarea")) return;
    const line = event.target.closest(".line") || list.querySelector(".line.now") || list.querySelector(".line");
    const link = line?.querySelector("a.correct");
    if (!link) return;
    event.preventDefault();
    show(link);
  }

  list.addEventListener("keydown", onKey);
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a.correct");
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (link && plain) {
      event.preventDefault();
      show(link);
    } else if (open && event.target.closest("[data-cancel]")) {
      event.preventDefault();
      close();
    }
  });
  // Whoever chooses a label, a kind or a time means the button beside it.
  list.addEventListener("input", (event) => {
    const radio = event.target.closest(".choice")?.querySelector("input[type=radio]");
    if (radio) radio.checked = true;
  });
})();
