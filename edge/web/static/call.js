// The call page: audio, waveform and transcript move together. Everything here is an addition; the page reads without it.
"use strict";

(() => {
  const player = document.getElementById("player");
  const lanes = document.getElementById("lanes");
  const lanesScroll = document.getElementById("lanes-scroll");
  const canvas = document.getElementById("wave");
  const playhead = document.getElementById("playhead");
  const list = document.getElementById("lines");
  const follow = document.getElementById("follow");
  const audio = document.getElementById("audio");
  const durationS = Number(player.dataset.duration) || 0.001;
  const lines = [...list.querySelectorAll(".line")].map((element) => ({
    element,
    startS: Number(element.dataset.start),
    endS: Number(element.dataset.end),
    block: lanes.querySelector(`rect[data-id="${CSS.escape(element.id)}"]`),
  }));
  const STEP_S = 5;
  const ZOOM_MAX = 16;
  const LANE_TOP = { agent: 10, customer: 58, mixed: 10 };
  const LANE_HEIGHT = { agent: 44, customer: 44, mixed: 92 };
  let zoom = 1;
  let peaks = null;
  let now = [];

  const clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    const rest = String(whole % 60).padStart(2, "0");
    const minutes = Math.floor(whole / 60);
    if (minutes < 60) return `${minutes}:${rest}`;
    return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
  };

  // ---- Waveform ----

  function drawWave() {
    const width = lanes.clientWidth;
    const height = lanes.clientHeight;
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    // Browsers refuse canvases much wider than this; a long call that is zoomed in is drawn coarser instead.
    canvas.width = Math.min(16000, Math.round(width * scale));
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    context.scale(canvas.width / width, scale);
    context.clearRect(0, 0, width, height);
    if (!peaks) return;
    const colours = getComputedStyle(document.documentElement);
    const roles = player.dataset.roles.split(",");
    peaks.channels.forEach((channel, index) => {
      const role = roles[index] || "mixed";
      const colour = { agent: "--agent", customer: "--customer" }[role] || "--unknown";
      context.fillStyle = colours.getPropertyValue(colour);
      drawLane(context, channel, width, LANE_TOP[role] ?? 10, LANE_HEIGHT[role] ?? 92);
    });
  }

  function drawLane(context, channel, width, top, height) {
    const loudest = Math.max(24, channel.reduce((most, peak) => Math.max(most, peak), 0));
    const barPx = 3;
    const perPx = (durationS * peaks.per_s) / width;
    const middle = top + height / 2;
    for (let x = 0; x < width; x += barPx) {
      const first = Math.floor(x * perPx);
      const last = Math.max(first + 1, Math.floor((x + barPx) * perPx));
      let peak = 0;
      for (let index = first; index < last && index < channel.length; index += 1) peak = Math.max(peak, channel[index]);
      const half = Math.max(0.5, ((peak / loudest) ** 0.7 * (height - 6)) / 2);
      if (peak > 0) context.fillRect(x, middle - half, barPx - 1, half * 2);
    }
  }

  async function loadPeaks() {
    if (!player.dataset.peaks) return;
    const answer = await fetch(player.dataset.peaks, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    peaks = await answer.json();
    drawWave();
    player.dataset.drawn = "true";
  }

  function setZoom(wanted) {
    zoom = Math.min(ZOOM_MAX, Math.max(1, wanted));
    lanes.style.width = `${zoom * 100}%`;
    drawWave();
    show();
  }

  // ---- Position ----

  function show() {
    const atS = audio ? audio.currentTime : 0;
    const x = Math.min(1, atS / durationS) * lanes.clientWidth;
    playhead.style.transform = `translateX(${x}px)`;
    if (!audio) return;
    const seek = document.getElementById("seek");
    seek.value = String(atS);
    const [at, all] = [clock(atS), clock(durationS)];
    seek.setAttribute("aria-valuetext", player.dataset.of.replace("{at}", at).replace("{all}", all));
    document.getElementById("clock").textContent = `${at} / ${all}`;
    if (zoom > 1 && !audio.paused && (x < lanesScroll.scrollLeft || x > lanesScroll.scrollLeft + lanesScroll.clientWidth * 0.9)) {
      lanesScroll.scrollLeft = x - lanesScroll.clientWidth * 0.1;
    }
    mark(lines.filter((line) => line.startS <= atS && atS < line.endS));
  }

  function mark(current) {
    if (current.length === now.length && current.every((line, index) => line === now[index])) return;
    for (const line of now) setNow(line, false);
    for (const line of current) setNow(line, true);
    now = current;
    if (current.length && follow.checked && (!audio.paused || audio.currentTime > 0)) bringIntoView(current[0].element);
  }

  function setNow(line, on) {
    line.element.classList.toggle("now", on);
    if (on) line.element.setAttribute("aria-current", "true");
    else line.element.removeAttribute("aria-current");
    if (line.block) line.block.classList.toggle("now", on);
  }

  // Moves the list alone: the page must not jump under a reader who looks at the scores.
  function bringIntoView(element) {
    list.scrollTop = element.offsetTop - list.clientHeight / 4;
  }

  function seekTo(atS, play) {
    if (!audio) return;
    audio.currentTime = Math.min(durationS, Math.max(0, atS));
    if (play) toggle(true);
    show();
  }

  function toggle(on) {
    if (!audio) return;
    if (on ?? audio.paused) audio.play().catch(() => {});
    else audio.pause();
  }

  function turn(step) {
    const starts = lines.map((line) => line.startS);
    const atS = audio.currentTime;
    // A little slack, so that pressing [ at the start of a turn leads to the turn before.
    const target = step > 0 ? starts.find((start) => start > atS + 0.05) : starts.filter((start) => start < atS - 0.5).pop();
    seekTo(target ?? (step > 0 ? durationS : 0), false);
  }

  function goTo(id, startS) {
    const line = lines.find((each) => each.element.id === id);
    if (line) bringIntoView(line.element);
    seekTo(startS, false);
  }

  // ---- Wiring ----

  function onKey(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable], [popover]:popover-open")) return;
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    const act = {
      " ": () => toggle(),
      ArrowLeft: () => seekTo(audio.currentTime - STEP_S, false),
      ArrowRight: () => seekTo(audio.currentTime + STEP_S, false),
      "[": () => turn(-1),
      "]": () => turn(1),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  function onClick(event) {
    const pointer = event.target.closest("[data-seek]");
    if (pointer) {
      const id = pointer.hash ? pointer.hash.slice(1) : pointer.closest(".line")?.id;
      if (audio && pointer.hash) event.preventDefault();
      if (pointer.hash) goTo(id, Number(pointer.dataset.seek));
      else seekTo(Number(pointer.dataset.seek), true);
      return;
    }
    const said = event.target.closest(".said");
    if (said && !String(window.getSelection())) seekTo(Number(said.closest(".line").dataset.start), false);
  }

  function wireAudio() {
    const play = document.getElementById("play");
    play.addEventListener("click", () => toggle());
    document.getElementById("seek").addEventListener("input", (event) => seekTo(Number(event.target.value), false));
    document.getElementById("speed").addEventListener("change", (event) => { audio.playbackRate = Number(event.target.value); });
    const shown = () => {
      player.toggleAttribute("data-playing", !audio.paused);
      play.setAttribute("aria-label", audio.paused ? player.dataset.play : player.dataset.pause);
    };
    for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, shown);
    for (const name of ["timeupdate", "seeked", "loadedmetadata"]) audio.addEventListener(name, show);
    audio.addEventListener("error", () => { document.getElementById("audio-failed").hidden = false; });
    document.getElementById("zoom-in").addEventListener("click", () => setZoom(zoom * 2));
    document.getElementById("zoom-out").addEventListener("click", () => setZoom(zoom / 2));
    document.addEventListener("keydown", onKey);
    // Smooth while playing; `timeupdate` alone comes four times a second.
    const frame = () => { if (!audio.paused) show(); requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
  }

  lanes.addEventListener("click", (event) => {
    const box = lanes.getBoundingClientRect();
    const atS = ((event.clientX - box.left) / box.width) * durationS;
    const line = lines.find((each) => each.startS <= atS && atS < each.endS);
    if (line) bringIntoView(line.element);
    seekTo(atS, false);
  });
  document.addEventListener("click", onClick);
  if (audio) wireAudio();
  new ResizeObserver(() => { drawWave(); show(); }).observe(lanes);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawWave);
  loadPeaks();
})();
