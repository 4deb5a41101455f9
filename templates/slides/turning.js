"use strict";
(() => {
  const slides = [...document.querySelectorAll(".slide")];
  const root = document.documentElement;
  let now = 0;

  const progress = document.createElement("div");
  progress.className = "progress";
  progress.setAttribute("aria-hidden", "true");
  const turn = document.createElement("nav");
  turn.className = "turn";
  turn.setAttribute("aria-label", "Slides");
  for (const [sign, name, by] of [["\u2190", "Slide before", -1], ["\u2192", "Next slide", 1]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", () => show(now + by));
    turn.append(button);
  }
  document.body.append(turn, progress);
  slides.forEach((slide) => { slide.tabIndex = -1; });

  /* Slide number `place`, from 0: alone where slides are turned, else scrolled to. */
  function show(place, isFirst) {
    now = Math.max(0, Math.min(slides.length - 1, place));
    slides.forEach((slide, other) => slide.classList.toggle("now", other === now));
    progress.style.width = `${(100 * (now + 1)) / slides.length}%`;
    if (isFirst) return;
    history.replaceState(null, "", `#${now + 1}`);
    slides[now].scrollIntoView();
    slides[now].focus({ preventScroll: true });
  }

  function asked() {
    return (Number.parseInt(location.hash.slice(1), 10) || 1) - 1;
  }

  const steps = {
    ArrowRight: 1, ArrowDown: 1, PageDown: 1, Enter: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Backspace: -1,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isButton = event.target instanceof HTMLButtonElement;
    if (isButton && (event.key === " " || event.key === "Enter")) return;
    if (event.key === " ") show(now + (event.shiftKey ? -1 : 1));
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(slides.length - 1);
    else if (event.key === "f" && document.fullscreenEnabled) {
      if (document.fullscreenElement) document.exitFullscreen();
      else root.requestFullscreen();
    } else if (event.key in steps) show(now + steps[event.key]);
    else return;
    event.preventDefault();
  });

  let from = null;
  document.addEventListener("touchstart", (event) => {
    from = event.touches.length === 1 ? event.touches[0] : null;
  }, { passive: true });
  document.addEventListener("touchend", (event) => {
    if (from === null || getComputedStyle(turn).display === "none") return;
    const across = event.changedTouches[0].clientX - from.clientX;
    const down = event.changedTouches[0].clientY - from.clientY;
    if (Math.abs(across) > 40 && Math.abs(across) > 2 * Math.abs(down)) show(now + (across < 0 ? 1 : -1));
    from = null;
  });
  window.addEventListener("hashchange", () => show(asked()));

  root.classList.add("turning");
  show(asked(), true);
})();
