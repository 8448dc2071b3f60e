// The upload form: progress while sending, errors without losing what was chosen, files by dropping them.
"use strict";

(() => {
  const form = document.getElementById("upload");
  const drop = document.getElementById("drop");
  const progress = document.getElementById("upload-progress");
  const errors = document.getElementById("upload-error");
  const button = form.querySelector("button");

  function take(files) {
    for (const file of files) {
      const input = form.elements[file.name.toLowerCase().endsWith(".json") ? "sidecar" : "audio"];
      const one = new DataTransfer();
      one.items.add(file);
      input.files = one.files;
    }
  }

  function say(text, share) {
    progress.hidden = false;
    progress.querySelector("span").textContent = text;
    const bar = progress.querySelector("progress");
    if (share === null) bar.removeAttribute("value");
    else bar.value = share * 100;
  }

  function fail(problem) {
    progress.hidden = true;
    button.disabled = false;
    const notice = document.createElement("div");
    notice.className = "notice bad";
    const facts = document.createElement("dl");
    facts.className = "facts";
    for (const part of ["field", "problem", "fix"]) {
      if (!problem[part]) continue;
      const name = document.createElement("dt");
      name.textContent = form.dataset[part];
      const text = document.createElement("dd");
      text.textContent = problem[part];
      facts.append(name, text);
    }
    notice.append(facts);
    errors.replaceChildren(notice);
  }

  function send() {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      const share = event.lengthComputable ? event.loaded / event.total : null;
      say(form.dataset.working, share);
    });
    request.upload.addEventListener("load", () => say(form.dataset.checking, null));
    request.addEventListener("error", () => fail({ problem: form.dataset.broken }));
    request.addEventListener("load", () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { answer = { problem: form.dataset.broken }; }
      if (request.status === 201) window.location.assign(answer.page);
      else fail(answer);
    });
    request.send(new FormData(form));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    errors.replaceChildren();
    button.disabled = true;
    say(form.dataset.working, 0);
    send();
  });
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files); });
})();
